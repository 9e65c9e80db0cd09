#include "services/allocator/repair_cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "services/allocator/chord.h"

static void leave_places(struct cache *c, int32_t g)
{
    struct cache_giver *x = &c->giver[g];

    for (int k = 0; k < (x->at[0] == x->at[1] ? 1 : 2); k++) {
        int32_t next = x->next_at[k], previous = x->previous_at[k];

        if (previous >= 0)
            c->giver[previous / 2].next_at[previous % 2] = next;
        else
            c->place_first[x->at[k]] = next;
        if (next >= 0)
            c->giver[next / 2].previous_at[next % 2] = previous;
    }
}

static void join_places(struct cache *c, int32_t g)
{
    struct cache_giver *x = &c->giver[g];

    for (int k = 0; k < (x->at[0] == x->at[1] ? 1 : 2); k++) {
        int32_t *first = &c->place_first[x->at[k]], slot = 2 * g + k;

        x->previous_at[k] = -1;
        x->next_at[k] = *first;
        if (*first >= 0)
            c->giver[*first / 2].previous_at[*first % 2] = slot;
        *first = slot;
    }
}

/* Units free of a giver, in its group and places; called before (by -1) and after (by 1) every change of it. */
static void count_free(struct cache *c, int32_t g, int32_t by)
{
    const struct cache_giver *x = &c->giver[g];
    int32_t units = cache_free(c, g);

    c->free[x->earmark + 1] += (int64_t)by * units;
    if (units > 0 && x->earmark == ALLOC_NONE)
        (by < 0 ? leave_places : join_places)(c, g);
}

void cache_attach(struct cache *c, int32_t h, int32_t giver)
{
    struct cache_household *x = &c->household[h];
    struct cache_giver *g = &c->giver[giver];

    count_free(c, giver, -1);
    g->load++;
    count_free(c, giver, 1);
    if (g->load > g->left && !g->crowded) {
        g->crowded = 1;
        c->crowded[c->n_crowded++] = giver;
    }
    x->planned = giver;
    x->attached = 1;
    x->previous_of_giver = -1;
    x->next_of_giver = g->first;
    if (g->first >= 0)
        c->household[g->first].previous_of_giver = h;
    g->first = h;
    c->use[(size_t)(g->earmark + 1) * (size_t)c->n_cells + (size_t)cache_cell(c, h)]++;
}

void cache_detach(struct cache *c, int32_t h)
{
    struct cache_household *x = &c->household[h];
    struct cache_giver *g = &c->giver[x->planned];

    count_free(c, x->planned, -1);
    g->load--;
    count_free(c, x->planned, 1);
    x->attached = 0;
    if (x->previous_of_giver >= 0)
        c->household[x->previous_of_giver].next_of_giver = x->next_of_giver;
    else
        g->first = x->next_of_giver;
    if (x->next_of_giver >= 0)
        c->household[x->next_of_giver].previous_of_giver = x->previous_of_giver;
    c->use[(size_t)(g->earmark + 1) * (size_t)c->n_cells + (size_t)cache_cell(c, h)]--;
}

static void stray(struct cache *c, int32_t h)
{
    if (!c->household[h].stray)
        c->stray[c->n_stray++] = h;
    c->household[h].stray = 1;
}

/* An extreme that has to be looked for when somebody asks. */
#define UNKNOWN (-2)

static int32_t *extreme_of(const struct cache *c, int32_t h)
{
    return &(c->household[h].served ? c->planned_last : c->waiting_next)[cache_part(c, h)];
}

/* The later one of planned families, the earlier one of waiting ones. */
static int32_t more_extreme(struct cache *c, int32_t a, int32_t b)
{
    return cache_earlier(c, a, b) == (c->household[a].served != 0) ? b : a;
}

static int32_t find_extreme(struct cache *c, int32_t *extreme, int32_t first)
{
    if (*extreme != UNKNOWN)
        return *extreme;
    *extreme = first;
    for (int32_t h = first < 0 ? -1 : c->household[first].next; h >= 0; h = c->household[h].next)
        *extreme = more_extreme(c, *extreme, h);
    return *extreme;
}

int32_t cache_planned_last(struct cache *c, int32_t part)
{
    return find_extreme(c, &c->planned_last[part], c->planned_first[part]);
}

int32_t cache_waiting_next(struct cache *c, int32_t part)
{
    return find_extreme(c, &c->waiting_next[part], c->waiting_first[part]);
}

static void unlist(struct cache *c, int32_t h)
{
    struct cache_household *x = &c->household[h];
    int32_t *first = x->served ? c->planned_first : c->waiting_first, *extreme = extreme_of(c, h);

    *extreme = *extreme == h ? UNKNOWN : *extreme;

    if (x->previous >= 0)
        c->household[x->previous].next = x->next;
    else
        first[cache_part(c, h)] = x->next;
    if (x->next >= 0)
        c->household[x->next].previous = x->previous;
}

static void list(struct cache *c, int32_t h)
{
    struct cache_household *x = &c->household[h];
    int32_t *first = &(x->served ? c->planned_first : c->waiting_first)[cache_part(c, h)], *extreme = extreme_of(c, h);

    if (*extreme != UNKNOWN)
        *extreme = *extreme == ALLOC_NONE ? h : more_extreme(c, *extreme, h);
    x->previous = -1;
    x->next = *first;
    if (*first >= 0)
        c->household[*first].previous = h;
    *first = h;
}

void cache_set_served(struct cache *c, int32_t h, bool served)
{
    struct cache_household *x = &c->household[h];

    if (x->served == served)
        return;
    unlist(c, h);
    x->served = served;
    list(c, h);
    c->served[cache_part(c, h)] += served ? 1 : -1;
    c->waiting[cache_part(c, h)] += served ? -1 : 1;
}

/* Everything a household adds to the counts, or takes from them again. */
static void count_household(struct cache *c, int32_t h, int32_t by)
{
    const struct cache_household *x = &c->household[h];

    if (x->state == ALLOC_ABSENT)
        return;
    c->households[cache_part(c, h)] += by;
    if (x->state == ALLOC_DELIVERED || x->served)
        c->served[cache_part(c, h)] += by;
    else
        c->waiting[cache_part(c, h)] += by;
}

void cache_remove_household(struct cache *c, int32_t h)
{
    struct cache_household *x = &c->household[h];

    if (x->attached)
        cache_detach(c, h);
    if (x->state == ALLOC_OPEN)
        unlist(c, h);
    count_household(c, h, -1);
    *x = (struct cache_household){
        .state = ALLOC_ABSENT, .planned = ALLOC_NONE, .foster = ALLOC_NONE, .stray = x->stray, .ticket = x->ticket
    };
}

void cache_add_household(struct cache *c, int32_t h)
{
    struct cache_household *x = &c->household[h];
    const struct alloc_household *now = &c->p->households[h];

    if (now->state == ALLOC_ABSENT || x->state != ALLOC_ABSENT)
        return;
    x->state = now->state;
    x->village = now->village;
    x->cls = now->cls;
    x->served = now->state == ALLOC_OPEN && now->planned != ALLOC_NONE;
    count_household(c, h, 1);
    if (now->state != ALLOC_OPEN)
        return;
    list(c, h);
    x->planned = now->planned;
    x->foster = now->foster;
    if (now->planned == ALLOC_NONE)
        return;
    if (alloc_may_serve(c->p, now->planned, h))
        cache_attach(c, h, now->planned);
    else
        stray(c, h);
}

static void forget(int32_t *members, int32_t *n, int32_t g)
{
    for (int32_t i = 0; i < *n; i++)
        if (members[i] == g) {
            members[i] = members[--*n];
            return;
        }
}

static void count_giver(struct cache *c, int32_t g, int32_t by)
{
    const struct cache_giver *x = &c->giver[g];

    c->group_left[x->earmark + 1] += (int64_t)by * x->left;
    c->group_quota[x->earmark + 1] += (int64_t)by * (x->kind != 0 ? x->quota : 0);
    count_free(c, g, by);
}

static void read_giver(struct cache *c, int32_t g)
{
    const struct alloc_giver *now = &c->p->givers[g];
    struct cache_giver *x = &c->giver[g];

    x->left = alloc_left(now);
    x->quota = now->quota;
    x->own = now->own;
    x->earmark = now->earmark;
    x->kind = now->kind;
    x->known = 1;
    x->at[0] = now->place[0] != ALLOC_NONE ? now->place[0]
        : now->place[1] != ALLOC_NONE ? now->place[1]
        : c->n_villages + (now->kind == ALLOC_PARTNER);
    x->at[1] = now->place[1] != ALLOC_NONE ? now->place[1] : x->at[0];
    count_giver(c, g, 1);
    if (x->own != ALLOC_NONE)
        c->owners[c->n_owners++] = g;
    if (x->earmark != ALLOC_NONE)
        c->marked[c->n_marked++] = g;
}

void cache_update_giver(struct cache *c, int32_t g)
{
    struct cache_giver *x = &c->giver[g];
    int32_t loose = -1;

    if (c->giver_key[g] == 0)
        c->giver_key[g] = tiebreak_key(&c->tiebreak, alloc_giver_id(c->p, g));
    // Its families come off while the old content still stands and go on again where the new one allows it.
    while (x->first >= 0) {
        int32_t h = x->first;

        cache_detach(c, h);
        c->household[h].next_of_giver = loose;
        loose = h;
    }
    if (x->known) {
        count_giver(c, g, -1);
        forget(c->owners, &c->n_owners, g);
        forget(c->marked, &c->n_marked, g);
    }
    read_giver(c, g);
    while (loose >= 0) {
        int32_t h = loose;

        loose = c->household[h].next_of_giver;
        if (alloc_may_serve(c->p, g, h))
            cache_attach(c, h, g);
        else
            stray(c, h);
    }
}

uint64_t cache_ticket(struct cache *c, int32_t h)
{
    struct cache_household *x = &c->household[h];

    if (x->ticket == 0)
        x->ticket = tiebreak_key(&c->tiebreak, alloc_household_id(c->p, h));
    return x->ticket;
}

bool cache_earlier(struct cache *c, int32_t a, int32_t b)
{
    uint64_t x = cache_ticket(c, a), y = cache_ticket(c, b);
    uint8_t whole[2][DIGEST_BYTES];

    if (x != y)
        return x < y;
    tiebreak_hash(&c->tiebreak, alloc_household_id(c->p, a), whole[0]);
    tiebreak_hash(&c->tiebreak, alloc_household_id(c->p, b), whole[1]);
    return memcmp(whole[0], whole[1], DIGEST_BYTES) < 0;
}

static int64_t units_for(const struct cache *c, int32_t h, const int64_t *group, bool whole)
{
    int32_t cell = cache_cell(c, h);
    int64_t units = 0;

    for (int32_t g = 0; g < c->n_groups; g++)
        if (c->fits[(size_t)g * (size_t)c->n_cells + (size_t)cell])
            units += group[g];
    for (int32_t i = 0; i < c->n_owners && units > 0; i++) {
        const struct cache_giver *x = &c->giver[c->owners[i]];

        if (x->own == h && c->fits[(size_t)(x->earmark + 1) * (size_t)c->n_cells + (size_t)cell])
            units -= whole ? x->quota : x->left;
    }
    return units;
}

bool cache_hopeless(const struct cache *c, int32_t h)
{
    return units_for(c, h, c->group_left, false) <= 0;
}

enum alloc_reason cache_reason(const struct cache *c, int32_t h)
{
    return units_for(c, h, c->group_quota, true) <= 0 ? ALLOC_NO_ELIGIBLE_GIVER : ALLOC_SUPPLY_EXHAUSTED;
}

bool cache_has_room(const struct cache *c, const struct alloc_problem *p)
{
    return p->n_households <= c->max_households && p->n_givers <= c->max_givers && p->n_villages == c->n_villages &&
        p->n_earmarks + 1 == c->n_groups;
}

void cache_done(struct cache *c)
{
    arena_done(&c->arena);
    *c = (struct cache){ 0 };
}

static int allocate(struct cache *c, const struct alloc_problem *p)
{
    struct arena *a = &c->arena;
    size_t table;

    c->max_households = p->n_households + p->n_households / 8 + 64;
    c->max_givers = p->n_givers + p->n_givers / 8 + 64;
    c->n_villages = p->n_villages;
    c->n_groups = p->n_earmarks + 1;
    c->n_cells = p->n_villages * p->n_deciles;
    c->n_parts = c->n_cells * ALLOC_CLASSES_PER_DECILE;
    table = (size_t)c->n_groups * (size_t)c->n_cells;
    c->household = ARENA_NEW(a, c->max_households, struct cache_household);
    c->named = ARENA_NEW(a, c->max_households, int32_t);
    c->stray = ARENA_NEW(a, c->max_households, int32_t);
    c->crowded = ARENA_NEW(a, c->max_givers, int32_t);
    c->giver = ARENA_NEW(a, c->max_givers, struct cache_giver);
    c->giver_key = ARENA_NEW(a, c->max_givers, uint64_t);
    c->village_key = ARENA_NEW(a, p->n_villages, uint64_t);
    c->village_hash = arena_array(a, (size_t)p->n_villages, DIGEST_BYTES);
    c->planned_first = ARENA_NEW(a, c->n_parts, int32_t);
    c->waiting_first = ARENA_NEW(a, c->n_parts, int32_t);
    c->planned_last = ARENA_NEW(a, c->n_parts, int32_t);
    c->waiting_next = ARENA_NEW(a, c->n_parts, int32_t);
    c->households = ARENA_NEW(a, c->n_parts, int32_t);
    c->served = ARENA_NEW(a, c->n_parts, int32_t);
    c->waiting = ARENA_NEW(a, c->n_parts, int32_t);
    c->place_first = ARENA_NEW(a, p->n_villages + 2, int32_t);
    c->metres = arena_array(a, (size_t)p->n_villages * (size_t)(p->n_villages + 2), sizeof(*c->metres));
    c->owners = ARENA_NEW(a, c->max_givers, int32_t);
    c->marked = ARENA_NEW(a, c->max_givers, int32_t);
    c->fits = ARENA_NEW(a, table, uint8_t);
    c->use = ARENA_NEW(a, table, int32_t);
    c->free = ARENA_NEW(a, c->n_groups, int64_t);
    c->group_left = ARENA_NEW(a, c->n_groups, int64_t);
    c->group_quota = ARENA_NEW(a, c->n_groups, int64_t);
    return a->failed ? -ENOMEM : 0;
}

static void measure(struct cache *c)
{
    const struct alloc_problem *p = c->p;
    const size_t places = (size_t)c->n_villages + 2;

    for (int32_t v = 0; v < c->n_villages; v++) {
        for (int32_t place = 0; place <= v; place++) {
            int32_t m = chord_m(&p->villages[v], &p->villages[place]);

            c->metres[(size_t)v * places + (size_t)place] = c->metres[(size_t)place * places + (size_t)v] = m;
        }
        c->metres[(size_t)v * places + (size_t)c->n_villages] = ALLOC_FAR_M;
        c->metres[(size_t)v * places + (size_t)c->n_villages + 1] = 0;
    }
}

int cache_load(struct cache *c, const struct alloc_problem *p)
{
    cache_done(c);
    int ret = allocate(c, p);

    if (ret < 0) {
        cache_done(c);
        return ret;
    }
    c->p = p;
    tiebreak_init(&c->tiebreak, p);
    measure(c);
    for (int32_t i = 0; i < c->n_parts; i++)
        c->planned_first[i] = c->waiting_first[i] = -1;
    for (int32_t i = 0; i < c->n_parts; i++)
        c->planned_last[i] = c->waiting_next[i] = UNKNOWN;
    for (int32_t i = 0; i < c->n_villages + 2; i++)
        c->place_first[i] = -1;
    for (int32_t i = 0; i < c->n_villages; i++) {
        c->village_key[i] = tiebreak_village_key(&c->tiebreak, p->villages[i].id);
        tiebreak_village_hash(&c->tiebreak, p->villages[i].id, c->village_hash[i]);
    }
    for (int32_t cell = 0; cell < c->n_cells; cell++) {
        c->fits[cell] = 1;
        for (int32_t e = 0; e < p->n_earmarks; e++)
            c->fits[(size_t)(e + 1) * (size_t)c->n_cells + (size_t)cell] = alloc_earmark_fits(
                &p->earmarks[e], p->villages[cell / p->n_deciles].id, p->deciles[cell % p->n_deciles]);
    }
    for (int32_t g = 0; g < c->max_givers; g++)
        c->giver[g] = (struct cache_giver){ .first = -1, .own = ALLOC_NONE, .earmark = ALLOC_NONE, .column = -1 };
    for (int32_t g = 0; g < p->n_givers; g++)
        cache_update_giver(c, g);
    for (int32_t h = 0; h < p->n_households; h++)
        cache_add_household(c, h);
    return 0;
}
