#include "services/allocator/resolve.h"

/* Of several who name the same former id the smallest token counts: a choice that doesn't depend on the past. */
static void find_household_successor(struct regency *r, uint32_t former)
{
    uint32_t best = NO_ID;
    for (uint32_t h = 0; h < r->household_ids.count; h++)
        if (r->households[h].was == former &&
            (best == NO_ID || strcmp(household_token(r, h), household_token(r, best)) < 0))
            best = h;
    r->households[former].successor = best;
}

void resolve_set_household_was(struct regency *r, uint32_t household, uint32_t was)
{
    struct household_state *h = &r->households[household];
    uint32_t before = h->was;
    if (was == household)
        was = NO_ID;
    if (before == was)
        return;
    h->was = was;
    if (before != NO_ID && r->households[before].successor == household)
        find_household_successor(r, before);
    if (was == NO_ID)
        return;
    uint32_t rival = r->households[was].successor;
    if (rival == NO_ID || strcmp(household_token(r, household), household_token(r, rival)) < 0)
        r->households[was].successor = household;
}

static void find_giver_successor(struct regency *r, uint32_t former)
{
    uint32_t best = NO_ID;
    for (uint32_t g = 0; g < r->giver_ids.count; g++)
        if (r->givers[g].was == former && (best == NO_ID || strcmp(giver_id(r, g), giver_id(r, best)) < 0))
            best = g;
    r->givers[former].successor = best;
}

void resolve_set_giver_was(struct regency *r, uint32_t giver, uint32_t was)
{
    struct giver_state *g = &r->givers[giver];
    uint32_t before = g->was;
    if (was == giver)
        was = NO_ID;
    if (before == was)
        return;
    g->was = was;
    if (before != NO_ID && r->givers[before].successor == giver)
        find_giver_successor(r, before);
    if (was == NO_ID)
        return;
    uint32_t rival = r->givers[was].successor;
    if (rival == NO_ID || strcmp(giver_id(r, giver), giver_id(r, rival)) < 0)
        r->givers[was].successor = giver;
}

uint32_t resolve_giver(const struct regency *r, uint32_t giver)
{
    for (int i = 0; giver != NO_ID && i < MAX_HOPS && r->givers[giver].successor != NO_ID; i++)
        giver = r->givers[giver].successor;
    return giver;
}

struct row *resolve_live_row(const struct plan_state *p, uint32_t household)
{
    struct row *row = row_find(p, household);
    return row != NULL && row->reason != REASON_RENAMED ? row : NULL;
}

uint32_t resolve_row_family(const struct regency *r, const struct plan_state *p, uint32_t household)
{
    uint32_t ids[MAX_FAMILY_IDS];
    if (resolve_live_row(p, household) != NULL)
        return household;
    if (r->households[household].successor == NO_ID && r->households[household].was == NO_ID)
        return NO_ID;
    int n = resolve_family_ids(r, household, ids);
    for (int i = 1; i < n; i++)
        if (resolve_live_row(p, ids[i]) != NULL)
            return ids[i];
    return NO_ID;
}

/* The former id, if that one counts this family as its successor: so links form chains, the same from either end. */
uint32_t resolve_former(const struct regency *r, uint32_t household)
{
    uint32_t was = r->households[household].was;
    return was != NO_ID && r->households[was].successor == household ? was : NO_ID;
}

static int add(uint32_t *ids, int n, uint32_t id)
{
    for (int i = 0; i < n; i++)
        if (ids[i] == id)
            return n;
    ids[n] = id;
    return n + 1;
}

int resolve_family_ids(const struct regency *r, uint32_t household, uint32_t out[MAX_FAMILY_IDS])
{
    int n = add(out, 0, household);
    uint32_t id = r->households[household].successor;
    for (int i = 0; i < MAX_HOPS && id != NO_ID; i++, id = r->households[id].successor)
        n = add(out, n, id);
    id = resolve_former(r, household);
    for (int i = 0; i < MAX_HOPS && id != NO_ID; i++, id = resolve_former(r, id))
        n = add(out, n, id);
    return n;
}
