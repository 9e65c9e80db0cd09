#include "common/wire/ndjson.h"

#include <errno.h>

#include "common/core/civil.h"
#include "common/wire/json_in.h"
#include "common/wire/json_put.h"

enum {
    F_SPECVERSION, F_ID, F_SOURCE, F_TYPE, F_SUBJECT, F_TIME, F_CONTENT_TYPE, F_PARTITION, F_OFFSET, F_KEY, F_ORIGIN,
    F_VERSION, F_DATA,
};
static const struct str NAMES[] = {
    JSON_NAME("specversion"), JSON_NAME("id"), JSON_NAME("source"), JSON_NAME("type"), JSON_NAME("subject"),
    JSON_NAME("time"), JSON_NAME("datacontenttype"), JSON_NAME("partition"), JSON_NAME("offset"), JSON_NAME("key"),
    JSON_NAME("origin"), JSON_NAME("version"), JSON_NAME("data"),
};

void ndjson_write(struct buf *b, const struct ndjson_event *event)
{
    const struct envelope *e = &event->envelope;
    json_put_begin(b);
    json_put_string(b, "specversion", "1.0");
    json_put_string(b, "id", e->id);
    json_put_string(b, "source", e->source);
    json_put_string(b, "type", e->type);
    json_put_string(b, "subject", e->subject);
    json_put_instant(b, "time", e->time);
    json_put_string(b, "datacontenttype", "application/json");
    json_put_int_or_null(b, "partition", event->partition, -1);
    json_put_int_or_null(b, "offset", event->offset, -1);
    json_put_string(b, "key", event->key);
    json_put_string(b, "origin", e->origin);
    json_put_string(b, "version", e->version);
    buf_append_cstr(b, ",\"data\":");
    buf_append_str(b, event->data.p == NULL ? STR_LIT("null") : event->data);
    json_put_close(b, '}');
    buf_append_char(b, '\n');
}

/* Past a string whose opening quote is at `i`. The text is known to be JSON. */
static size_t skip_string(struct str s, size_t i)
{
    for (i++; i < s.n && s.p[i] != '"'; i++)
        if (s.p[i] == '\\')
            i++;
    return i + 1;
}

static size_t skip_space(struct str s, size_t i)
{
    while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\r' || s.p[i] == '\n'))
        i++;
    return i;
}

/* Past any value that begins at `i`. */
static size_t skip_value(struct str s, size_t i)
{
    int depth = 0;
    while (i < s.n) {
        char c = s.p[i];
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            break;
        if (c == '"') {
            i = skip_string(s, i);
            continue;
        }
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        i++;
        if (depth == 0 && (c == '}' || c == ']'))
            break;
    }
    return i;
}

/* The bytes of the outermost object's member `data`: the object is known to be JSON and to have it. */
static struct str find_data(struct str s)
{
    size_t i = skip_space(s, 0) + 1;
    while (i < s.n) {
        size_t name = skip_space(s, i), after = skip_string(s, name);
        size_t value = skip_space(s, skip_space(s, after) + 1), end = skip_value(s, value);
        if (str_is((struct str){ s.p + name, after - name }, "\"data\""))
            return (struct str){ s.p + value, end - value };
        i = skip_space(s, end) + 1;
    }
    return (struct str){ NULL, 0 };
}

static void read_attributes(const struct json_node *root, struct ndjson_event *out)
{
    struct envelope *e = &out->envelope;
    char specversion[8] = "", content_type[32] = "";
    struct str time;
    (void)json_string(root, F_SPECVERSION, REQUIRED, specversion, sizeof(specversion));
    if (strcmp(specversion, "1.0") != 0)
        json_fault(root, F_SPECVERSION, REJECT_UNKNOWN_VALUE, "1.0");
    (void)json_string(root, F_ID, REQUIRED, e->id, sizeof(e->id));
    (void)json_string(root, F_SOURCE, REQUIRED, e->source, sizeof(e->source));
    (void)json_string(root, F_TYPE, REQUIRED, e->type, sizeof(e->type));
    (void)json_string(root, F_SUBJECT, OPTIONAL, e->subject, sizeof(e->subject));
    if (json_text(root, F_TIME, REQUIRED, 64, &time) && instant_parse(time, &e->time) != 0)
        json_fault(root, F_TIME, REJECT_BAD_DATE, "an instant, RFC 3339");
    if (json_string(root, F_CONTENT_TYPE, OPTIONAL, content_type, sizeof(content_type)) &&
        strcmp(content_type, "application/json") != 0)
        json_fault(root, F_CONTENT_TYPE, REJECT_UNKNOWN_VALUE, "application/json");
    (void)json_int32(root, F_PARTITION, OPTIONAL, 0, INT32_MAX, &out->partition);
    (void)json_int(root, F_OFFSET, OPTIONAL, 0, INT64_MAX, &out->offset);
    (void)json_string(root, F_KEY, OPTIONAL, out->key, sizeof(out->key));
    (void)json_string(root, F_ORIGIN, OPTIONAL, e->origin, sizeof(e->origin));
    (void)json_string(root, F_VERSION, OPTIONAL, e->version, sizeof(e->version));
}

int ndjson_read(struct str line, struct ndjson_event *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    int result = json_in_parse(&in, line, NAMES, ARRAY_LEN(NAMES), &root, error);
    if (result < 0)
        return result;
    struct ndjson_event event = { .partition = -1, .offset = -1 };
    read_attributes(&root, &event);
    enum json_type type = json_type(&root, F_DATA);
    if (type != JSON_OBJECT && type != JSON_NULL)
        json_fault(&root, F_DATA, REJECT_WRONG_TYPE, "an object, or null");
    result = json_in_result(&in);
    if (result < 0)
        return result;
    if (type == JSON_OBJECT)
        event.data = find_data(line);
    *out = event;
    return result;
}
