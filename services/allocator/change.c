#include "services/allocator/change.h"

#include <errno.h>
#include <stdlib.h>

#include "services/allocator/view.h"

void changes_done(struct changes *c)
{
    free(c->list);
    *c = (struct changes){ 0 };
}

void changes_start(struct changes *c, struct regency *r, uint32_t period)
{
    c->r = r;
    c->period = period;
    c->count = 0;
}

static int remember(struct changes *c, const struct row *before)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (c->list[i].household == before->household)
            return 0;
    if (grow_array(&c->list, &c->capacity, c->count + 1, sizeof(*c->list)) != 0)
        return -ENOMEM;
    c->list[c->count++] = (struct change){ .household = before->household, .before = *before };
    return 0;
}

int changes_set(struct changes *c, const struct row *row)
{
    struct plan_state *p = &c->r->periods[c->period];
    struct row *at = row_find(p, row->household);
    struct row before = { .household = row->household, .giver = NO_ID };
    if (at != NULL)
        before = *at;
    else if ((at = row_add(p, row->household)) == NULL)
        return -ENOMEM;
    int error = remember(c, &before);
    if (error != 0)
        return error;
    *at = *row;
    at->revision = p->revision; // so that it counts as a row of this cut; stamped anew when published
    return p->view != NULL ? view_row_changed(c->r, c->period, &before, at) : 0;
}

static bool same(const struct row *a, const struct row *b)
{
    return a->giver == b->giver && a->distance_m == b->distance_m && a->place == b->place && a->decile == b->decile &&
           a->band == b->band && a->waiting == b->waiting && a->state == b->state && a->reason == b->reason;
}

static int by_token(const void *a, const void *b, void *arg)
{
    const struct change *x = a, *y = b;
    const struct regency *r = arg;
    return strcmp(household_token(r, x->household), household_token(r, y->household));
}

void changes_settle(struct changes *c)
{
    const struct plan_state *p = &c->r->periods[c->period];
    uint32_t kept = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        struct row *now = row_find(p, c->list[i].household);
        if (same(now, &c->list[i].before))
            now->revision = c->list[i].before.revision;
        else
            c->list[kept++] = c->list[i];
    }
    c->count = kept;
    if (kept > 1)
        qsort_r(c->list, kept, sizeof(*c->list), by_token, c->r);
}

bool changes_only_delivered(const struct changes *c)
{
    const struct plan_state *p = &c->r->periods[c->period];
    for (uint32_t i = 0; i < c->count; i++) {
        const struct row *before = &c->list[i].before, *now = row_find(p, c->list[i].household);
        if (before->state != ROW_PLANNED || now->state != ROW_DELIVERED || before->giver != now->giver)
            return false;
    }
    return true;
}

int changes_publish(struct changes *c, struct emitter *e, uint32_t revision)
{
    const struct plan_state *p = &c->r->periods[c->period];
    for (uint32_t i = 0; i < c->count; i++) {
        struct row *row = row_find(p, c->list[i].household);
        row->revision = revision;
        int error = emit_row(e, c->r, c->period, row);
        if (error != 0)
            return error;
    }
    return 0;
}
