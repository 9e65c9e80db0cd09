#include "common/wire/plan_parts.h"

enum {
    REGENCY, PERIOD, REVISION, TRIGGER, POSITION, DISTRIBUTION, REPORT_BY, CHANGED, SUPPLY, SURPLUS, OVER, UNSERVED,
    UNMATCHED, DIGEST, DEMAND, CERTIFICATE = DEMAND + PLAN_CUT_FIELDS, RULE, EXPECT,
};
static const struct str NAMES[] = {
    JSON_NAME("regency"),   JSON_NAME("period"),         JSON_NAME("revision"),     JSON_NAME("trigger"),
    JSON_NAME("position"),  JSON_NAME("distribution"),   JSON_NAME("report_by"),    JSON_NAME("changed"),
    JSON_NAME("supply"),    JSON_NAME("surplus"),        JSON_NAME("over"),         JSON_NAME("unserved"),
    JSON_NAME("unmatched"), JSON_NAME("digest"),         JSON_NAME("demand"),       JSON_NAME("demand_unknown"),
    JSON_NAME("demand_stale"), JSON_NAME("objective"),   JSON_NAME("fairness"),     JSON_NAME("distance_p50_m"),
    JSON_NAME("distance_p95_m"), JSON_NAME("certificate"), JSON_NAME("rule"),       JSON_NAME("expect"),
};
_Static_assert(ARRAY_LEN(NAMES) == EXPECT + 1, "one name for each field");

enum { PARTITION, OFFSET };
static const struct str POSITION_NAMES[] = { JSON_NAME("partition"), JSON_NAME("offset") };

enum { ASN_GIVERS, ASN_PACKAGES, PARTNER_PACKAGES, PART_TIME_EXCLUDED, STALE };
static const struct str SUPPLY_NAMES[] = {
    JSON_NAME("asn_givers"), JSON_NAME("asn_packages"), JSON_NAME("partner_packages"),
    JSON_NAME("part_time_excluded"), JSON_NAME("stale"),
};

enum { SURPLUS_ASN, SURPLUS_PARTNER, SURPLUS_STRANDED };
static const struct str SURPLUS_NAMES[] = { JSON_NAME("asn"), JSON_NAME("partner"), JSON_NAME("stranded") };

enum { EXPECTED, KNOWN };
static const struct str EXPECT_NAMES[] = { JSON_NAME("expected"), JSON_NAME("known") };
enum { HOUSEHOLDS, GIVERS, DONATIONS };
static const struct str COUNT_NAMES[] = { JSON_NAME("households"), JSON_NAME("givers"), JSON_NAME("donations") };

// ---- writing -------------------------------------------------------------------------------------------------------

static void put_figures(struct buf *b, const struct plan *m)
{
    if (!m->has_figures) {
        static const char *const names[] = { "supply", "surplus", "over", "unserved", "unmatched" };
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            json_put_null(b, names[i]);
        return;
    }
    json_put_open(b, "supply", '{');
    json_put_int(b, "asn_givers", m->supply.asn_givers);
    json_put_int(b, "asn_packages", m->supply.asn_packages);
    json_put_int(b, "partner_packages", m->supply.partner_packages);
    json_put_int(b, "part_time_excluded", m->supply.part_time_excluded);
    json_put_int(b, "stale", m->supply.stale);
    json_put_close(b, '}');
    json_put_open(b, "surplus", '{');
    json_put_int(b, "asn", m->surplus.asn);
    json_put_int(b, "partner", m->surplus.partner);
    json_put_int(b, "stranded", m->surplus.stranded);
    json_put_close(b, '}');
    json_put_int(b, "over", m->over);
    json_put_int(b, "unserved", m->unserved);
    json_put_int(b, "unmatched", m->unmatched);
}

static void put_counts(struct buf *b, const char *name, int64_t households, int64_t givers, int64_t donations)
{
    json_put_open(b, name, '{');
    json_put_int(b, "households", households);
    json_put_int(b, "givers", givers);
    json_put_int(b, "donations", donations);
    json_put_close(b, '}');
}

static void put_expect(struct buf *b, const struct plan *m)
{
    json_put_open(b, "expect", '{');
    put_counts(b, "expected", m->expected_households, m->expected_givers, m->expected_donations);
    put_counts(b, "known", m->known_households, m->known_givers, m->known_donations);
    json_put_close(b, '}');
}

void plan_encode(struct buf *b, const struct plan *m)
{
    json_put_begin(b);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "period", m->period);
    json_put_int(b, "revision", m->revision);
    json_put_word(b, "trigger", &wire_triggers, m->trigger);
    json_put_open(b, "position", '{');
    json_put_int(b, "partition", m->position.partition);
    json_put_int(b, "offset", m->position.offset);
    json_put_close(b, '}');
    parts_put_distribution(b, "distribution", m->distribution_from, m->distribution_to);
    json_put_date(b, "report_by", m->report_by);
    json_put_int(b, "changed", m->changed);
    put_figures(b, m);
    json_put_string(b, "digest", m->digest);
    plan_put_cut_figures(b, m);
    plan_put_certificate(b, m);
    if (m->has_rule)
        plan_put_rule(b, &m->rule);
    else
        json_put_null(b, "rule");
    if (m->has_expect)
        put_expect(b, m);
    else
        json_put_null(b, "expect");
    json_put_close(b, '}');
}

// ---- reading -------------------------------------------------------------------------------------------------------

static bool count(const struct json_node *node, int slot, int64_t *out)
{
    return json_int(node, slot, REQUIRED, 0, JSON_MAX_INTEGER, out);
}

static void read_position(const struct json_node *root, struct plan_position *p)
{
    struct json_node object;
    if (!json_object(root, POSITION, REQUIRED, POSITION_NAMES, ARRAY_LEN(POSITION_NAMES), &object))
        return;
    json_int32(&object, PARTITION, REQUIRED, 0, INT32_MAX, &p->partition);
    count(&object, OFFSET, &p->offset);
}

static void read_figures(const struct json_node *root, struct plan *m)
{
    struct json_node object;
    m->has_figures = true;
    if (json_object(root, SUPPLY, REQUIRED, SUPPLY_NAMES, ARRAY_LEN(SUPPLY_NAMES), &object)) {
        count(&object, ASN_GIVERS, &m->supply.asn_givers);
        count(&object, ASN_PACKAGES, &m->supply.asn_packages);
        count(&object, PARTNER_PACKAGES, &m->supply.partner_packages);
        count(&object, PART_TIME_EXCLUDED, &m->supply.part_time_excluded);
        count(&object, STALE, &m->supply.stale);
    }
    if (json_object(root, SURPLUS, REQUIRED, SURPLUS_NAMES, ARRAY_LEN(SURPLUS_NAMES), &object)) {
        count(&object, SURPLUS_ASN, &m->surplus.asn);
        count(&object, SURPLUS_PARTNER, &m->surplus.partner);
        count(&object, SURPLUS_STRANDED, &m->surplus.stranded);
    }
    count(root, OVER, &m->over);
    count(root, UNSERVED, &m->unserved);
    count(root, UNMATCHED, &m->unmatched);
}

static void read_counts(const struct json_node *node, int slot, int64_t *households, int64_t *givers,
                        int64_t *donations)
{
    struct json_node object;
    if (!json_object(node, slot, REQUIRED, COUNT_NAMES, ARRAY_LEN(COUNT_NAMES), &object))
        return;
    count(&object, HOUSEHOLDS, households);
    count(&object, GIVERS, givers);
    count(&object, DONATIONS, donations);
}

static void read_expect(const struct json_node *root, struct plan *m)
{
    struct json_node object;
    if (!json_object(root, EXPECT, OPTIONAL, EXPECT_NAMES, ARRAY_LEN(EXPECT_NAMES), &object))
        return;
    m->has_expect = true;
    read_counts(&object, EXPECTED, &m->expected_households, &m->expected_givers, &m->expected_donations);
    read_counts(&object, KNOWN, &m->known_households, &m->known_givers, &m->known_donations);
}

/* Fields that the trigger does not have must be null. */
static void check_absent(const struct json_node *root, int first, int last)
{
    for (int slot = first; slot <= last; slot++)
        if (json_type(root, slot) != JSON_NULL)
            json_fault(root, slot, REJECT_INCONSISTENT, "null with this trigger");
}

static void read_groups(const struct json_node *root, struct plan *m)
{
    bool cut = m->trigger == TRIGGER_CUT, refused = m->trigger == TRIGGER_REFUSED;
    if (refused)
        check_absent(root, SUPPLY, UNMATCHED);
    else
        read_figures(root, m);
    json_hex(root, DIGEST, OPTIONAL, m->digest, sizeof m->digest);
    if (cut || m->trigger == TRIGGER_CLOSE) {
        plan_read_cut_figures(root, DEMAND, m);
        (void)plan_read_certificate(root, CERTIFICATE, REQUIRED, m);
    } else {
        check_absent(root, DEMAND, CERTIFICATE - 1);
        if (refused)
            m->has_refused_certificate = plan_read_certificate(root, CERTIFICATE, OPTIONAL, m);
        else
            check_absent(root, CERTIFICATE, CERTIFICATE);
    }
    if (cut)
        m->has_rule = plan_read_rule(root, RULE, REQUIRED, &m->rule);
    else
        check_absent(root, RULE, RULE);
    if (refused)
        read_expect(root, m);
    else
        check_absent(root, EXPECT, EXPECT);
}

int plan_decode(struct str value, struct plan *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct plan m = { .distance_p50_m = -1, .distance_p95_m = -1, .rule = { .roster = -1 } };
    json_regency(&root, REGENCY, REQUIRED, &m.regency);
    json_ref(&root, PERIOD, REQUIRED, m.period);
    json_int32(&root, REVISION, REQUIRED, 1, INT32_MAX, &m.revision);
    m.trigger = (enum plan_trigger)json_word(&root, TRIGGER, REQUIRED, &wire_triggers);
    read_position(&root, &m.position);
    parts_distribution(&root, DISTRIBUTION, REQUIRED, &m.distribution_from, &m.distribution_to);
    json_date(&root, REPORT_BY, REQUIRED, &m.report_by);
    count(&root, CHANGED, &m.changed);
    read_groups(&root, &m);
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}
