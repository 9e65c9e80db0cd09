#include "services/allocator/repair_near.h"

struct search {
    struct cache *c;
    struct near_family family;
    struct near_columns columns;
    int32_t village, units;
    struct near_offer *list;
    int32_t count, listed;          /* listed: units of those in the list */
};

/* What a pair costs that neither stays nor is kept: the same for all families of a village. */
static repair_cost plain_cost(const struct cache *c, int32_t giver, int32_t village)
{
    return ((repair_cost)near_metres(c, giver, village) << NEAR_METRE_BIT) +
        tiebreak_leg(c->giver_key[giver], c->village_key[village], TIEBREAK_DIRECT);
}

repair_cost near_cost(struct cache *c, int32_t giver, int32_t household)
{
    const struct cache_household *x = &c->household[household];
    bool stay = x->planned == giver, kept = x->foster == giver && c->giver[giver].kind == ALLOC_ASN;

    if (!stay && !kept)
        return plain_cost(c, giver, x->village);
    return near_rough_cost(c, giver, household) +
        tiebreak_leg(c->giver_key[giver], cache_ticket(c, household), stay ? TIEBREAK_STAY : TIEBREAK_KEPT);
}

/* Keeps the list sorted and no longer than needed. */
static void offer(struct search *s, int32_t giver)
{
    struct cache *c = s->c;
    const struct cache_giver *g = &c->giver[giver];
    int32_t h = s->family.household, k = s->count, free = cache_free(c, giver);

    if (free == 0 || (h != ALLOC_NONE && g->own == h) || (g->column >= 0 && g->column < s->columns.skip) ||
        !c->fits[(size_t)(g->earmark + 1) * (size_t)c->n_cells + (size_t)s->family.cell])
        return;
    repair_cost cost = h == ALLOC_NONE ? plain_cost(c, giver, s->village) : near_cost(c, giver, h);

    if (s->columns.price != NULL && g->column >= 0)
        cost -= s->columns.price[g->column];
    if (s->listed >= s->units && cost >= s->list[k - 1].cost)
        return;
    for (int32_t i = 0; i < s->count; i++)
        if (s->list[i].giver == giver)
            return;
    for (; k > 0 && cost < s->list[k - 1].cost; k--)
        s->list[k] = s->list[k - 1];
    s->list[k] = (struct near_offer){ cost, giver };
    s->count++;
    s->listed += free;
    while (s->listed - cache_free(c, s->list[s->count - 1].giver) >= s->units)
        s->listed -= cache_free(c, s->list[--s->count].giver);
}

static void offer_place(struct search *s, int32_t place)
{
    const struct cache *c = s->c;

    for (int32_t slot = c->place_first[place]; slot >= 0; slot = c->giver[slot / 2].next_at[slot % 2])
        offer(s, slot / 2);
}

/* Places are looked at as long as they may beat the list; the nearest one first, which keeps the rest short. */
static void offer_places(struct search *s)
{
    const struct cache *c = s->c;
    const int32_t places = c->n_villages + 2, *metres = &c->metres[(size_t)s->village * (size_t)places];
    int32_t nearest = ALLOC_NONE;

    for (int32_t place = 0; place < places; place++)
        if (c->place_first[place] >= 0 && (nearest == ALLOC_NONE || metres[place] < metres[nearest]))
            nearest = place;
    if (nearest != ALLOC_NONE)
        offer_place(s, nearest);
    for (int32_t place = 0; place < places; place++)
        if (c->place_first[place] >= 0 && place != nearest &&
            (s->listed < s->units || ((repair_cost)metres[place] << NEAR_METRE_BIT) < s->list[s->count - 1].cost))
            offer_place(s, place);
}

int32_t near_best(struct cache *c, struct near_family family, int32_t units, struct near_columns columns,
                  struct near_offer *list)
{
    struct search s = { .c = c, .family = family, .columns = columns, .units = units, .list = list,
                        .village = family.cell / c->p->n_deciles };

    // First those whom a bonus may bring to the front although they are far.
    if (family.household != ALLOC_NONE) {
        const struct cache_household *x = &c->household[family.household];

        if (x->planned != ALLOC_NONE)
            offer(&s, x->planned);
        if (x->foster != ALLOC_NONE)
            offer(&s, x->foster);
    }
    for (int32_t i = 0; i < c->n_marked; i++)
        offer(&s, c->marked[i]);
    offer_places(&s);
    return s.count;
}
