/* Rule (a) of a repair: the same matroid as level 1, in another order: class, then one lottery over the regency. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "services/allocator/coverage.h"

struct ticket {
    uint8_t hash[DIGEST_BYTES];
    int32_t household;
};

static int by_ticket(const void *a, const void *b)
{
    const struct ticket *x = a, *y = b;
    int order = memcmp(x->hash, y->hash, sizeof(x->hash));

    return order != 0 ? order : (x->household > y->household) - (x->household < y->household);
}

static bool planned(const struct coverage *c, int32_t h)
{
    const struct alloc_household *x = &c->p->households[h];

    return x->state == ALLOC_OPEN && x->planned != ALLOC_NONE && !coverage_hopeless(c, h);
}

/* All planned families of the class, or false and nothing. */
static bool keep_whole_class(struct coverage *c, const int32_t *per_cell, int32_t cls, int32_t *backup)
{
    const struct alloc_problem *p = c->p;
    size_t table = (size_t)c->n_groups * (size_t)c->n_cells, groups = (size_t)c->n_groups;

    memcpy(backup, c->use, table * sizeof(*backup));
    memcpy(backup + table, c->free, groups * sizeof(*backup));
    for (int32_t v = 0; v < p->n_villages; v++) {
        int32_t n = per_cell[v], cell = v * p->n_deciles + cls / ALLOC_CLASSES_PER_DECILE;

        if (n > 0 && coverage_add(c, cell, n) < n) {
            memcpy(c->use, backup, table * sizeof(*backup));
            memcpy(c->free, backup + table, groups * sizeof(*backup));
            return false;
        }
    }
    return true;
}

static int keep_by_lottery(struct coverage *c, struct arena *a, int32_t cls, int32_t n, uint8_t *kept)
{
    const struct alloc_problem *p = c->p;
    struct ticket *tickets = ARENA_NEW(a, n, struct ticket);
    int32_t k = 0;

    if (a->failed)
        return -ENOMEM;
    for (int32_t h = 0; h < p->n_households; h++)
        if (p->households[h].cls == cls && planned(c, h)) {
            tickets[k].household = h;
            tiebreak_hash(&c->tiebreak, alloc_household_id(p, h), tickets[k++].hash);
        }
    qsort(tickets, (size_t)k, sizeof(*tickets), by_ticket);
    for (int32_t i = 0; i < k; i++)
        kept[tickets[i].household] = coverage_add(c, coverage_cell(c, tickets[i].household), 1) == 1;
    return 0;
}

int coverage_keep(struct coverage *c, struct arena *a, uint8_t *kept)
{
    const struct alloc_problem *p = c->p;
    int32_t classes = p->n_deciles * ALLOC_CLASSES_PER_DECILE;
    int32_t *count = ARENA_NEW(a, (size_t)classes * (size_t)p->n_villages, int32_t);
    int32_t *total = ARENA_NEW(a, classes, int32_t);
    int32_t *backup = ARENA_NEW(a, (size_t)c->n_groups * (size_t)(c->n_cells + 1), int32_t);
    uint8_t *whole = ARENA_NEW(a, classes, uint8_t);

    if (a->failed)
        return -ENOMEM;
    for (int32_t h = 0; h < p->n_households; h++)
        if (planned(c, h)) {
            count[(size_t)p->households[h].cls * (size_t)p->n_villages + (size_t)p->households[h].village]++;
            total[p->households[h].cls]++;
        }
    for (int32_t cls = 0; cls < classes; cls++) {
        if (total[cls] == 0)
            continue;
        whole[cls] = keep_whole_class(c, count + (size_t)cls * (size_t)p->n_villages, cls, backup);
        if (whole[cls])
            continue;
        int ret = keep_by_lottery(c, a, cls, total[cls], kept);

        if (ret < 0)
            return ret;
    }
    for (int32_t h = 0; h < p->n_households; h++)
        if (planned(c, h) && whole[p->households[h].cls])
            kept[h] = 1;
    return 0;
}
