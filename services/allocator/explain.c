#include <errno.h>
#include <stdlib.h>

#include "services/allocator/doors.h"
#include "services/allocator/figures.h"
#include "services/allocator/history.h"
#include "services/allocator/resolve.h"
#include "services/allocator/rule.h"
#include "services/allocator/tiebreak.h"
#include "services/allocator/view.h"

/* What is told about one row; the rule of each figure is in docs/allocation.md. */
struct subject {
    struct regency *r;
    uint32_t period;
    const struct plan_state *p;
    const struct row *row;
    struct buf *out;
};

static bool is_served(const struct row *row)
{
    return row->state == ROW_PLANNED || row->state == ROW_DELIVERED;
}

static int class_of(const struct plan_state *p, const struct row *row)
{
    return alloc_class(p->rule.order[row->decile], row->band, row->waiting);
}

static void tell_row(const struct subject *s)
{
    const struct row *row = s->row;
    buf_printf(s->out, "%d %s: %s, %s\n", s->r->code, period_name(s->r, s->period),
               wire_word(&wire_row_states, row->state), wire_word(&wire_row_reasons, row->reason));
    buf_printf(s->out, "  cut at registry/%d/%lld; row of revision %u, last plan event %u%s\n", s->r->partition,
               (long long)s->p->cut_offset, row->revision, s->p->revision, s->p->closed ? "; closed" : "");
    buf_printf(s->out, "  village %lld, class: decile %d, band %d, waiting %d\n",
               (long long)s->r->places[row->place].id, row->decile, row->band, row->waiting);
}

/* Where the class stands, and where service ended. */
static void tell_class(const struct subject *s)
{
    int64_t needier = 0, in_class = 0, served = 0;
    for (uint32_t i = 0; i < s->p->row_count; i++) {
        const struct row *row = &s->p->rows[i];
        if (!row_stands(s->p, row) || row->state == ROW_CANCELLED)
            continue;
        needier += class_of(s->p, row) < class_of(s->p, s->row);
        in_class += class_of(s->p, row) == class_of(s->p, s->row);
        served += class_of(s->p, row) == class_of(s->p, s->row) && is_served(row);
    }
    buf_printf(s->out, "  %lld families are of a needier class; of its class %lld of %lld are served\n",
               (long long)needier, (long long)served, (long long)in_class);
}

/* Rank in the lottery of its village and class. Who was served off plan owes nothing to the lottery. */
static void tell_lottery(const struct subject *s)
{
    int64_t all = 0, served = 0, off_plan = 0, before = 0, up_to_last = 0;
    struct alloc_problem lottery = { .seed = s->p->rule.seed, .period = period_name(s->r, s->period) };
    struct tiebreak t;
    uint8_t own[DIGEST_BYTES], other[DIGEST_BYTES], last[DIGEST_BYTES] = { 0 };
    tiebreak_init(&t, &lottery);
    tiebreak_hash(&t, household_token(s->r, s->row->household), own);
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < s->p->row_count; i++) {
            const struct row *row = &s->p->rows[i];
            if (!row_stands(s->p, row) || row->state == ROW_CANCELLED || row->place != s->row->place ||
                class_of(s->p, row) != class_of(s->p, s->row))
                continue;
            tiebreak_hash(&t, household_token(s->r, row->household), other);
            if (pass == 1) {
                up_to_last += memcmp(other, last, sizeof(last)) <= 0;
                continue;
            }
            bool by_plan = is_served(row) && row->reason != REASON_OFF_PLAN;
            all++;
            served += is_served(row);
            off_plan += is_served(row) && !by_plan;
            before += memcmp(other, own, sizeof(own)) < 0;
            if (by_plan && memcmp(other, last, sizeof(last)) > 0)
                memcpy(last, other, sizeof(last));
        }
    buf_printf(s->out, "  in its village and class it is number %lld of %lld by lottery; %lld are served by plan",
               (long long)before + 1, (long long)all, (long long)(served - off_plan));
    if (up_to_last > 0)
        buf_printf(s->out, ", the last of them number %lld", (long long)up_to_last);
    if (off_plan > 0)
        buf_printf(s->out, "; %lld off plan", (long long)off_plan);
    buf_append_char(s->out, '\n');
}

static void tell_giver(const struct subject *s, const char *what, uint32_t giver)
{
    buf_printf(s->out, "  %s: %s %s", what, wire_word(&wire_giver_kinds, s->r->givers[giver].kind),
               giver_id(s->r, giver));
}

/* Who may serve it, and who may not and why. */
static void tell_candidates(const struct subject *s)
{
    int64_t asn = 0, partners = 0, free_units = 0, earmarked = 0;
    for (uint32_t g = 0; g < s->r->giver_ids.count; g++) {
        const struct giver_state *giver = &s->r->givers[g];
        int32_t quota = rule_quota(&s->p->rule, s->period, giver, NULL);
        if (quota == 0)
            continue;
        if (giver->household != NO_ID && resolve_row_family(s->r, s->p, giver->household) == s->row->household) {
            tell_giver(s, "may not serve it, it is the own family", g);
            buf_append_char(s->out, '\n');
        } else if (!rule_earmark_fits(giver->earmark, s->r->places[s->row->place].id, s->row->decile)) {
            earmarked++;
        } else {
            asn += giver->kind == GIVER_ASN;
            partners += giver->kind == GIVER_PARTNER;
            if (s->p->view != NULL)
                free_units += alloc_left(&s->p->view->givers[g]) - s->p->view->planned[g];
        }
    }
    buf_printf(s->out,
               "  may serve it: %lld ASN with quota and %lld donations; %lld donations are earmarked for others\n",
               (long long)asn, (long long)partners, (long long)earmarked);
    if (s->p->view != NULL)
        buf_printf(s->out, "  units of these that nobody has been promised: %lld\n", (long long)free_units);
}

static int tell_pair(const struct subject *s)
{
    struct history history;
    history_find(s->r, s->p->rule.programme, s->p->cut_offset, &history);
    uint32_t foster = history_foster(s->r, &history, s->row->household);
    if (foster != NO_ID) {
        tell_giver(s, "foster parent", foster);
        buf_printf(s->out, ", %s\n", rule_quota(&s->p->rule, s->period, &s->r->givers[foster], NULL) > 0
                                         ? "who has quota" : "who has no quota");
    }
    if (s->row->giver == NO_ID)
        return 0;
    tell_giver(s, s->row->state == ROW_CANCELLED ? "was to come" : "giver", s->row->giver);
    if (s->row->distance_m == NO_DISTANCE)
        buf_append_cstr(s->out, ", at an unknown distance\n");
    else
        buf_printf(s->out, ", at %d m\n", s->row->distance_m);
    if (s->row->state != ROW_PLANNED || s->p->view == NULL)
        return 0;
    int32_t other;
    int64_t more;
    int error = view_fit(s->r, s->period);
    if (error == 0)
        error = figures_second_best(&s->p->view->problem, (int32_t)s->row->household, &other, &more);
    if (error == 0) {
        tell_giver(s, "second best", (uint32_t)other);
        buf_printf(s->out, ", the whole plan would be %lld m longer\n", (long long)more);
    } else if (error == -ENOENT) {
        buf_append_cstr(s->out, "  second best: there is no other way to serve all who are served\n");
    }
    return error == -ENOMEM ? error : 0;
}

/* A family's visits in the period, in no order. */
static void tell_visits(const struct subject *s)
{
    uint32_t ids[MAX_FAMILY_IDS];
    int n = resolve_family_ids(s->r, s->row->household, ids);
    for (int i = 0; i < n; i++)
        for (uint32_t next = s->r->households[ids[i]].first_visit; next != 0; next = s->r->visits[next - 1].next) {
            const struct visit_state *v = &s->r->visits[next - 1];
            if (v->period == s->period)
                buf_printf(s->out, "  visit %s: %s\n", ids_text(&s->r->visit_ids, next - 1),
                           wire_word(&wire_outcomes, v->outcome));
        }
}

static int tell(const struct subject *s)
{
    tell_row(s);
    if (s->row->state != ROW_CANCELLED) {
        tell_class(s);
        tell_lottery(s);
    }
    tell_candidates(s);
    int error = tell_pair(s);
    tell_visits(s);
    return error;
}

static int explain_in_regency(struct regency *r, const char *household, struct buf *out, bool *found)
{
    uint32_t h = ids_find(&r->household_ids, str_from(household));
    for (uint32_t period = 0; h != NO_ID && period < r->period_ids.count; period++) {
        const struct plan_state *p = &r->periods[period];
        struct subject s = { .r = r, .period = period, .p = p, .row = row_find(p, h), .out = out };
        if (s.row == NULL)
            continue;
        *found = true;
        int error = tell(&s);
        if (error != 0)
            return error;
    }
    return 0;
}

int allocator_explain(struct allocator *a, const char *household, struct buf *out)
{
    bool found = false;
    for (size_t i = 0; i < allocator_regency_count(a); i++) {
        int error = explain_in_regency(allocator_regency(a, i), household, out, &found);
        if (error != 0)
            return error;
    }
    return out->error != 0 ? out->error : found ? 0 : -ENOENT;
}
