#include "common/wire/decision.h"
#include "common/wire/parts.h"

enum {
    PERIOD, REGENCY, REVISION, HOUSEHOLD, HOUSEHOLD_REF, VILLAGE, GIVER, STATE, REASON, CLASS, DISTANCE_M,
};
static const struct str NAMES[] = {
    JSON_NAME("period"),  JSON_NAME("regency"), JSON_NAME("revision"), JSON_NAME("household"),
    JSON_NAME("household_ref"), JSON_NAME("village"), JSON_NAME("giver"), JSON_NAME("state"),
    JSON_NAME("reason"),  JSON_NAME("class"),   JSON_NAME("distance_m"),
};

enum { GIVER_KIND, GIVER_ID, GIVER_REF };
static const struct str GIVER_NAMES[] = { JSON_NAME("kind"), JSON_NAME("id"), JSON_NAME("ref") };

enum { DECILE, BAND, WAITING };
static const struct str CLASS_NAMES[] = { JSON_NAME("decile"), JSON_NAME("band"), JSON_NAME("waiting") };

static void put_giver(struct buf *b, const struct assignment *m)
{
    if (m->giver.kind == GIVER_NONE) {
        json_put_null(b, "giver");
        return;
    }
    json_put_open(b, "giver", '{');
    json_put_word(b, "kind", &wire_giver_kinds, m->giver.kind);
    json_put_string(b, "id", m->giver.id);
    json_put_string(b, "ref", m->giver_ref);
    json_put_close(b, '}');
}

static void put_class(struct buf *b, const struct need_class *class)
{
    if (class->decile == 0) {
        json_put_null(b, "class");
        return;
    }
    json_put_open(b, "class", '{');
    json_put_int(b, "decile", class->decile);
    json_put_int(b, "band", class->band);
    json_put_int(b, "waiting", class->waiting);
    json_put_close(b, '}');
}

void assignment_encode(struct buf *b, const struct assignment *m)
{
    json_put_begin(b);
    json_put_string(b, "period", m->period);
    json_put_region(b, "regency", m->regency);
    json_put_int(b, "revision", m->revision);
    json_put_string(b, "household", m->household);
    json_put_string(b, "household_ref", m->household_ref);
    json_put_region(b, "village", m->village);
    put_giver(b, m);
    json_put_word(b, "state", &wire_row_states, m->state);
    json_put_word(b, "reason", &wire_row_reasons, m->reason);
    put_class(b, &m->class);
    json_put_int_or_null(b, "distance_m", m->distance_m, -1);
    json_put_close(b, '}');
}

static void read_giver(const struct json_node *root, struct assignment *m)
{
    struct json_node object;
    if (!json_object(root, GIVER, OPTIONAL, GIVER_NAMES, ARRAY_LEN(GIVER_NAMES), &object))
        return;
    m->giver.kind = (enum giver_kind)json_word(&object, GIVER_KIND, REQUIRED, &wire_giver_kinds);
    parts_giver_id(&object, GIVER_ID, &m->giver);
    json_ref(&object, GIVER_REF, OPTIONAL, m->giver_ref);
}

static void read_class(const struct json_node *root, struct need_class *class)
{
    struct json_node object;
    if (!json_object(root, CLASS, OPTIONAL, CLASS_NAMES, ARRAY_LEN(CLASS_NAMES), &object))
        return;
    json_int8(&object, DECILE, REQUIRED, 1, 10, &class->decile);
    json_int8(&object, BAND, REQUIRED, 0, 2, &class->band);
    json_int8(&object, WAITING, REQUIRED, 0, 3, &class->waiting);
}

int assignment_decode(struct str value, struct assignment *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct assignment m = { .distance_m = -1 };
    json_ref(&root, PERIOD, REQUIRED, m.period);
    json_regency(&root, REGENCY, REQUIRED, &m.regency);
    json_int32(&root, REVISION, REQUIRED, 1, INT32_MAX, &m.revision);
    json_token(&root, HOUSEHOLD, REQUIRED, m.household);
    json_ref(&root, HOUSEHOLD_REF, REQUIRED, m.household_ref);
    json_village(&root, VILLAGE, OPTIONAL, &m.village);
    read_giver(&root, &m);
    m.state = (enum row_state)json_word(&root, STATE, REQUIRED, &wire_row_states);
    m.reason = (enum row_reason)json_word(&root, REASON, REQUIRED, &wire_row_reasons);
    read_class(&root, &m.class);
    json_int32(&root, DISTANCE_M, OPTIONAL, 0, INT32_MAX, &m.distance_m);
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}
