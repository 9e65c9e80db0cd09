#include "services/allocator/history.h"

#include "services/allocator/resolve.h"

void history_find(const struct regency *r, enum programme programme, int64_t before, struct history *out)
{
    out->count = 0;
    for (uint32_t i = 0; i < r->period_ids.count; i++) {
        const struct plan_state *p = &r->periods[i];
        if (!p->cut || p->rule.programme != programme || p->cut_offset >= before)
            continue;
        int at = out->count;
        while (at > 0 && r->periods[out->periods[at - 1]].cut_offset < p->cut_offset)
            at--;
        if (at == HISTORY_CUTS)
            continue;
        if (out->count < HISTORY_CUTS)
            out->count++;
        for (int j = out->count - 1; j > at; j--)
            out->periods[j] = out->periods[j - 1];
        out->periods[at] = i;
    }
}

static bool served(const struct row *row)
{
    return row->state == ROW_PLANNED || row->state == ROW_DELIVERED;
}

/* The row of a family under its present or a former number; one that was handed on to a new number comes last. */
static const struct row *row_of_family(const struct regency *r, const struct plan_state *p, uint32_t household)
{
    const struct row *handed_on = NULL;
    for (int hops = 0; household != NO_ID && hops <= MAX_HOPS; hops++) {
        const struct row *row = row_find(p, household);
        if (row != NULL && row->reason != REASON_RENAMED)
            return row;
        if (handed_on == NULL)
            handed_on = row;
        household = resolve_former(r, household);
    }
    return handed_on;
}

int history_waiting(const struct regency *r, const struct history *history, uint32_t household)
{
    for (int i = 0; i < history->count; i++) {
        const struct row *row = row_of_family(r, &r->periods[history->periods[i]], household);
        if (row == NULL)
            continue;
        int waiting = i + (served(row) ? 0 : row->waiting + 1);
        return waiting < ALLOC_WAITING_MAX ? waiting : ALLOC_WAITING_MAX;
    }
    return 0;
}

uint32_t history_foster(const struct regency *r, const struct history *history, uint32_t household)
{
    for (int i = 0; i < history->count; i++) {
        const struct row *row = row_of_family(r, &r->periods[history->periods[i]], household);
        if (row != NULL && served(row) && row->giver != NO_ID && r->givers[row->giver].kind == GIVER_ASN)
            return resolve_giver(r, row->giver);
    }
    return NO_ID;
}
