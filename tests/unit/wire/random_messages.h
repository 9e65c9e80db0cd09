/*
 * Random structs that the contract allows, for properties: decode(encode(x)) = x. Same seed, same structs.
 */
#ifndef BERBAGI_TESTS_WIRE_RANDOM_MESSAGES_H
#define BERBAGI_TESTS_WIRE_RANDOM_MESSAGES_H

#include <stdio.h>
#include <stdlib.h>

#include "common/core/civil.h"
#include "common/wire/decision.h"
#include "common/wire/notification.h"
#include "common/wire/tally.h"
#include "common/wire/visit.h"

/* splitmix64 (Steele, Lea, Flood 2014) */
struct dice {
    uint64_t state;
};

static inline uint64_t dice_roll(struct dice *d)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* from ≤ n ≤ to; now and then exactly one of the two bounds. */
static inline int64_t dice_int(struct dice *d, int64_t from, int64_t to)
{
    uint64_t span = (uint64_t)to - (uint64_t)from + 1, roll = dice_roll(d);
    if (roll % 8 == 0)
        return roll % 16 == 0 ? from : to;
    return from + (int64_t)(span == 0 ? dice_roll(d) : dice_roll(d) % span);
}

static inline bool dice_coin(struct dice *d)
{
    return dice_roll(d) % 2 == 0;
}

static inline int32_t dice_int32(struct dice *d, int32_t from, int32_t to)
{
    return (int32_t)dice_int(d, from, to);
}

static inline int64_t dice_count(struct dice *d)
{
    return dice_int(d, 0, INT64_C(9007199254740991));
}

/* One of the alphabet's characters min to max times. */
static inline void dice_text(struct dice *d, const char *alphabet, size_t min, size_t max, char *out)
{
    size_t n = (size_t)dice_int(d, (int64_t)min, (int64_t)max), letters = strlen(alphabet);
    for (size_t i = 0; i < n; i++)
        out[i] = alphabet[dice_roll(d) % letters];
    out[n] = '\0';
}

static inline void dice_ref(struct dice *d, char out[REF_SIZE])
{
    dice_text(d, "abcXYZ/\"\\-_.,:;!~{}[]", 1, REF_SIZE - 1, out);
}

static inline void dice_part(struct dice *d, char out[REF_SIZE])
{
    dice_text(d, "abcXYZ\"\\-_.012", 1, 15, out);
}

static inline void dice_token(struct dice *d, char out[TOKEN_SIZE])
{
    int n = snprintf(out, TOKEN_SIZE, "k%d.", dice_int32(d, 1, 999));
    dice_text(d, "abcdefghijklmnopqrstuvwxyz234567", 32, 32, out + n);
}

static inline void dice_token_or_none(struct dice *d, char out[TOKEN_SIZE])
{
    if (dice_coin(d))
        dice_token(d, out);
}

static inline void dice_uuid(struct dice *d, char out[VISIT_SIZE])
{
    dice_text(d, "0123456789abcdefABCDEF", VISIT_SIZE - 1, VISIT_SIZE - 1, out);
    out[8] = out[13] = out[18] = out[23] = '-';
}

static inline int32_t dice_regency(struct dice *d)
{
    return dice_int32(d, 1000, 9999);
}

static inline int64_t dice_village(struct dice *d)
{
    return dice_int(d, 1000000000, 9999999999);
}

static inline int64_t dice_village_or_none(struct dice *d)
{
    return dice_coin(d) ? dice_village(d) : 0;
}

static inline int32_t dice_date(struct dice *d)
{
    static const struct civil first = { 1, 1, 1 }, last = { 9999, 12, 31 };
    return dice_int32(d, civil_to_date(first), civil_to_date(last));
}

static inline int64_t dice_instant(struct dice *d)
{
    return (int64_t)dice_date(d) * MS_PER_DAY + dice_int(d, 0, MS_PER_DAY - 1);
}

static inline int32_t dice_edition(struct dice *d)
{
    return dice_int32(d, 12, 9999 * 12 + 11);
}

/* A value of an enumeration with a word. */
static inline int dice_word(struct dice *d, const struct wire_words *words)
{
    return dice_int32(d, 1, words->count - 1);
}

static inline int dice_word_or_none(struct dice *d, const struct wire_words *words)
{
    return dice_int32(d, 0, words->count - 1);
}

static inline struct giver dice_giver(struct dice *d)
{
    struct giver giver = { .kind = dice_coin(d) ? GIVER_ASN : GIVER_PARTNER };
    char partner[REF_SIZE], donation[REF_SIZE];
    if (giver.kind == GIVER_ASN) {
        dice_token(d, giver.id);
        return giver;
    }
    dice_part(d, partner);
    dice_part(d, donation);
    snprintf(giver.id, sizeof giver.id, "%s/%s", partner, donation);
    return giver;
}

/* Distinct deciles in any order. */
static inline int32_t dice_deciles(struct dice *d, int8_t deciles[MAX_DECILES])
{
    int32_t n = dice_int32(d, 0, MAX_DECILES);
    int8_t all[MAX_DECILES];
    for (int i = 0; i < MAX_DECILES; i++)
        all[i] = (int8_t)(i + 1);
    for (int i = 0; i < n; i++) {
        int pick = dice_int32(d, i, MAX_DECILES - 1);
        deciles[i] = all[pick];
        all[pick] = all[i];
    }
    return n;
}

static inline int32_t dice_ladder(struct dice *d, struct ladder_step steps[MAX_LIST])
{
    static const char *const grades[] = { "I/a", "III/c", "IV/e", "I", "IX", "XVII" };
    int32_t n = dice_int32(d, 1, MAX_LIST);
    for (int32_t i = 0; i < n; i++) {
        steps[i].employments = (uint8_t)(dice_int(d, 0, 7) << 1);
        steps[i].positions = (uint16_t)(dice_int(d, 0, 255) << 1);
        steps[i].grade_count = dice_coin(d) ? 0 : dice_int32(d, 0, MAX_LIST);
        for (int32_t g = 0; g < steps[i].grade_count; g++)
            snprintf(steps[i].grades[g], GRADE_SIZE, "%s", grades[dice_int(d, 0, 5)]);
        steps[i].packages = dice_int32(d, 0, 1000);
    }
    return n;
}

// Each fills a struct that was zeroed.

static inline void random_household(struct dice *d, struct household *m)
{
    dice_token(d, m->household);
    dice_ref(d, m->ref);
    m->regency = dice_regency(d);
    m->village = dice_village_or_none(d);
    m->decile_national = (int8_t)dice_int(d, 0, 10);
    m->decile_province = (int8_t)dice_int(d, 0, 10);
    m->decile_regency = (int8_t)dice_int(d, 0, 10);
    m->dtsen = dice_edition(d);
    m->members = dice_int32(d, -1, INT32_MAX);
    m->band = (int8_t)dice_int(d, 0, 2);
    m->status = (enum household_status)dice_word(d, &wire_household_statuses);
    dice_token_or_none(d, m->was);
}

static inline void random_asn(struct dice *d, struct asn *m)
{
    dice_token(d, m->asn);
    dice_ref(d, m->ref);
    m->regency = dice_regency(d);
    m->employment = (enum employment)dice_word(d, &wire_employments);
    if (dice_coin(d))
        snprintf(m->grade, sizeof m->grade, "%s", dice_coin(d) ? "II/d" : "XIV");
    m->position = (enum position)dice_word(d, &wire_positions);
    dice_ref(d, m->unit);
    m->home_village = dice_village_or_none(d);
    m->work_village = dice_village_or_none(d);
    dice_token_or_none(d, m->household);
    m->status = (enum asn_status)dice_word(d, &wire_asn_statuses);
    m->version = dice_count(d);
    dice_token_or_none(d, m->was);
}

static inline void random_donation(struct dice *d, struct donation *m)
{
    struct earmark *e = &m->earmark;
    dice_part(d, m->donation);
    dice_part(d, m->partner);
    if (dice_coin(d))
        dice_text(d, "abc XYZ\"\\/&<>'{}", 1, 100, m->partner_name);
    else
        snprintf(m->partner_name, sizeof m->partner_name, "Ž–漢😀");
    m->partner_kind = (enum partner_kind)dice_word(d, &wire_partner_kinds);
    m->regency = dice_regency(d);
    dice_ref(d, m->period);
    m->packages = dice_int32(d, 0, 1000000);
    if (dice_coin(d)) {
        e->village_count = dice_int32(d, 0, MAX_LIST);
        for (int32_t i = 0; i < e->village_count; i++)
            e->villages[i] = dice_village(d);
        e->district_count = dice_int32(d, 0, MAX_LIST);
        for (int32_t i = 0; i < e->district_count; i++)
            e->districts[i] = dice_int32(d, 100000, 999999);
        e->decile_count = dice_deciles(d, e->deciles);
    }
    m->base_village = dice_village_or_none(d);
    m->state = (enum donation_state)dice_word(d, &wire_donation_states);
    m->version = dice_count(d);
}

static inline void random_period(struct dice *d, struct period *m)
{
    dice_ref(d, m->period);
    m->regency = dice_regency(d);
    m->programme = (enum programme)dice_word(d, &wire_programmes);
    dice_ref(d, m->item);
    m->decile_count = dice_deciles(d, m->deciles);
    m->decile_basis = (enum decile_basis)dice_word(d, &wire_decile_bases);
    m->ladder_count = dice_ladder(d, m->ladder);
    m->distribution_from = dice_date(d);
    m->distribution_to = dice_date(d);
    m->report_by = dice_date(d);
    m->lambda_m = dice_int32(d, -1, 1000000);
    dice_ref(d, m->seed);
    m->edition = dice_coin(d) ? dice_edition(d) : 0;
    m->roster = dice_coin(d) ? dice_count(d) : -1;
    m->state = (enum period_state)dice_word(d, &wire_period_states);
    m->expect = (struct expect){ .households = -1, .givers = -1, .donations = -1 };
    m->expect.present = m->state == PERIOD_PLAN;
    m->expect.any = m->expect.present && dice_coin(d);
    if (m->expect.present && !m->expect.any)
        m->expect = (struct expect){ false, dice_count(d), dice_count(d), dice_count(d), true };
}

static inline void random_outcome(struct dice *d, enum outcome_at_door *outcome, int32_t *packages)
{
    *outcome = (enum outcome_at_door)dice_word(d, &wire_outcomes);
    *packages = *outcome == OUTCOME_DELIVERED ? dice_int32(d, 1, 10) : 0;
}

static inline void random_delivery(struct dice *d, struct delivery *m)
{
    dice_uuid(d, m->visit);
    m->regency = dice_regency(d);
    dice_ref(d, m->period);
    dice_token(d, m->household);
    m->giver = dice_giver(d);
    random_outcome(d, &m->outcome, &m->packages);
    m->on = dice_date(d);
}

static inline void random_visit(struct dice *d, struct visit *m)
{
    struct findings *f = &m->findings;
    dice_uuid(d, m->visit);
    dice_ref(d, m->period);
    m->regency = dice_regency(d);
    m->village = dice_village(d);
    dice_token(d, m->household);
    m->giver = dice_giver(d);
    m->visited_on = dice_date(d);
    m->reported_at = dice_instant(d);
    random_outcome(d, &m->outcome, &m->packages);
    f->dropouts = -1;
    f->present = dice_coin(d);
    if (!f->present)
        return;
    f->alone = (enum tristate)dice_int(d, 0, 2);
    f->health = (enum health)dice_word_or_none(d, &wire_healths);
    f->dropouts = dice_int32(d, -1, 10);
    f->child = (uint8_t)dice_int(d, 0, 7);
    f->regular_aid = (uint8_t)dice_int(d, 0, 31);
    f->house = (enum house)dice_word_or_none(d, &wire_houses);
    f->other = (enum tristate)dice_int(d, 0, 2);
}

static inline void random_referral(struct dice *d, struct referral *m)
{
    m->kind = (enum referral_kind)dice_word(d, &wire_referral_kinds);
    dice_token(d, m->household);
    if (dice_coin(d))
        dice_ref(d, m->ref);
    m->regency = dice_regency(d);
    m->village = dice_village(d);
    dice_uuid(d, m->visit);
    m->opened_on = dice_date(d);
    m->due_on = dice_date(d);
    m->state = (enum referral_state)dice_word(d, &wire_referral_states);
}

static inline void random_contact(struct dice *d, struct contact *m)
{
    m->giver = dice_giver(d);
    m->regency = dice_regency(d);
    int n = snprintf(m->phone, sizeof m->phone, "k%d.", dice_int32(d, 1, 999));
    dice_text(d, "ABCxyz019-_", 59, 59, m->phone + n);
    dice_token(d, m->phone_token);
    m->consent = dice_coin(d);
}

static inline void random_tally(struct dice *d, struct tally *m)
{
    dice_text(d, "berbagi.raw_-", 1, TALLY_TOPIC_SIZE - 1, m->topic);
    m->partition = dice_int32(d, 0, INT32_MAX);
    m->from = dice_int(d, 0, INT64_C(9007199254740990));
    m->next = dice_int(d, m->from + 1, INT64_C(9007199254740991));
    m->count = dice_int32(d, 0, TALLY_MAX_SOURCES + 1);
    for (struct tally_count *c = m->counts; c < m->counts + m->count; c++) {
        if (dice_coin(d))
            dice_text(d, "abc:/?=\"\\", 1, SOURCE_SIZE - 1, c->source);
        if (dice_coin(d))
            dice_text(d, "id.berbag", 1, 63, c->type);
        c->accepted = dice_count(d);
        c->duplicate = dice_count(d);
        c->stale = dice_count(d);
        for (int code = 1; code < REJECT_CODES; code++)
            c->rejected[code] = dice_coin(d) ? 0 : dice_count(d);
        for (int code = 1; code < WARNING_CODES; code++)
            c->warnings[code] = dice_coin(d) ? 0 : dice_count(d);
    }
}

static inline void random_assignment(struct dice *d, struct assignment *m)
{
    dice_ref(d, m->period);
    m->regency = dice_regency(d);
    m->revision = dice_int32(d, 1, INT32_MAX);
    dice_token(d, m->household);
    dice_ref(d, m->household_ref);
    m->village = dice_village_or_none(d);
    if (dice_coin(d)) {
        m->giver = dice_giver(d);
        if (dice_coin(d))
            dice_ref(d, m->giver_ref);
    }
    m->state = (enum row_state)dice_word(d, &wire_row_states);
    m->reason = (enum row_reason)dice_word(d, &wire_row_reasons);
    if (dice_coin(d))
        m->class = (struct need_class){ (int8_t)dice_int(d, 1, 10), (int8_t)dice_int(d, 0, 2),
                                        (int8_t)dice_int(d, 0, 3) };
    m->distance_m = dice_int32(d, -1, INT32_MAX);
}

/* Field by field: whole structs are compared as bytes, and an assigned literal leaves padding as it likes. */
static inline void random_cut_figures(struct dice *d, struct plan *m)
{
    m->has_cut_figures = true;
    m->demand_count = dice_int32(d, 0, MAX_DECILES);
    for (int32_t i = 0; i < m->demand_count; i++) {
        m->demand[i].decile = (int8_t)dice_int(d, 1, 10);
        m->demand[i].households = dice_count(d);
        m->demand[i].served = dice_count(d);
    }
    m->demand_unknown = dice_count(d);
    m->demand_stale = dice_count(d);
    m->coverage_count = dice_int32(d, 0, PLAN_MAX_CLASSES);
    for (int32_t i = 0; i < m->coverage_count; i++) {
        m->coverage[i].class.decile = (int8_t)dice_int(d, 1, 10);
        m->coverage[i].class.band = (int8_t)dice_int(d, 0, 2);
        m->coverage[i].class.waiting = (int8_t)dice_int(d, 0, 3);
        m->coverage[i].households = dice_count(d);
        m->coverage[i].served = dice_count(d);
    }
    m->idle_givers = dice_count(d);
    m->kept = dice_count(d);
    m->keepable = dice_count(d);
    m->distance_m = dice_count(d);
    m->fairness_count = dice_int32(d, 0, MAX_DECILES);
    for (int32_t i = 0; i < m->fairness_count; i++) {
        m->fairness[i].decile = (int8_t)dice_int(d, 1, 10);
        m->fairness[i].min_village_permille = dice_int32(d, -1, 1000);
        m->fairness[i].max_deviation_permille = dice_int32(d, -1, 1000);
        m->fairness[i].gini_permille = dice_int32(d, -1, 1000);
    }
    m->distance_p50_m = dice_int32(d, -1, INT32_MAX);
    m->distance_p95_m = dice_int32(d, -1, INT32_MAX);
}

static inline void random_rule(struct dice *d, struct plan_rule *rule)
{
    rule->programme = (enum programme)dice_word(d, &wire_programmes);
    dice_ref(d, rule->item);
    rule->decile_count = dice_deciles(d, rule->deciles);
    rule->decile_basis = (enum decile_basis)dice_word(d, &wire_decile_bases);
    rule->ladder_count = dice_ladder(d, rule->ladder);
    rule->lambda_m = dice_int32(d, -1, 1000000);
    dice_ref(d, rule->seed);
    rule->edition = dice_coin(d) ? dice_edition(d) : 0;
    rule->roster = dice_coin(d) ? dice_count(d) : -1;
    rule->version = dice_int32(d, 1, INT32_MAX);
    dice_text(d, "0123456789abcdef", 16, 16, rule->places);
}

static inline void random_plan(struct dice *d, struct plan *m)
{
    m->regency = dice_regency(d);
    dice_ref(d, m->period);
    m->revision = dice_int32(d, 1, INT32_MAX);
    m->trigger = (enum plan_trigger)dice_word(d, &wire_triggers);
    m->position.partition = dice_int32(d, 0, INT32_MAX);
    m->position.offset = dice_count(d);
    m->distribution_from = dice_date(d);
    m->distribution_to = dice_date(d);
    m->report_by = dice_date(d);
    m->changed = dice_count(d);
    if (dice_coin(d))
        dice_text(d, "0123456789abcdef", DIGEST_SIZE - 1, DIGEST_SIZE - 1, m->digest);
    m->has_figures = m->trigger != TRIGGER_REFUSED;
    if (m->has_figures) {
        m->supply = (struct plan_supply){ dice_count(d), dice_count(d), dice_count(d), dice_count(d), dice_count(d) };
        m->surplus = (struct plan_surplus){ dice_count(d), dice_count(d), dice_count(d) };
        m->over = dice_count(d);
        m->unserved = dice_count(d);
        m->unmatched = dice_count(d);
    }
    m->distance_p50_m = m->distance_p95_m = -1;
    if (m->trigger == TRIGGER_CUT || m->trigger == TRIGGER_CLOSE)
        random_cut_figures(d, m);
    m->rule.roster = -1;
    m->has_rule = m->trigger == TRIGGER_CUT;
    if (m->has_rule)
        random_rule(d, &m->rule);
    m->has_refused_certificate = m->trigger == TRIGGER_REFUSED && dice_coin(d);
    if (m->has_cut_figures || m->has_refused_certificate) {
        m->feasible = dice_coin(d);
        m->optimal = dice_coin(d);
        m->unique = dice_coin(d);
    }
    m->has_expect = m->trigger == TRIGGER_REFUSED && !m->has_refused_certificate;
    if (m->has_expect) {
        m->expected_households = dice_count(d);
        m->expected_givers = dice_count(d);
        m->expected_donations = dice_count(d);
        m->known_households = dice_count(d);
        m->known_givers = dice_count(d);
        m->known_donations = dice_count(d);
    }
}

static inline void random_notification(struct dice *d, struct notification *m)
{
    dice_text(d, "0123456789abcdef", NOTIFICATION_SIZE - 1, NOTIFICATION_SIZE - 1, m->notification);
    m->regency = dice_regency(d);
    dice_ref(d, m->period);
    m->giver = dice_giver(d);
    m->kind = (enum message_kind)dice_word(d, &wire_message_kinds);
    if (m->kind == MESSAGE_CHANGED)
        date_format(dice_date(d), m->round);
    else
        snprintf(m->round, sizeof m->round, "0");
    m->attempt = dice_int32(d, 1, INT32_MAX);
    m->families = dice_int32(d, 0, INT32_MAX);
    m->state = (enum message_state)dice_word(d, &wire_message_states);
    if (dice_coin(d))
        snprintf(m->reason, sizeof m->reason, "gateway_%d", dice_int32(d, 0, 999999999));
    else if (dice_coin(d))
        snprintf(m->reason, sizeof m->reason, "no_answer");
    if (dice_coin(d))
        dice_text(d, "wamid.HBg=\"\\ ", 1, GATEWAY_ID_SIZE - 1, m->gateway_id);
    m->at = dice_instant(d);
}

static inline void random_gateway_status(struct dice *d, struct gateway_status *m)
{
    static const char *const words[] = { "sent", "delivered", "read", "failed", "opt_out" };
    dice_text(d, "wamid.HBg=\"\\ ", 1, GATEWAY_ID_SIZE - 1, m->gateway_id);
    if (dice_coin(d))
        dice_text(d, "3510/abcdef", 1, OPAQUE_SIZE - 1, m->opaque);
    snprintf(m->status, sizeof m->status, "%s", words[dice_int(d, 0, 4)]);
    m->code = dice_int32(d, 0, INT32_MAX);
    m->at = dice_instant(d);
    dice_token_or_none(d, m->phone_token);
}

static inline void random_suppression(struct dice *d, struct suppression *m)
{
    dice_token(d, m->phone_token);
    m->reason = (enum suppression_reason)dice_word(d, &wire_suppression_reasons);
    m->since = dice_instant(d);
}

/* Fills the struct of the codec's name. */
static inline void random_message(struct dice *d, const char *name, void *m)
{
#define RANDOM(message)                                                                                               \
    if (strcmp(name, #message) == 0) {                                                                                \
        random_##message(d, m);                                                                                       \
        return;                                                                                                       \
    }
    RANDOM(household)
    RANDOM(asn)
    RANDOM(donation)
    RANDOM(period)
    RANDOM(delivery)
    RANDOM(visit)
    RANDOM(referral)
    RANDOM(contact)
    RANDOM(tally)
    RANDOM(assignment)
    RANDOM(plan)
    RANDOM(notification)
    RANDOM(gateway_status)
    RANDOM(suppression)
    abort();
}

#endif
