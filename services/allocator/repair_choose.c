/*
 * The matroid of level 1 (coverage.h), one family at a time: a planned family without a giver is added if it can be;
 * if not, the least needy planned family whose place it could take (or it itself) is lost. Then units that are left go
 * to waiting families in the order of level 1.
 */
#include "services/allocator/repair_choose.h"

#include <errno.h>
#include <string.h>

enum { NOWHERE = -1, ROOT = -2 };

struct chooser {
    struct cache *c;
    struct repair_choice *choice;
    int32_t *use;                   /* a matching of all who are served, in numbers; starts as the attached pairs */
    int64_t *free;
    int32_t *queue, *from_group, *from_cell;
    uint8_t *closed;                /* [villages] */
    uint8_t *open_group, *open_cell;/* [groups], [cells] a family could come to a free unit through it */
};

int repair_choice_add(struct arena *a, int32_t **items, int32_t *n, int32_t *max, int32_t item)
{
    if (*n == *max) {
        int32_t room = *max > 0 ? 2 * *max : 64;
        int32_t *more = ARENA_NEW(a, room, int32_t);

        if (more == NULL)
            return -ENOMEM;
        if (*n > 0)
            memcpy(more, *items, (size_t)*n * sizeof(*more));
        *items = more;
        *max = room;
    }
    (*items)[(*n)++] = item;
    return 0;
}

static size_t at(const struct chooser *x, int32_t group, int32_t cell)
{
    return (size_t)group * (size_t)x->c->n_cells + (size_t)cell;
}

/* Breadth first to a group with a free unit; marks in from_group every cell that could make room. */
static int32_t find_free(struct chooser *x, int32_t cell)
{
    const struct cache *c = x->c;
    int32_t head = 0, tail = 0;

    for (int32_t g = 0; g < c->n_groups; g++)
        x->from_cell[g] = NOWHERE;
    for (int32_t i = 0; i < c->n_cells; i++)
        x->from_group[i] = NOWHERE;
    x->from_group[cell] = ROOT;
    x->queue[tail++] = cell;
    while (head < tail) {
        int32_t here = x->queue[head++];

        for (int32_t g = c->n_groups - 1; g >= 0; g--) {
            if (x->from_cell[g] != NOWHERE || !c->fits[at(x, g, here)])
                continue;
            x->from_cell[g] = here;
            if (x->free[g] > 0)
                return g;
            for (int32_t other = 0; other < c->n_cells; other++)
                if (x->from_group[other] == NOWHERE && x->use[at(x, g, other)] > 0) {
                    x->from_group[other] = g;
                    x->queue[tail++] = other;
                }
        }
    }
    return NOWHERE;
}

static bool add_to(struct chooser *x, int32_t cell)
{
    const struct cache *c = x->c;

    for (int32_t g = c->n_groups - 1; g >= 0; g--)
        if (x->free[g] > 0 && c->fits[at(x, g, cell)]) {
            x->free[g]--;
            x->use[at(x, g, cell)]++;
            return true;
        }
    int32_t group = find_free(x, cell);

    if (group == NOWHERE)
        return false;
    x->free[group]--;
    for (int32_t g = group;;) {
        int32_t here = x->from_cell[g], via = x->from_group[here];

        x->use[at(x, g, here)]++;
        if (via == ROOT)
            return true;
        x->use[at(x, via, here)]--;
        g = via;
    }
}

/* One family of the cell less: whichever group serves somebody there gets a unit back. */
static void take_from(struct chooser *x, int32_t cell)
{
    for (int32_t g = 0; g < x->c->n_groups; g++)
        if (x->use[at(x, g, cell)] > 0) {
            x->use[at(x, g, cell)]--;
            x->free[g]++;
            return;
        }
}

/* The last by class and lottery among h and the served planned families that could make room for it. */
static int32_t least_needy(struct chooser *x, int32_t h)
{
    struct cache *c = x->c;
    const int32_t per_decile = ALLOC_CLASSES_PER_DECILE;

    // find_free has just failed for h's cell, so from_group marks exactly the cells that matter.
    for (int32_t cls = c->p->n_deciles * per_decile - 1; cls >= 0; cls--) {
        int32_t last = c->household[h].cls == cls ? h : ALLOC_NONE;

        for (int32_t v = 0; v < c->n_villages; v++) {
            if (x->from_group[v * c->p->n_deciles + cls / per_decile] == NOWHERE)
                continue;
            int32_t k = cache_planned_last(c, cls * c->n_villages + v);

            if (k != ALLOC_NONE && (last == ALLOC_NONE || (k != last && cache_earlier(c, last, k))))
                last = k;
        }
        if (last != ALLOC_NONE)
            return last;
    }
    return h;
}

static int lose(struct chooser *x, int32_t h)
{
    struct repair_choice *choice = x->choice;

    cache_set_served(x->c, h, false);
    return repair_choice_add(choice->a, &choice->lost, &choice->n_lost, &choice->max_lost, h);
}

static int keep_planned(struct chooser *x)
{
    struct cache *c = x->c;
    struct repair_choice *choice = x->choice;
    int32_t n = choice->n_loose, kept = 0;
    int ret = 0;

    // Their marks go first: only who has been added counts as somebody who could make room.
    for (int32_t i = 0; i < n; i++)
        cache_set_served(c, choice->loose[i], false);
    for (int32_t i = 0; i < n && ret == 0; i++) {
        int32_t h = choice->loose[i];

        if (cache_hopeless(c, h)) {
            ret = lose(x, h);
        } else if (add_to(x, cache_cell(c, h))) {
            cache_set_served(c, h, true);
        } else {
            int32_t last = least_needy(x, h);

            if (last != h) {
                take_from(x, cache_cell(c, last));
                cache_set_served(c, h, true);
                if (!add_to(x, cache_cell(c, h)))
                    return -EINVAL;
                if (c->household[last].attached)
                    cache_detach(c, last);
            }
            ret = lose(x, last);
        }
    }
    for (int32_t i = 0; i < n; i++)
        if (c->household[choice->loose[i]].served)
            choice->loose[kept++] = choice->loose[i];
    choice->n_loose = kept;
    return ret;
}

static void open_group(struct chooser *x, int32_t group)
{
    const uint8_t *fits = &x->c->fits[at(x, group, 0)];

    x->open_group[group] = 1;
    for (int32_t cell = 0; cell < x->c->n_cells; cell++)
        x->open_cell[cell] |= fits[cell];
}

/* Could a family of the group go over to another one, which leads to a free unit? */
static bool leads_on(const struct chooser *x, int32_t group)
{
    const int32_t *use = &x->use[at(x, group, 0)];

    for (int32_t cell = 0; cell < x->c->n_cells; cell++)
        if (use[cell] > 0 && x->open_cell[cell])
            return true;
    return false;
}

/* Through which groups, and in which cells, could somebody come to a free unit? false: there is none. */
static bool find_open(struct chooser *x)
{
    const struct cache *c = x->c;
    bool any = false, more = true;

    memset(x->open_group, 0, (size_t)c->n_groups);
    memset(x->open_cell, 0, (size_t)c->n_cells);
    for (int32_t g = 0; g < c->n_groups; g++)
        if (x->free[g] > 0) {
            open_group(x, g);
            any = true;
        }
    // A free unit without an earmark opens every cell.
    while (any && more && x->free[0] == 0) {
        more = false;
        for (int32_t g = 0; g < c->n_groups; g++)
            if (!x->open_group[g] && leads_on(x, g)) {
                open_group(x, g);
                more = true;
            }
    }
    return any;
}

/* Water filling: the village of the class whose turn it is. */
static int32_t next_village(const struct chooser *x, int32_t cls)
{
    const struct cache *c = x->c;
    int32_t best = ALLOC_NONE;

    for (int32_t v = 0; v < c->n_villages; v++) {
        int32_t part = cls * c->n_villages + v;

        if (c->waiting[part] == 0 || x->closed[v] ||
            !x->open_cell[v * c->p->n_deciles + cls / ALLOC_CLASSES_PER_DECILE])
            continue;
        if (best == ALLOC_NONE) {
            best = v;
            continue;
        }
        int32_t other = cls * c->n_villages + best;
        int64_t left = (int64_t)c->served[part] * c->households[other];
        int64_t right = (int64_t)c->served[other] * c->households[part];

        if (left < right ||
            (left == right && memcmp(c->village_hash[v], c->village_hash[best], DIGEST_BYTES) < 0))
            best = v;
    }
    return best;
}

/* The next of the village's lottery that somebody may serve; the lost are not asked again. */
static int32_t next_family(const struct chooser *x, int32_t cls, int32_t village)
{
    struct cache *c = x->c;
    int32_t best = cache_waiting_next(c, cls * c->n_villages + village);

    if (best == ALLOC_NONE || (c->household[best].planned == ALLOC_NONE && !cache_hopeless(c, best)))
        return best;
    best = ALLOC_NONE;
    for (int32_t h = c->waiting_first[cls * c->n_villages + village]; h >= 0; h = c->household[h].next)
        if (c->household[h].planned == ALLOC_NONE && (best == ALLOC_NONE || cache_earlier(c, h, best)) &&
            !cache_hopeless(c, h))
            best = h;
    return best;
}

static int serve_waiting(struct chooser *x)
{
    struct cache *c = x->c;
    struct repair_choice *choice = x->choice;

    // What is open changes only when somebody is added.
    bool open = find_open(x);

    for (int32_t cls = 0; cls < c->p->n_deciles * ALLOC_CLASSES_PER_DECILE && open; cls++) {
        memset(x->closed, 0, (size_t)c->n_villages);
        while (open) {
            int32_t v = next_village(x, cls), h = v >= 0 ? next_family(x, cls, v) : ALLOC_NONE;

            if (v < 0)
                break;
            if (h < 0 || !add_to(x, cache_cell(c, h))) {
                x->closed[v] = 1;
                continue;
            }
            open = find_open(x);
            cache_set_served(c, h, true);
            int ret = repair_choice_add(choice->a, &choice->loose, &choice->n_loose, &choice->max_loose, h);

            if (ret < 0)
                return ret;
        }
    }
    return 0;
}

int repair_choose(struct cache *c, struct repair_choice *choice)
{
    struct arena *a = choice->a;
    size_t table = (size_t)c->n_groups * (size_t)c->n_cells;
    struct chooser x = {
        .c = c,
        .choice = choice,
        .use = ARENA_NEW(a, table, int32_t),
        .free = ARENA_NEW(a, c->n_groups, int64_t),
        .queue = ARENA_NEW(a, c->n_cells, int32_t),
        .from_group = ARENA_NEW(a, c->n_cells, int32_t),
        .from_cell = ARENA_NEW(a, c->n_groups, int32_t),
        .closed = ARENA_NEW(a, c->n_villages, uint8_t),
        .open_group = ARENA_NEW(a, c->n_groups, uint8_t),
        .open_cell = ARENA_NEW(a, c->n_cells, uint8_t),
    };

    if (a->failed)
        return -ENOMEM;
    memcpy(x.use, c->use, table * sizeof(*x.use));
    memcpy(x.free, c->free, (size_t)c->n_groups * sizeof(*x.free));
    int ret = keep_planned(&x);

    return ret == 0 ? serve_waiting(&x) : ret;
}
