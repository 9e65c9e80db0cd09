#include "services/reporting/rows.h"

#include <errno.h>

#include "common/wire/json_put.h"

static void put_giver(struct buf *b, const struct giver *giver)
{
    json_put_word(b, "giver_kind", &wire_giver_kinds, giver->kind);
    json_put_string(b, "giver", giver->id);
}

void row_household(struct buf *b, const struct household *m)
{
    json_put_begin(b);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "household", m->household);
    json_put_string(b, "ref", m->ref);
    json_put_region(b, "village", m->village);
    json_put_int_or_null(b, "decile_national", m->decile_national, 0);
    json_put_int_or_null(b, "decile_province", m->decile_province, 0);
    json_put_int_or_null(b, "decile_regency", m->decile_regency, 0);
    json_put_edition(b, "dtsen", m->dtsen);
    json_put_int_or_null(b, "members", m->members, -1);
    json_put_int(b, "band", m->band);
    json_put_word(b, "status", &wire_household_statuses, m->status);
    json_put_string(b, "was", m->was);
    json_put_close(b, '}');
}

void row_asn(struct buf *b, const struct asn *m)
{
    json_put_begin(b);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "asn", m->asn);
    json_put_string(b, "ref", m->ref);
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

static void put_deciles(struct buf *b, const char *name, const int8_t *deciles, int32_t count)
{
    json_put_open(b, name, '[');
    for (int32_t i = 0; i < count; i++)
        json_put_int(b, NULL, deciles[i]);
    json_put_close(b, ']');
}

void row_donation(struct buf *b, const struct donation *m)
{
    json_put_begin(b);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "partner", m->partner);
    json_put_string(b, "donation", m->donation);
    json_put_string(b, "partner_name", m->partner_name);
    json_put_word(b, "partner_kind", &wire_partner_kinds, m->partner_kind);
    json_put_string(b, "period", m->period);
    json_put_int(b, "packages", m->packages);
    json_put_open(b, "earmark_villages", '[');
    for (int32_t i = 0; i < m->earmark.village_count; i++)
        json_put_region(b, NULL, m->earmark.villages[i]);
    json_put_close(b, ']');
    json_put_open(b, "earmark_districts", '[');
    for (int32_t i = 0; i < m->earmark.district_count; i++)
        json_put_region(b, NULL, m->earmark.districts[i]);
    json_put_close(b, ']');
    put_deciles(b, "earmark_deciles", m->earmark.deciles, m->earmark.decile_count);
    json_put_region(b, "base_village", m->base_village);
    json_put_word(b, "state", &wire_donation_states, m->state);
    json_put_int(b, "version", m->version);
    json_put_close(b, '}');
}

void row_period(struct buf *b, const struct period *m)
{
    json_put_begin(b);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "period", m->period);
    json_put_word(b, "state", &wire_period_states, m->state);
    json_put_word(b, "programme", &wire_programmes, m->programme);
    json_put_string(b, "item", m->item);
    put_deciles(b, "deciles", m->deciles, m->decile_count);
    json_put_word(b, "decile_basis", &wire_decile_bases, m->decile_basis);
    json_put_date(b, "distribution_from", m->distribution_from);
    json_put_date(b, "distribution_to", m->distribution_to);
    json_put_date(b, "report_by", m->report_by);
    json_put_int(b, "lambda_m", m->lambda_m);
    json_put_string(b, "seed", m->seed);
    json_put_edition(b, "edition", m->edition);
    json_put_int_or_null(b, "roster", m->roster, -1);
    json_put_close(b, '}');
}

void row_delivery(struct buf *b, const struct delivery *m)
{
    json_put_begin(b);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "visit", m->visit);
    json_put_string(b, "period", m->period);
    json_put_string(b, "household", m->household);
    put_giver(b, &m->giver);
    json_put_word(b, "outcome", &wire_outcomes, m->outcome);
    json_put_int(b, "packages", m->packages);
    json_put_date(b, "visited_on", m->on);
    json_put_close(b, '}');
}

void row_visit(struct buf *b, const struct visit *m)
{
    const struct findings *f = &m->findings;
    json_put_begin(b);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "visit", m->visit);
    json_put_string(b, "period", m->period);
    json_put_region(b, "village", m->village);
    json_put_string(b, "household", m->household);
    put_giver(b, &m->giver);
    json_put_date(b, "visited_on", m->visited_on);
    json_put_instant(b, "reported_at", m->reported_at);
    json_put_word(b, "outcome", &wire_outcomes, m->outcome);
    json_put_int(b, "packages", m->packages);
    json_put_bool(b, "has_findings", f->present);
    json_put_tristate(b, "alone", f->alone);
    json_put_word(b, "health", &wire_healths, f->health);
    json_put_int_or_null(b, "dropouts", f->present ? f->dropouts : -1, -1);
    json_put_words(b, "child", &wire_children, f->child);
    json_put_words(b, "regular_aid", &wire_aids, f->regular_aid);
    json_put_word(b, "house", &wire_houses, f->house);
    json_put_tristate(b, "other", f->other);
    json_put_close(b, '}');
}

void row_referral(struct buf *b, const struct referral *m)
{
    json_put_begin(b);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "visit", m->visit);
    json_put_word(b, "kind", &wire_referral_kinds, m->kind);
    json_put_string(b, "household", m->household);
    json_put_string(b, "ref", m->ref);
    json_put_region(b, "village", m->village);
    json_put_date(b, "opened_on", m->opened_on);
    json_put_date(b, "due_on", m->due_on);
    json_put_word(b, "state", &wire_referral_states, m->state);
    json_put_close(b, '}');
}

static void put_tally_key(struct buf *b, const struct tally *m)
{
    json_put_string(b, "topic", m->topic);
    json_put_int(b, "part", m->partition);
    json_put_int(b, "next_off", m->next);
}

void row_tally(struct buf *b, const struct tally *m)
{
    json_put_begin(b);
    put_tally_key(b, m);
    json_put_int(b, "from_off", m->from);
    json_put_close(b, '}');
}

void row_tally_count(struct buf *b, const struct tally *m, int n)
{
    const struct tally_count *c = &m->counts[n];
    json_put_begin(b);
    put_tally_key(b, m);
    json_put_int(b, "line", n);
    json_put_string(b, "source", c->source);
    json_put_string(b, "type", c->type);
    json_put_int(b, "accepted", c->accepted);
    json_put_int(b, "duplicate", c->duplicate);
    json_put_int(b, "stale", c->stale);
    json_put_open(b, "rejected", '{');
    for (int code = 1; code < REJECT_CODES; code++) {
        if (c->rejected[code] != 0)
            json_put_int(b, reject_code_name((enum reject_code)code), c->rejected[code]);
    }
    json_put_close(b, '}');
    json_put_open(b, "warnings", '{');
    for (int code = 1; code < WARNING_CODES; code++) {
        if (c->warnings[code] != 0)
            json_put_int(b, warning_code_name((enum warning_code)code), c->warnings[code]);
    }
    json_put_close(b, '}');
    json_put_close(b, '}');
}

void row_assignment(struct buf *b, const struct assignment *m)
{
    json_put_begin(b);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "period", m->period);
    json_put_string(b, "household", m->household);
    json_put_int(b, "revision", m->revision);
    json_put_string(b, "household_ref", m->household_ref);
    json_put_region(b, "village", m->village);
    put_giver(b, &m->giver);
    json_put_string(b, "giver_ref", m->giver_ref);
    json_put_word(b, "state", &wire_row_states, m->state);
    json_put_word(b, "reason", &wire_row_reasons, m->reason);
    json_put_int(b, "decile", m->class.decile);
    json_put_int(b, "band", m->class.band);
    json_put_int(b, "waiting", m->class.waiting);
    json_put_int_or_null(b, "distance_m", m->distance_m, -1);
    json_put_close(b, '}');
}

void row_notification(struct buf *b, const struct notification *m)
{
    json_put_begin(b);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "notification", m->notification);
    json_put_string(b, "period", m->period);
    put_giver(b, &m->giver);
    json_put_word(b, "kind", &wire_message_kinds, m->kind);
    json_put_string(b, "round", m->round);
    json_put_int(b, "attempt", m->attempt);
    json_put_int(b, "families", m->families);
    json_put_word(b, "state", &wire_message_states, m->state);
    json_put_string(b, "reason", m->reason);
    json_put_string(b, "gateway_id", m->gateway_id);
    json_put_instant(b, "at", m->at);
    json_put_close(b, '}');
}

/* A short copy of a slice for json_put_string(). */
static void put_slice(struct buf *b, const char *name, struct str slice)
{
    char text[DONATION_ID_SIZE];
    json_put_string(b, name, str_copy(text, sizeof(text), slice) ? text : "");
}

int row_ended(struct buf *b, const struct registry_key *key)
{
    if (key->type != REGISTRY_HOUSEHOLD && key->type != REGISTRY_ASN && key->type != REGISTRY_DONATION)
        return -EINVAL;
    const char *slash = key->type == REGISTRY_DONATION ? memchr(key->id.p, '/', key->id.n) : NULL;
    if (key->type == REGISTRY_DONATION && slash == NULL)
        return -EINVAL;
    json_put_begin(b);
    json_put_region(b, "regency", key->regency);
    if (slash != NULL) {
        size_t partner = (size_t)(slash - key->id.p);
        put_slice(b, "partner", (struct str){ key->id.p, partner });
        put_slice(b, "donation", (struct str){ slash + 1, key->id.n - partner - 1 });
    } else {
        put_slice(b, key->type == REGISTRY_HOUSEHOLD ? "household" : "asn", key->id);
    }
    json_put_close(b, '}');
    return 0;
}
