#include "common/wire/tally.h"

#include "common/wire/parts.h"

enum { TOPIC, PARTITION, FROM, NEXT, COUNTS };
static const struct str NAMES[] = {
    JSON_NAME("topic"), JSON_NAME("partition"), JSON_NAME("from"), JSON_NAME("next"), JSON_NAME("counts"),
};

enum { SOURCE, TYPE, ACCEPTED, DUPLICATE, STALE, REJECTED, WARNINGS };
static const struct str COUNT_NAMES[] = {
    JSON_NAME("source"), JSON_NAME("type"),     JSON_NAME("accepted"), JSON_NAME("duplicate"),
    JSON_NAME("stale"),  JSON_NAME("rejected"), JSON_NAME("warnings"),
};

/* The name of a code, whichever enumeration it is of. */
typedef const char *(*code_name)(int code);

static const char *rejected_name(int code)
{
    return reject_code_name((enum reject_code)code);
}

static const char *warned_name(int code)
{
    return warning_code_name((enum warning_code)code);
}

enum { MOST_CODES = (int)REJECT_CODES > (int)WARNING_CODES ? (int)REJECT_CODES : (int)WARNING_CODES };

/* {code: n}: ascending names, zero counts left out. */
static void put_codes(struct buf *b, const char *name, code_name name_of, const int64_t *counts, int codes)
{
    json_put_open(b, name, '{');
    const char *last = "";
    for (int written = 1; written < codes; written++) {
        int next = 0;
        for (int code = 1; code < codes; code++)
            if (strcmp(name_of(code), last) > 0 && (next == 0 || strcmp(name_of(code), name_of(next)) < 0))
                next = code;
        last = name_of(next);
        if (counts[next] != 0)
            json_put_int(b, last, counts[next]);
    }
    json_put_close(b, '}');
}

void tally_encode(struct buf *b, const struct tally *m)
{
    json_put_begin(b);
    json_put_string(b, "topic", m->topic);
    json_put_int(b, "partition", m->partition);
    json_put_int(b, "from", m->from);
    json_put_int(b, "next", m->next);
    json_put_open(b, "counts", '[');
    for (const struct tally_count *c = m->counts; c < m->counts + m->count; c++) {
        json_put_open(b, NULL, '{');
        json_put_string(b, "source", c->source);
        json_put_string(b, "type", c->type);
        json_put_int(b, "accepted", c->accepted);
        json_put_int(b, "duplicate", c->duplicate);
        json_put_int(b, "stale", c->stale);
        put_codes(b, "rejected", rejected_name, c->rejected, REJECT_CODES);
        put_codes(b, "warnings", warned_name, c->warnings, WARNING_CODES);
        json_put_close(b, '}');
    }
    json_put_close(b, ']');
    json_put_close(b, '}');
}

static void read_codes(const struct json_node *node, int slot, code_name name_of, int64_t *counts, int codes)
{
    struct str names[MOST_CODES] = { { NULL, 0 } };
    struct json_node object;
    for (int code = 1; code < codes; code++)
        names[code - 1] = str_from(name_of(code));
    if (json_object(node, slot, REQUIRED, names, (size_t)codes - 1, &object))
        for (int code = 1; code < codes; code++)
            json_int(&object, code - 1, OPTIONAL, 1, JSON_MAX_INTEGER, &counts[code]);
}

static void read_count(const struct json_node *list, int i, struct tally_count *c)
{
    struct json_node object;
    if (!json_object(list, i, REQUIRED, COUNT_NAMES, ARRAY_LEN(COUNT_NAMES), &object))
        return;
    json_string(&object, SOURCE, OPTIONAL, c->source, sizeof c->source);
    json_string(&object, TYPE, OPTIONAL, c->type, sizeof c->type);
    json_int(&object, ACCEPTED, REQUIRED, 0, JSON_MAX_INTEGER, &c->accepted);
    json_int(&object, DUPLICATE, REQUIRED, 0, JSON_MAX_INTEGER, &c->duplicate);
    json_int(&object, STALE, REQUIRED, 0, JSON_MAX_INTEGER, &c->stale);
    read_codes(&object, REJECTED, rejected_name, c->rejected, REJECT_CODES);
    read_codes(&object, WARNINGS, warned_name, c->warnings, WARNING_CODES);
}

int tally_decode(struct str value, struct tally *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root, list;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct tally m = { .count = 0 };
    json_string(&root, TOPIC, REQUIRED, m.topic, sizeof m.topic);
    json_int32(&root, PARTITION, REQUIRED, 0, INT32_MAX, &m.partition);
    json_int(&root, FROM, REQUIRED, 0, JSON_MAX_INTEGER, &m.from);
    json_int(&root, NEXT, REQUIRED, 0, JSON_MAX_INTEGER, &m.next);
    if (m.next <= m.from)
        json_fault(&root, NEXT, REJECT_INCONSISTENT, "more than from");
    if (json_array(&root, COUNTS, OPTIONAL, TALLY_MAX_SOURCES + 1, &list)) {
        m.count = list.count;
        for (int i = 0; i < list.count; i++)
            read_count(&list, i, &m.counts[i]);
    }
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}
