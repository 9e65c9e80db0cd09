#include "common/wire/parts.h"

enum {
    ASN, REF, REGENCY, EMPLOYMENT, GRADE, POSITION, UNIT, HOME_VILLAGE, WORK_VILLAGE, HOUSEHOLD, STATUS, VERSION, WAS,
};
static const struct str NAMES[] = {
    JSON_NAME("asn"),          JSON_NAME("ref"),          JSON_NAME("regency"),   JSON_NAME("employment"),
    JSON_NAME("grade"),        JSON_NAME("position"),     JSON_NAME("unit"),      JSON_NAME("home_village"),
    JSON_NAME("work_village"), JSON_NAME("household"),    JSON_NAME("status"),    JSON_NAME("version"),
    JSON_NAME("was"),
};

void asn_encode(struct buf *b, const struct asn *m)
{
    json_put_begin(b);
    json_put_string(b, "asn", m->asn);
    json_put_string(b, "ref", m->ref);
    json_put_region(b, "regency", m->regency);
    json_put_word(b, "employment", &wire_employments, m->employment);
    json_put_string(b, "grade", m->grade);
    json_put_word(b, "position", &wire_positions, m->position);
    json_put_string(b, "unit", m->unit);
    json_put_region(b, "home_village", m->home_village);
    json_put_region(b, "work_village", m->work_village);
    json_put_string(b, "household", m->household);
    json_put_word(b, "status", &wire_asn_statuses, m->status);
    json_put_int(b, "version", m->version);
    json_put_string(b, "was", m->was);
    json_put_close(b, '}');
}

int asn_decode(struct str value, struct asn *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct asn m = { .version = 0 };
    json_token(&root, ASN, REQUIRED, m.asn);
    json_ref(&root, REF, REQUIRED, m.ref);
    json_regency(&root, REGENCY, REQUIRED, &m.regency);
    m.employment = (enum employment)json_word(&root, EMPLOYMENT, REQUIRED, &wire_employments);
    parts_grade(&root, GRADE, OPTIONAL, m.grade);
    m.position = (enum position)json_word(&root, POSITION, REQUIRED, &wire_positions);
    json_ref(&root, UNIT, REQUIRED, m.unit);
    json_village(&root, HOME_VILLAGE, OPTIONAL, &m.home_village);
    json_village(&root, WORK_VILLAGE, OPTIONAL, &m.work_village);
    json_token(&root, HOUSEHOLD, OPTIONAL, m.household);
    m.status = (enum asn_status)json_word(&root, STATUS, REQUIRED, &wire_asn_statuses);
    json_int(&root, VERSION, REQUIRED, 0, JSON_MAX_INTEGER, &m.version);
    json_token(&root, WAS, OPTIONAL, m.was);
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}
