#include "services/allocator/certify_labels.h"

#include <errno.h>

static uint64_t mix64(uint64_t z)
{
    z ^= z >> 30;
    z *= 0xbf58476d1ce4e5b9u;
    z ^= z >> 27;
    z *= 0x94d049bb133111ebu;
    z ^= z >> 31;
    return z;
}

static uint64_t combine(uint64_t a, uint64_t b, uint64_t number)
{
    return mix64(a + mix64(b + number));
}

static int64_t leg39(uint64_t a, uint64_t b, uint64_t number)
{
    return (int64_t)(combine(a, b, number) / (UINT64_C(1) << 25));
}

int64_t certify_start(const struct certify_labels *l, int32_t type, int32_t place)
{
    return leg39(l->types[type].key, l->place_key[place], 2);
}

int64_t certify_travel(const struct certify_labels *l, int32_t place, int32_t village)
{
    return (INT64_C(1) << 39) + leg39(l->place_key[place], l->place_key[village], 3);
}

int64_t certify_direct(const struct certify_labels *l, int32_t type, uint64_t village_or_cell)
{
    return (INT64_C(1) << 39) + leg39(l->types[type].key, village_or_cell, 4);
}

int64_t certify_kept(const struct certify_labels *l, int32_t type, int32_t cell)
{
    return leg39(l->types[type].key, l->cell_key[cell], 5);
}

/* Any guess will do: the squares on both sides decide. */
static int64_t root_of(int64_t n)
{
    int64_t root = n > 0 ? INT64_C(1) << (64 - __builtin_clzll((uint64_t)n)) / 2 : 0;

    for (int i = 0; i < 4 && root > 0; i++)
        root = (root + n / root) / 2;
    while (root * root > n)
        root--;
    while ((root + 1) * (root + 1) <= n)
        root++;
    return root;
}

int64_t certify_metres(const struct certify_labels *l, const struct certify_view *v, int32_t place, int32_t village)
{
    if (place >= v->p->n_villages)
        return place == v->p->n_villages ? ALLOC_FAR_M : 0;
    int32_t *known = &l->metres[(size_t)place * (size_t)v->p->n_villages + (size_t)village];

    if (*known == 0)
        *known = 1 + (int32_t)root_of(certify_square(&v->p->villages[place], &v->p->villages[village]));
    return *known - 1;
}

int64_t certify_type_metres(const struct certify_labels *l, const struct certify_view *v, int32_t type,
                            int32_t village)
{
    const struct certify_type *t = &l->types[type];
    int64_t first = certify_metres(l, v, t->place[0], village);
    int64_t second = t->place[1] >= 0 ? certify_metres(l, v, t->place[1], village) : first;

    return first < second ? first : second;
}

static uint64_t key_of(const uint8_t hash[DIGEST_BYTES])
{
    uint64_t key = 0;

    for (int i = 0; i < 8; i++)
        key = key * 256 + hash[i];
    return key;
}

static uint64_t key_of_id(const struct certify_view *v, const char *id)
{
    uint8_t hash[DIGEST_BYTES];

    certify_hash(v, id, hash);
    return key_of(hash);
}

static int64_t left_of(const struct alloc_giver *g)
{
    return g->kind == 0 || g->quota <= g->taken ? 0 : g->quota - g->taken;
}

static bool can_keep(const struct certify_view *v, int32_t household)
{
    int32_t g = v->p->households[household].foster;

    return g != ALLOC_NONE && v->p->givers[g].kind == ALLOC_ASN && left_of(&v->p->givers[g]) > 0 &&
        certify_fits(v, g, household);
}

static void find_places(const struct certify_labels *l, const struct certify_view *v, int32_t giver, int32_t place[2])
{
    const struct alloc_giver *g = &v->p->givers[giver];

    place[0] = g->place[0];
    place[1] = g->place[1];
    if (place[0] == ALLOC_NONE) {
        place[0] = place[1];
        place[1] = ALLOC_NONE;
    }
    if (place[0] == ALLOC_NONE)
        place[0] = v->p->n_villages + (g->kind == ALLOC_ASN ? 0 : 1);
    if (place[0] == place[1])
        place[1] = ALLOC_NONE;
    if (place[1] == ALLOC_NONE)
        return;
    uint64_t k0 = l->place_key[place[0]], k1 = l->place_key[place[1]];

    if (k1 < k0 || (k1 == k0 && place[1] < place[0])) {
        int32_t t = place[0];

        place[0] = place[1];
        place[1] = t;
    }
}

static void make_types(struct certify_labels *l, const struct certify_view *v, const int32_t *fosters, int32_t *chain)
{
    const struct alloc_problem *p = v->p;

    for (int32_t i = 0; i < p->n_villages + 2; i++)
        chain[i] = -1;
    for (int32_t g = 0; g < p->n_givers; g++) {
        const struct alloc_giver *giver = &p->givers[g];
        bool own = giver->own >= 0 && v->giver[giver->own] != ALLOC_NONE, alone;
        struct certify_type t = { .member = g, .next = -1, .direct = own || giver->earmark >= 0 };
        int32_t same = -1;

        l->type_of[g] = -1;
        if (left_of(giver) == 0)
            continue;
        find_places(l, v, g, t.place);
        alone = t.direct || giver->kind != ALLOC_ASN || fosters[g] > 1 || (fosters[g] == 1 && giver->taken > 0);
        if (alone) {
            t.key = l->giver_key[g];
        } else {
            t.key = combine(l->place_key[t.place[0]], t.place[1] >= 0 ? l->place_key[t.place[1]] : 0, 1);
            for (same = chain[t.place[0]]; same >= 0 && l->types[same].place[1] != t.place[1];)
                same = l->types[same].next;
        }
        if (same < 0) {
            same = l->n_types++;
            if (!alone) {
                t.next = chain[t.place[0]];
                chain[t.place[0]] = same;
            }
            l->types[same] = t;
        }
        l->type_of[g] = same;
    }
}

/* The first decile position that no earmark in play tells from this one. */
static int32_t decile_name(const struct certify_view *v, int32_t decile)
{
    const struct alloc_problem *p = v->p;

    for (int32_t d = 0; d < decile; d++) {
        bool told = false;

        for (int32_t e = 0; e < p->n_earmarks; e++) {
            unsigned mask = v->units[e + 1] > 0 ? p->earmarks[e].deciles : 0;

            told |= mask != 0 && (mask >> p->deciles[d] & 1) != (mask >> p->deciles[decile] & 1);
        }
        if (!told)
            return d;
    }
    return decile;
}

static void add_cell(struct certify_labels *l, int32_t village, int32_t family, int32_t rank, uint64_t key)
{
    int32_t c = l->n_cells++;

    l->n_villages += l->first_cell[village] < 0;
    l->cell_family[c] = family;
    l->cell_key[c] = key;
    l->cell_rank[c] = rank;
    l->next_cell[c] = l->first_cell[village];
    l->first_cell[village] = c;
}

static void make_cells(struct certify_labels *l, const struct certify_view *v, int32_t *common)
{
    const struct alloc_problem *p = v->p;
    int32_t name[ALLOC_MAX_DECILES];

    for (int32_t d = 0; d < p->n_deciles; d++)
        name[d] = decile_name(v, d);
    for (int32_t i = 0; i < v->n_cells; i++)
        common[i] = -1;
    for (int32_t i = 0; i < p->n_villages; i++)
        l->first_cell[i] = -1;
    for (int32_t h = 0; h < p->n_households; h++) {
        const struct alloc_household *x = &p->households[h];

        l->cell_of[h] = -1;
        if (v->giver[h] == ALLOC_NONE)
            continue;
        l->n_families++;
        if (v->own_left[v->kin[h]] > 0) {
            l->cell_of[h] = l->n_cells;
            add_cell(l, x->village, h, ALLOC_MAX_DECILES, key_of_id(v, alloc_household_id(p, h)));
            continue;
        }
        int32_t decile = name[x->cls / ALLOC_CLASSES_PER_DECILE], *cell = &common[x->village * p->n_deciles + decile];

        if (*cell < 0) {
            *cell = l->n_cells;
            add_cell(l, x->village, h, decile,
                     combine(l->place_key[x->village], 0, UINT64_C(16) + p->deciles[decile]));
        }
        l->cell_of[h] = *cell;
    }
}

int certify_labels_init(struct certify_labels *l, struct arena *a, const struct certify_view *v)
{
    const struct alloc_problem *p = v->p;
    int32_t *fosters = ARENA_NEW(a, p->n_givers, int32_t), *chain = ARENA_NEW(a, p->n_villages + 2, int32_t);
    int32_t *common = ARENA_NEW(a, v->n_cells, int32_t), served = 0;
    uint8_t hash[DIGEST_BYTES];

    for (int32_t h = 0; h < p->n_households; h++)
        served += v->giver[h] != ALLOC_NONE;
    *l = (struct certify_labels){
        .types = ARENA_NEW(a, p->n_givers, struct certify_type),
        .type_of = ARENA_NEW(a, p->n_givers, int32_t),
        .giver_key = ARENA_NEW(a, p->n_givers, uint64_t),
        .place_key = ARENA_NEW(a, p->n_villages + 2, uint64_t),
        .cell_of = ARENA_NEW(a, p->n_households, int32_t),
        .cell_family = ARENA_NEW(a, served, int32_t),
        .cell_key = ARENA_NEW(a, served, uint64_t),
        .cell_rank = ARENA_NEW(a, served, int32_t),
        .first_cell = ARENA_NEW(a, p->n_villages, int32_t),
        .next_cell = ARENA_NEW(a, served, int32_t),
        .can_keep = ARENA_NEW(a, p->n_households, uint8_t),
        .metres = arena_array(a, (size_t)p->n_villages * (size_t)p->n_villages, sizeof(int32_t)),
    };
    if (a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < p->n_villages; i++) {
        certify_village_hash(v, i, hash);
        l->place_key[i] = key_of(hash);
    }
    l->place_key[p->n_villages] = key_of_id(v, "far");
    l->place_key[p->n_villages + 1] = key_of_id(v, "free");
    for (int32_t g = 0; g < p->n_givers; g++)
        if (left_of(&p->givers[g]) > 0)
            l->giver_key[g] = key_of_id(v, alloc_giver_id(p, g));
    for (int32_t h = 0; h < p->n_households; h++)
        if (v->giver[h] != ALLOC_NONE && can_keep(v, h)) {
            l->can_keep[h] = 1;
            fosters[p->households[h].foster]++;
        }
    make_types(l, v, fosters, chain);
    make_cells(l, v, common);
    return 0;
}

bool certify_whole_village(const struct certify_labels *l, const struct certify_view *v, int32_t giver,
                           int32_t village)
{
    for (int32_t c = l->first_cell[village]; c >= 0; c = l->next_cell[c])
        if (!certify_fits(v, giver, l->cell_family[c]))
            return false;
    return true;
}
