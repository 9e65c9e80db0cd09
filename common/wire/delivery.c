#include "common/wire/parts.h"

enum { VISIT, REGENCY, PERIOD, HOUSEHOLD, GIVER, OUTCOME, PACKAGES, ON };
static const struct str NAMES[] = {
    JSON_NAME("visit"), JSON_NAME("regency"), JSON_NAME("period"),   JSON_NAME("household"),
    JSON_NAME("giver"), JSON_NAME("outcome"), JSON_NAME("packages"), JSON_NAME("on"),
};

void delivery_encode(struct buf *b, const struct delivery *m)
{
    json_put_begin(b);
    json_put_string(b, "visit", m->visit);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "period", m->period);
    json_put_string(b, "household", m->household);
    parts_put_giver(b, "giver", &m->giver);
    json_put_word(b, "outcome", &wire_outcomes, m->outcome);
    json_put_int(b, "packages", m->packages);
    json_put_date(b, "on", m->on);
    json_put_close(b, '}');
}

int delivery_decode(struct str value, struct delivery *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct delivery m = { .packages = 0 };
    json_uuid(&root, VISIT, REQUIRED, m.visit);
    json_regency(&root, REGENCY, REQUIRED, &m.regency);
    json_ref(&root, PERIOD, REQUIRED, m.period);
    json_token(&root, HOUSEHOLD, REQUIRED, m.household);
    parts_giver(&root, GIVER, REQUIRED, &m.giver);
    m.outcome = (enum outcome_at_door)json_word(&root, OUTCOME, REQUIRED, &wire_outcomes);
    json_int32(&root, PACKAGES, REQUIRED, 0, 10, &m.packages);
    json_date(&root, ON, REQUIRED, &m.on);
    parts_check_packages(&root, PACKAGES, m.outcome, m.packages);
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}
