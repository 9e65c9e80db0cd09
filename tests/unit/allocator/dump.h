/*
 * A regency's state as text: every fact and every derived sum, in an order that no history of events can change. Two
 * states are equal if and only if their texts are.
 */
#ifndef BERBAGI_TEST_ALLOCATOR_DUMP_H
#define BERBAGI_TEST_ALLOCATOR_DUMP_H

#include <stdlib.h>

#include "services/allocator/state.h"

static const struct ids *dump_ids;
static inline int dump_by_text(const void *a, const void *b)
{
    return strcmp(ids_text(dump_ids, *(const uint32_t *)a), ids_text(dump_ids, *(const uint32_t *)b));
}

/* All numbers of a table, by the text of their ids; the caller frees. */
static inline uint32_t *dump_order(const struct ids *ids)
{
    uint32_t *order = calloc(ids->count + 1, sizeof(*order));
    for (uint32_t i = 0; i < ids->count; i++)
        order[i] = i;
    dump_ids = ids;
    qsort(order, ids->count, sizeof(*order), dump_by_text);
    return order;
}

static inline const char *dump_household(const struct regency *r, uint32_t h)
{
    return h == NO_ID ? "-" : household_token(r, h);
}
static inline const char *dump_giver(const struct regency *r, uint32_t g)
{
    return g == NO_ID ? "-" : ids_text(&r->giver_ids, g);
}
static inline const char *dump_index(const struct regency *r, int32_t g)
{
    return g == ALLOC_NONE ? "-" : ids_text(&r->giver_ids, (uint32_t)g);
}
static inline long long dump_place(const struct regency *r, int place)
{
    return place == NO_PLACE || place == ALLOC_NONE ? -1 : (long long)r->places[place].id;
}

static inline void dump_households(const struct regency *r, struct buf *out)
{
    uint32_t *order cleanup(free_ptr) = dump_order(&r->household_ids);
    for (uint32_t i = 0; i < r->household_ids.count; i++) {
        const struct household_state *h = &r->households[order[i]];
        if (h->status == HOUSEHOLD_NONE && h->was == NO_ID && h->successor == NO_ID && h->first_visit == 0 &&
            h->own_givers == 0)
            continue;
        buf_printf(out, "household %s %s was %s successor %s own %d dtsen %d place %lld deciles %d %d %d band %d %d\n",
                   dump_household(r, order[i]), texts_get(&r->texts, h->ref), dump_household(r, h->was),
                   dump_household(r, h->successor), h->own_givers, h->dtsen,
                   h->status == HOUSEHOLD_NONE ? 0 : dump_place(r, h->place), h->decile_national, h->decile_province,
                   h->decile_regency, h->band, h->status);
    }
}

static inline void dump_givers(const struct regency *r, struct buf *out)
{
    uint32_t *order cleanup(free_ptr) = dump_order(&r->giver_ids);
    for (uint32_t i = 0; i < r->giver_ids.count; i++) {
        const struct giver_state *g = &r->givers[order[i]];
        if (!g->known && g->successor == NO_ID)
            continue;
        buf_printf(out, "giver %s known %d %d %d %d %s v %lld own %s was %s successor %s ref %s at %lld %lld",
                   dump_giver(r, order[i]), g->known, g->employment, g->position, g->status, g->grade,
                   (long long)g->version, dump_household(r, g->household), dump_giver(r, g->was),
                   dump_giver(r, g->successor), texts_get(&r->texts, g->ref), dump_place(r, g->places[0]),
                   dump_place(r, g->places[1]));
        buf_printf(out, " donation %d %s %d", g->state, g->period == NO_ID ? "-" : period_name(r, g->period),
                   g->packages);
        for (int j = 0; g->earmark != NULL && j < g->earmark->village_count; j++)
            buf_printf(out, " village %lld", (long long)g->earmark->villages[j]);
        for (int j = 0; g->earmark != NULL && j < g->earmark->district_count; j++)
            buf_printf(out, " district %d", g->earmark->districts[j]);
        for (int j = 0; g->earmark != NULL && j < g->earmark->decile_count; j++)
            buf_printf(out, " decile %d", g->earmark->deciles[j]);
        buf_append_char(out, '\n');
    }
}

static inline void dump_visits(const struct regency *r, struct buf *out)
{
    uint32_t *order cleanup(free_ptr) = dump_order(&r->visit_ids);
    for (uint32_t i = 0; i < r->visit_ids.count; i++) {
        const struct visit_state *v = &r->visits[order[i]];
        if (v->outcome != OUTCOME_NONE)
            buf_printf(out, "visit %s %s %s by %s on %d %d\n", ids_text(&r->visit_ids, order[i]),
                       period_name(r, v->period), household_token(r, v->household), dump_giver(r, v->giver), v->on,
                       v->outcome);
    }
}

static inline void dump_view(const struct regency *r, const struct plan_state *p, struct buf *out)
{
    const struct view *v = p->view;
    buf_printf(out, "  rows %lld %lld %lld %lld of nobody %lld\n", (long long)v->rows[ROW_PLANNED],
               (long long)v->rows[ROW_DELIVERED], (long long)v->rows[ROW_UNSERVED], (long long)v->rows[ROW_CANCELLED],
               (long long)v->nobodys);
    uint32_t *order cleanup(free_ptr) = dump_order(&r->household_ids);
    for (uint32_t i = 0; i < r->household_ids.count; i++) {
        const struct alloc_household *h = &v->households[order[i]];
        if (order[i] < (uint32_t)v->problem.n_households && h->state != ALLOC_ABSENT)
            buf_printf(out, "  view %s state %d class %d at %lld planned %s foster %s\n", household_token(r, order[i]),
                       h->state, h->cls, dump_place(r, h->village), dump_index(r, h->planned),
                       dump_index(r, h->foster));
    }
    uint32_t *givers cleanup(free_ptr) = dump_order(&r->giver_ids);
    for (uint32_t i = 0; i < r->giver_ids.count; i++) {
        const struct alloc_giver *g = &v->givers[givers[i]];
        if (givers[i] >= (uint32_t)v->problem.n_givers || (g->kind == 0 && g->taken == 0))
            continue; // named since by who has nothing to do with this period
        buf_printf(out, "  view %s kind %d quota %d taken %d planned %d own %s excluded %d at %lld %lld earmark %d\n",
                   dump_giver(r, givers[i]), g->kind, g->quota, g->taken, v->planned[givers[i]],
                   g->own == ALLOC_NONE ? "-" : household_token(r, (uint32_t)g->own), v->excluded[givers[i]],
                   dump_place(r, g->place[0]), dump_place(r, g->place[1]),
                   g->earmark == ALLOC_NONE ? -1 : v->earmarks[g->earmark].n_villages * 100 +
                       v->earmarks[g->earmark].n_districts * 10 + (v->earmarks[g->earmark].deciles != 0));
    }
}

static inline void dump_period(const struct regency *r, uint32_t period, struct buf *out)
{
    const struct plan_state *p = &r->periods[period];
    if (!p->known)
        return;
    buf_printf(out, "period %s cut %d closed %d revision %u digest %s", period_name(r, period), p->cut, p->closed,
               p->revision, p->digest);
    if (!p->cut) {
        buf_append_char(out, '\n');
        return;
    }
    buf_printf(out, " from %u at %lld dates %d %d %d rule %d %d %s %s %s %d %d %lld %d\n", p->cut_revision,
               (long long)p->cut_offset, p->distribution_from, p->distribution_to, p->report_by, p->rule.programme,
               p->rule.decile_basis, p->rule.item, p->rule.seed, p->rule.places, p->rule.lambda_m, p->rule.edition,
               (long long)p->rule.roster, p->rule.ladder_count);
    uint32_t *order cleanup(free_ptr) = dump_order(&r->household_ids);
    for (uint32_t i = 0; i < r->household_ids.count; i++) {
        const struct row *row = row_find(p, order[i]);
        if (row != NULL)
            buf_printf(out, "  row %s by %s at %d m revision %u place %lld class %d %d %d %s %s\n",
                       household_token(r, order[i]), dump_giver(r, row->giver), row->distance_m, row->revision,
                       dump_place(r, row->place), row->decile, row->band, row->waiting,
                       wire_word(&wire_row_states, row->state), wire_word(&wire_row_reasons, row->reason));
    }
    if (p->view != NULL) {
        buf_printf(out, "  unmatched %lld\n", (long long)p->unmatched);
        dump_view(r, p, out);
    }
}

static inline void dump_regency(const struct regency *r, struct buf *out)
{
    size_t before = out->len;
    buf_printf(out, "regency %d\n", r->code);
    size_t header = out->len;
    dump_households(r, out);
    dump_givers(r, out);
    dump_visits(r, out);
    uint32_t *order cleanup(free_ptr) = dump_order(&r->period_ids);
    for (uint32_t i = 0; i < r->period_ids.count; i++)
        dump_period(r, order[i], out);
    // a regency of which nothing is known is no state: a tombstone of something unknown leaves one behind
    if (out->len == header)
        out->len = before;
}

#endif
