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

int64_t certify_leg(uint64_t a, uint64_t b, uint64_t number)
{
    return (int64_t)(combine(a, b, number) / (UINT64_C(1) << 25));
}

int64_t certify_start(const struct certify_labels *l, int32_t type, int32_t place)
{
    return certify_leg(l->types[type].key, l->place_key[place], 2);
}

int64_t certify_travel(const struct certify_labels *l, int32_t place, int32_t village)
{
    return (INT64_C(1) << CERTIFY_LEG_BITS) + certify_leg(l->place_key[place], l->place_key[village], 3);
}

int64_t certify_direct(const struct certify_labels *l, int32_t type, uint64_t village_or_cell)
{
    return (INT64_C(1) << CERTIFY_LEG_BITS) + certify_leg(l->types[type].key, village_or_cell, 4);
}

int64_t certify_kept(const struct certify_labels *l, int32_t type, int32_t cell)
{
    return certify_leg(l->types[type].key, l->cell_key[cell], 5);
}

static uint64_t key_of(const uint8_t hash[DIGEST_BYTES])
{
    uint64_t key = 0;

    for (int i = 0; i < 8; i++)
        key = key * 256 + hash[i];
    return key;
}

uint64_t certify_key(const struct certify_view *v, const char *id)
{
    uint8_t hash[DIGEST_BYTES];

    certify_hash(v, id, hash);
    return key_of(hash);
}

uint64_t certify_village_key(const struct certify_view *v, int32_t village)
{
    uint8_t hash[DIGEST_BYTES];

    certify_village_hash(v, village, hash);
    return key_of(hash);
}

int64_t certify_root(int64_t square)
{
    int64_t metres = 0;

    for (int64_t bit = INT64_C(1) << 25; bit > 0; bit /= 2)
        metres += certify_against(square, metres + bit) >= 0 ? bit : 0;
    return metres;
}

/* Most givers may keep every family that is not their own: [givers]. */
static void find_keepers(const struct certify_view *v, bool *keeps_any)
{
    for (int32_t i = 0; i < v->p->n_givers; i++) {
        const struct alloc_giver *g = &v->p->givers[i];

        keeps_any[i] = g->kind == ALLOC_ASN && certify_left(g) > 0 && g->earmark < 0 && g->own < 0;
    }
}

static bool can_keep(const struct certify_view *v, int32_t giver, int32_t household)
{
    const struct alloc_giver *g = &v->p->givers[giver];

    return g->kind == ALLOC_ASN && certify_left(g) > 0 && certify_fits(v, giver, household);
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

/* `with`: [places x places, 0 = none] 1 + the type of who has these two, once there is one. */
static void make_types(struct certify_labels *l, const struct certify_view *v, const int32_t *fosters, int32_t *with)
{
    const struct alloc_problem *p = v->p;

    for (int32_t g = 0; g < p->n_givers; g++) {
        const struct alloc_giver *giver = &p->givers[g];
        bool own = giver->own >= 0 && v->giver[giver->own] != ALLOC_NONE;
        struct certify_type t = { .member = g, .direct = own || giver->earmark >= 0 };
        int32_t nobody = 0, *type = &nobody;

        l->type_of[g] = -1;
        if (certify_left(giver) == 0)
            continue;
        find_places(l, v, g, t.place);
        if (!t.direct && giver->kind == ALLOC_ASN && fosters[g] <= (giver->taken == 0))
            type = &with[(size_t)t.place[0] * ((size_t)p->n_villages + 3) + (size_t)(t.place[1] + 1)];
        if (*type == 0) {
            t.alone = type == &nobody;
            t.ends[0] = t.place[0];
            t.ends[1] = t.place[1] >= 0 ? t.place[1] : t.place[0];
            t.key = t.alone ? certify_key(v, alloc_giver_id(p, g))
                : combine(l->place_key[t.place[0]], t.place[1] >= 0 ? l->place_key[t.place[1]] : 0, 1);
            l->types[l->n_types++] = t;
            *type = l->n_types;
        }
        l->type_of[g] = *type - 1;
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

static int32_t add_cell(struct certify_labels *l, int32_t village, int32_t family, int32_t rank, uint64_t key)
{
    int32_t c = l->n_cells++;

    l->n_villages += l->first_cell[village] < 0;
    l->cell_family[c] = family;
    l->cell_village[c] = village;
    l->cell_key[c] = key;
    l->cell_rank[c] = rank;
    l->next_cell[c] = l->first_cell[village];
    l->first_cell[village] = c;
    return c;
}

/* `common`: [village x decile position] 1 + the cell, once there is one. */
static int32_t cell_for(struct certify_labels *l, const struct certify_view *v, const int32_t *name, int32_t *common,
                        int32_t h)
{
    const struct alloc_problem *p = v->p;
    int32_t village = p->households[h].village, decile = name[p->households[h].cls / ALLOC_CLASSES_PER_DECILE];
    int32_t *cell = &common[village * p->n_deciles + decile];

    if (v->own_left[v->kin[h]] > 0)
        return add_cell(l, village, h, ALLOC_MAX_DECILES, certify_key(v, alloc_household_id(p, h)));
    if (*cell == 0)
        *cell = 1 + add_cell(l, village, h, decile,
                             combine(l->place_key[village], 0, UINT64_C(16) + p->deciles[decile]));
    return *cell - 1;
}

static void list_families(struct certify_labels *l, const struct certify_view *v, const bool *keeps_any,
                          int32_t *common, int32_t *fosters)
{
    int32_t name[ALLOC_MAX_DECILES];

    for (int32_t d = 0; d < v->p->n_deciles; d++)
        name[d] = decile_name(v, d);
    for (int32_t i = 0; i < v->p->n_villages; i++)
        l->first_cell[i] = -1;
    for (int32_t i = 0; i < v->n_served; i++) {
        int32_t h = v->served[i], keeper = v->p->households[h].foster;

        if (keeper != ALLOC_NONE && !keeps_any[keeper] && !can_keep(v, keeper, h))
            keeper = ALLOC_NONE;
        if (keeper != ALLOC_NONE)
            fosters[keeper]++;
        l->families[i] = (struct certify_family){
            .household = h, .giver = v->giver[h], .cell = cell_for(l, v, name, common, h), .keeper = keeper,
            .way = ALLOC_NONE,
        };
    }
}

int certify_labels_init(struct certify_labels *l, struct arena *a, const struct certify_view *v)
{
    const struct alloc_problem *p = v->p;
    size_t villages = (size_t)p->n_villages, cells = (size_t)v->n_cells + (size_t)v->n_kin;
    int32_t *fosters = ARENA_NEW(a, p->n_givers, int32_t), *common = ARENA_NEW(a, v->n_cells, int32_t);
    int32_t *with = ARENA_NEW(a, (villages + 2) * (villages + 3), int32_t);
    bool *keeps_any = ARENA_RAW(a, p->n_givers, bool);

    *l = (struct certify_labels){
        .types = ARENA_RAW(a, p->n_givers, struct certify_type),
        .type_of = ARENA_RAW(a, p->n_givers, int32_t),
        .place_key = ARENA_RAW(a, villages + 2, uint64_t),
        .n_families = v->n_served,
        .families = ARENA_RAW(a, v->n_served, struct certify_family),
        .plain = ARENA_RAW(a, v->n_served, int32_t),
        .cell_family = ARENA_RAW(a, cells, int32_t),
        .cell_village = ARENA_RAW(a, cells, int32_t),
        .cell_key = ARENA_RAW(a, cells, uint64_t),
        .cell_rank = ARENA_RAW(a, cells, int32_t),
        .first_cell = ARENA_RAW(a, villages, int32_t),
        .next_cell = ARENA_RAW(a, cells, int32_t),
    };
    if (a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < p->n_villages; i++)
        l->place_key[i] = certify_village_key(v, i);
    l->place_key[p->n_villages] = certify_key(v, "far");
    l->place_key[p->n_villages + 1] = certify_key(v, "free");
    find_keepers(v, keeps_any);
    list_families(l, v, keeps_any, common, fosters);
    make_types(l, v, fosters, with);
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
