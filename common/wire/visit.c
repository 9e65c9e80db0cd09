#include "common/wire/visit.h"

#include "common/wire/parts.h"

enum { VISIT, PERIOD, REGENCY, VILLAGE, HOUSEHOLD, GIVER, VISITED_ON, REPORTED_AT, OUTCOME, PACKAGES, FINDINGS };
static const struct str NAMES[] = {
    JSON_NAME("visit"),      JSON_NAME("period"),      JSON_NAME("regency"), JSON_NAME("village"),
    JSON_NAME("household"),  JSON_NAME("giver"),       JSON_NAME("visited_on"), JSON_NAME("reported_at"),
    JSON_NAME("outcome"),    JSON_NAME("packages"),    JSON_NAME("findings"),
};

enum { ALONE, HEALTH, DROPOUTS, CHILD, REGULAR_AID, HOUSE, OTHER };
static const struct str FINDING_NAMES[] = {
    JSON_NAME("alone"),       JSON_NAME("health"), JSON_NAME("dropouts"), JSON_NAME("child"),
    JSON_NAME("regular_aid"), JSON_NAME("house"),  JSON_NAME("other"),
};

static void put_findings(struct buf *b, const struct findings *f)
{
    if (!f->present) {
        json_put_null(b, "findings");
        return;
    }
    json_put_open(b, "findings", '{');
    json_put_tristate(b, "alone", f->alone);
    json_put_word(b, "health", &wire_healths, f->health);
    json_put_int_or_null(b, "dropouts", f->dropouts, -1);
    json_put_words(b, "child", &wire_children, f->child);
    json_put_words(b, "regular_aid", &wire_aids, f->regular_aid);
    json_put_word(b, "house", &wire_houses, f->house);
    json_put_tristate(b, "other", f->other);
    json_put_close(b, '}');
}

void visit_encode(struct buf *b, const struct visit *m)
{
    json_put_begin(b);
    json_put_string(b, "visit", m->visit);
    json_put_string(b, "period", m->period);
    json_put_region(b, "regency", m->regency);
    json_put_region(b, "village", m->village);
    json_put_string(b, "household", m->household);
    parts_put_giver(b, "giver", &m->giver);
    json_put_date(b, "visited_on", m->visited_on);
    json_put_instant(b, "reported_at", m->reported_at);
    json_put_word(b, "outcome", &wire_outcomes, m->outcome);
    json_put_int(b, "packages", m->packages);
    put_findings(b, &m->findings);
    json_put_close(b, '}');
}

static void read_findings(const struct json_node *root, struct findings *f)
{
    struct json_node object;
    uint32_t set;
    if (!json_object(root, FINDINGS, OPTIONAL, FINDING_NAMES, ARRAY_LEN(FINDING_NAMES), &object))
        return;
    f->present = true;
    json_tristate(&object, ALONE, OPTIONAL, &f->alone);
    f->health = (enum health)json_word(&object, HEALTH, OPTIONAL, &wire_healths);
    json_int32(&object, DROPOUTS, OPTIONAL, 0, 10, &f->dropouts);
    if (json_word_set(&object, CHILD, OPTIONAL, &wire_children, &set))
        f->child = (uint8_t)set;
    if (json_word_set(&object, REGULAR_AID, OPTIONAL, &wire_aids, &set))
        f->regular_aid = (uint8_t)set;
    f->house = (enum house)json_word(&object, HOUSE, OPTIONAL, &wire_houses);
    json_tristate(&object, OTHER, OPTIONAL, &f->other);
}

int visit_decode(struct str value, struct visit *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct visit m = { .findings = { .dropouts = -1 } };
    json_uuid(&root, VISIT, REQUIRED, m.visit);
    json_ref(&root, PERIOD, REQUIRED, m.period);
    json_regency(&root, REGENCY, REQUIRED, &m.regency);
    json_village(&root, VILLAGE, REQUIRED, &m.village);
    json_token(&root, HOUSEHOLD, REQUIRED, m.household);
    parts_giver(&root, GIVER, REQUIRED, &m.giver);
    json_date(&root, VISITED_ON, REQUIRED, &m.visited_on);
    json_instant(&root, REPORTED_AT, REQUIRED, &m.reported_at);
    m.outcome = (enum outcome_at_door)json_word(&root, OUTCOME, REQUIRED, &wire_outcomes);
    json_int32(&root, PACKAGES, REQUIRED, 0, 10, &m.packages);
    parts_check_packages(&root, PACKAGES, m.outcome, m.packages);
    read_findings(&root, &m.findings);
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}
