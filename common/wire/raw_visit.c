#include <stddef.h>

#include "common/wire/parts.h"
#include "common/wire/raw.h"
#include "common/wire/raw_util.h"

/* `note` is not among them: whatever it holds, it is not read. */
enum {
    F_VISIT, F_REGENCY, F_VILLAGE, F_PERIOD, F_KK, F_HOUSEHOLD_REF, F_NIP, F_PARTNER, F_DONATION, F_VISITED_ON,
    F_OUTCOME, F_PACKAGES, F_FINDINGS,
};
static const struct str fields[] = {
    JSON_NAME("visit"),   JSON_NAME("regency"),  JSON_NAME("village"), JSON_NAME("period"),
    JSON_NAME("nomor_kartu_keluarga"), JSON_NAME("household_ref"), JSON_NAME("nip"), JSON_NAME("partner"),
    JSON_NAME("donation"), JSON_NAME("visited_on"), JSON_NAME("outcome"), JSON_NAME("packages"),
    JSON_NAME("findings"),
};

enum {
    FINDING_ALONE, FINDING_HEALTH, FINDING_DROPOUTS, FINDING_CHILD, FINDING_REGULAR_AID, FINDING_HOUSE, FINDING_OTHER,
};
static const struct str finding_fields[] = {
    JSON_NAME("alone"), JSON_NAME("health"), JSON_NAME("dropouts"), JSON_NAME("child"), JSON_NAME("regular_aid"),
    JSON_NAME("house"), JSON_NAME("other"),
};

enum { MAX_PACKAGES = 10, MAX_DROPOUTS = 10 };

/* An ASN by number, or a partner by the donation: one of the two, whole. */
static void read_giver(const struct json_node *root, struct raw_visit *out)
{
    bool by_number = json_type(root, F_NIP) != JSON_NULL;
    bool by_partner = json_type(root, F_PARTNER) != JSON_NULL || json_type(root, F_DONATION) != JSON_NULL;
    struct donation d = { 0 };

    if (!by_partner) {
        raw_nip(root, F_NIP, out->nip);
        return;
    }
    if (by_number) {
        raw_nip(root, F_NIP, out->nip);
        json_fault(root, json_type(root, F_PARTNER) != JSON_NULL ? F_PARTNER : F_DONATION, REJECT_INCONSISTENT,
                   "nothing beside nip: either nip, or partner and donation");
        return;
    }
    if (json_ref_part(root, F_PARTNER, REQUIRED, d.partner) && json_ref_part(root, F_DONATION, REQUIRED, d.donation)) {
        out->visit.giver.kind = GIVER_PARTNER;
        donation_id(&d, out->visit.giver.id);
    }
}

static void read_outcome(const struct json_node *root, struct visit *v)
{
    v->outcome = (enum outcome_at_door)json_word(root, F_OUTCOME, REQUIRED, &wire_outcomes);
    v->packages = v->outcome == OUTCOME_DELIVERED ? 1 : 0;
    if (json_int32(root, F_PACKAGES, OPTIONAL, 0, MAX_PACKAGES, &v->packages))
        parts_check_packages(root, F_PACKAGES, v->outcome, v->packages);
}

static enum tristate read_flag(const struct json_node *node, int slot, struct warnings *warnings)
{
    bool flag;
    if (json_peek_bool(node, slot, &flag))
        return flag ? TRISTATE_TRUE : TRISTATE_FALSE;
    warnings->count[WARNING_FINDING] += json_type(node, slot) != JSON_NULL;
    return TRISTATE_NONE;
}

static int read_word(const struct json_node *node, int slot, const struct wire_words *words, struct warnings *warnings)
{
    struct str word;
    int value = json_peek_string(node, slot, &word) ? wire_value(words, word) : 0;
    warnings->count[WARNING_FINDING] += value == 0 && json_type(node, slot) != JSON_NULL;
    return value;
}

/* Words that can't be read are counted, the others still reach who can help. */
static uint8_t read_set(const struct json_node *node, int slot, const struct wire_words *words,
                        struct warnings *warnings)
{
    struct json_node list;
    uint8_t set = 0;
    if (!json_peek_array(node, slot, &list)) {
        warnings->count[WARNING_FINDING] += json_type(node, slot) != JSON_NULL;
        return 0;
    }
    for (int i = 0; i < list.count && i < MAX_LIST; i++) {
        int value = read_word(&list, i, words, warnings);
        if (value != 0)
            set |= (uint8_t)(1u << (value - 1));
    }
    warnings->count[WARNING_FINDING] += list.count > MAX_LIST;
    return set;
}

/* A visit is never refused for what was seen there. */
static void read_findings(const struct json_node *root, struct findings *out, struct warnings *warnings)
{
    struct json_node node;
    int64_t dropouts;

    if (!json_peek_object(root, F_FINDINGS, finding_fields, ARRAY_LEN(finding_fields), &node)) {
        warnings->count[WARNING_FINDING] += json_type(root, F_FINDINGS) != JSON_NULL;
        return;
    }
    out->present = true;
    out->alone = read_flag(&node, FINDING_ALONE, warnings);
    out->health = (enum health)read_word(&node, FINDING_HEALTH, &wire_healths, warnings);
    if (json_peek_integer(&node, FINDING_DROPOUTS, &dropouts) && dropouts >= 0 && dropouts <= MAX_DROPOUTS)
        out->dropouts = (int32_t)dropouts;
    else
        warnings->count[WARNING_FINDING] += json_type(&node, FINDING_DROPOUTS) != JSON_NULL;
    out->child = read_set(&node, FINDING_CHILD, &wire_children, warnings);
    out->regular_aid = read_set(&node, FINDING_REGULAR_AID, &wire_aids, warnings);
    out->house = (enum house)read_word(&node, FINDING_HOUSE, &wire_houses, warnings);
    out->other = read_flag(&node, FINDING_OTHER, warnings);
}

int raw_visit_decode(struct str value, const struct raw_context *context, struct raw_visit *out,
                     struct warnings *warnings, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    struct visit *v = &out->visit;

    *out = (struct raw_visit){ .visit.findings.dropouts = -1 };
    *warnings = (struct warnings){ 0 };
    int r = raw_open(&in, value, fields, ARRAY_LEN(fields), context, &root, error);
    if (r < 0)
        return r;

    raw_uuid(&root, F_VISIT, v->visit);
    raw_regency(&root, F_REGENCY, context, &v->regency);
    if (raw_village(&root, F_VILLAGE, REQUIRED, context, &v->village) && v->village / 1000000 != v->regency)
        json_fault(&root, F_VILLAGE, REJECT_INCONSISTENT, "a village of the regency");
    json_ref(&root, F_PERIOD, REQUIRED, v->period);
    raw_kk(&root, F_KK, REQUIRED, out->kk);
    raw_household_ref(&root, F_HOUSEHOLD_REF, out->household_ref, warnings);
    read_giver(&root, out);
    raw_visited_on(&root, F_VISITED_ON, context, v->regency, &v->visited_on);
    read_outcome(&root, v);
    v->reported_at = context->ce_time;
    if (v->outcome != OUTCOME_VOID)
        read_findings(&root, &v->findings, warnings);
    return raw_close(&in);
}
