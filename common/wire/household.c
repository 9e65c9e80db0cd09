#include "common/wire/parts.h"

enum { HOUSEHOLD, REF, REGENCY, VILLAGE, DECILE, DTSEN, MEMBERS, BAND, STATUS, WAS };
static const struct str NAMES[] = {
    JSON_NAME("household"), JSON_NAME("ref"),     JSON_NAME("regency"), JSON_NAME("village"), JSON_NAME("decile"),
    JSON_NAME("dtsen"),     JSON_NAME("members"), JSON_NAME("band"),    JSON_NAME("status"),  JSON_NAME("was"),
};

enum { NATIONAL, PROVINCE, OF_REGENCY };
static const struct str DECILE_NAMES[] = { JSON_NAME("national"), JSON_NAME("province"), JSON_NAME("regency") };

void household_encode(struct buf *b, const struct household *m)
{
    json_put_begin(b);
    json_put_string(b, "household", m->household);
    json_put_string(b, "ref", m->ref);
    json_put_region(b, "regency", m->regency);
    json_put_region(b, "village", m->village);
    json_put_open(b, "decile", '{');
    json_put_int_or_null(b, "national", m->decile_national, 0);
    json_put_int_or_null(b, "province", m->decile_province, 0);
    json_put_int_or_null(b, "regency", m->decile_regency, 0);
    json_put_close(b, '}');
    json_put_edition(b, "dtsen", m->dtsen);
    json_put_int_or_null(b, "members", m->members, -1);
    json_put_int(b, "band", m->band);
    json_put_word(b, "status", &wire_household_statuses, m->status);
    json_put_string(b, "was", m->was);
    json_put_close(b, '}');
}

int household_decode(struct str value, struct household *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root, decile;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct household m = { .members = -1 };
    json_token(&root, HOUSEHOLD, REQUIRED, m.household);
    json_ref(&root, REF, REQUIRED, m.ref);
    json_regency(&root, REGENCY, REQUIRED, &m.regency);
    json_village(&root, VILLAGE, OPTIONAL, &m.village);
    if (json_object(&root, DECILE, REQUIRED, DECILE_NAMES, ARRAY_LEN(DECILE_NAMES), &decile)) {
        json_int8(&decile, NATIONAL, OPTIONAL, 1, 10, &m.decile_national);
        json_int8(&decile, PROVINCE, OPTIONAL, 1, 10, &m.decile_province);
        json_int8(&decile, OF_REGENCY, OPTIONAL, 1, 10, &m.decile_regency);
    }
    json_edition(&root, DTSEN, REQUIRED, &m.dtsen);
    json_int32(&root, MEMBERS, OPTIONAL, 0, INT32_MAX, &m.members);
    json_int8(&root, BAND, REQUIRED, 0, 2, &m.band);
    m.status = (enum household_status)json_word(&root, STATUS, REQUIRED, &wire_household_statuses);
    json_token(&root, WAS, OPTIONAL, m.was);
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}
