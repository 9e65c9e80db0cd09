/*
 * Of a family's possible givers only the best few matter: with n families, somebody's giver outside the best ones with
 * n units together could always be exchanged for one of these that is free. So each family proposes its best givers,
 * and the assignment among them is solved by the Hungarian method (Kuhn 1955, in the shortest path form of Jonker and
 * Volgenant), in exact integers.
 */
#include "services/allocator/repair_assign.h"

#include <errno.h>
#include <string.h>

#include "services/allocator/chord.h"
#include "services/allocator/repair_names.h"

typedef repair_cost cost;

enum { MAX_COLUMNS = 512 };
#define IMPOSSIBLE ((cost)1 << 126)

struct proposal {
    cost cost;
    int32_t giver;
};

struct assign {
    const struct cache *c;
    const int32_t *family;
    int32_t n;
    int32_t *column, n_columns;     /* a giver once per unit that may be needed */
    int32_t n_givers, givers[MAX_COLUMNS];
};

/* Levels of one pair: planned pairs that stay, kept pairs (lambda_m = -1), metres, tie-break. */
static cost pack(int64_t pairs, int64_t metres, int64_t tie)
{
    return (cost)pairs * ((cost)1 << 104) + (cost)metres * ((cost)1 << 64) + tie;
}

cost repair_pair_cost(const struct cache *c, int32_t g, int32_t h)
{
    const struct alloc_household *x = &c->p->households[h];
    bool stay = c->household[h].planned == g, kept = x->foster == g && c->giver[g].kind == ALLOC_ASN;
    int64_t bonus = kept && c->p->lambda_m > 0 ? c->p->lambda_m : 0, pair = kept && c->p->lambda_m < 0;
    uint64_t ticket = c->household[h].ticket, to = c->village_key[x->village];

    if (stay || kept)
        to = ticket != 0 ? ticket : tiebreak_key(&c->tiebreak, alloc_household_id(c->p, h));
    const enum tiebreak_leg leg = stay ? TIEBREAK_STAY : kept ? TIEBREAK_KEPT : TIEBREAK_DIRECT;

    return pack((stay ? -256 : 0) - pair, alloc_distance(c->p, g, x->village) - bonus,
                tiebreak_leg(c->giver_key[g], to, leg));
}

/* Keeps the list sorted and no longer than needed for n units. */
static int32_t propose(const struct assign *s, struct proposal *list, int32_t count, struct proposal p)
{
    int32_t k = count, units = 0;

    for (int32_t i = 0; i < count; i++)
        if (list[i].giver == p.giver)
            return count;
    for (; k > 0 && p.cost < list[k - 1].cost; k--)
        list[k] = list[k - 1];
    list[k] = p;
    count++;
    for (int32_t i = 0; i < count; i++) {
        units += cache_free(s->c, list[i].giver);
        if (units >= s->n)
            return i + 1;
    }
    return count;
}

static int32_t metres_from(const struct cache *c, int32_t place, int32_t village)
{
    if (place >= c->n_villages)
        return place == c->n_villages ? ALLOC_FAR_M : 0;
    return chord_m(&c->p->villages[place], &c->p->villages[village]);
}

static bool enough(const struct assign *s, const struct proposal *list, int32_t count)
{
    int32_t units = 0;

    for (int32_t i = 0; i < count && units < s->n; i++)
        units += cache_free(s->c, list[i].giver);
    return units >= s->n;
}

/* A family's best givers: place by place, passing over places farther than what it has already. */
static int32_t best_givers(const struct assign *s, int32_t h, struct proposal *list)
{
    const struct cache *c = s->c;
    int32_t count = 0, village = c->household[h].village;

    for (int32_t place = 0; place < c->n_villages + 2; place++) {
        if (c->place_free[place] == 0)
            continue;
        cost nearest = pack(0, metres_from(c, place, village), 0);

        if (enough(s, list, count) && nearest > list[count - 1].cost)
            continue;
        for (int32_t slot = c->place_first[place]; slot >= 0; slot = c->giver[slot / 2].next_at[slot % 2]) {
            int32_t g = slot / 2;

            if (c->giver[g].earmark == ALLOC_NONE && cache_free(c, g) > 0 && c->giver[g].own != h)
                count = propose(s, list, count, (struct proposal){ repair_pair_cost(c, g, h), g });
        }
    }
    for (int32_t i = 0; i < c->n_marked; i++)
        if (cache_free(c, c->marked[i]) > 0 && alloc_may_serve(c->p, c->marked[i], h))
            count = propose(s, list, count, (struct proposal){ repair_pair_cost(c, c->marked[i], h), c->marked[i] });
    return count;
}

static bool add_giver(struct assign *s, int32_t g)
{
    for (int32_t i = 0; i < s->n_givers; i++)
        if (s->givers[i] == g)
            return true;
    if (s->n_givers == MAX_COLUMNS)
        return false;
    s->givers[s->n_givers++] = g;
    return true;
}

static bool may_take(const struct cache *c, int32_t g, int32_t h)
{
    return g != ALLOC_NONE && cache_free(c, g) > 0 && alloc_may_serve(c->p, g, h);
}

int32_t repair_best_giver(const struct cache *c, int32_t household)
{
    const struct assign s = { .c = c, .n = 1 };
    struct proposal list[2];
    int32_t best = best_givers(&s, household, list) > 0 ? list[0].giver : ALLOC_NONE;
    int32_t foster = c->p->households[household].foster;

    if (may_take(c, foster, household) && foster != best &&
        (best == ALLOC_NONE || repair_pair_cost(c, foster, household) < repair_pair_cost(c, best, household)))
        best = foster;
    return best;
}

/* Everybody who can matter, one column per unit. */
static bool gather(struct assign *s, struct arena *a)
{
    struct proposal list[REPAIR_ASSIGN_MAX + 1];

    for (int32_t i = 0; i < s->n; i++) {
        int32_t h = s->family[i], planned = s->c->household[h].planned, foster = s->c->p->households[h].foster;

        for (int32_t k = best_givers(s, h, list) - 1; k >= 0; k--)
            if (!add_giver(s, list[k].giver))
                return false;
        if ((may_take(s->c, planned, h) && !add_giver(s, planned)) ||
            (may_take(s->c, foster, h) && !add_giver(s, foster)))
            return false;
    }
    s->column = ARENA_NEW(a, MAX_COLUMNS, int32_t);
    for (int32_t i = 0; i < s->n_givers && s->column != NULL; i++)
        for (int32_t u = 0; u < s->n && u < cache_free(s->c, s->givers[i]); u++) {
            if (s->n_columns == MAX_COLUMNS)
                return false;
            s->column[s->n_columns++] = s->givers[i];
        }
    return s->n_columns >= s->n && s->column != NULL;
}

/* Rows 1..n, columns 1..m; match[column] = row. false: not all rows can be matched. */
static bool hungarian(const cost *table, int32_t n, int32_t m, int32_t *match, struct arena *a)
{
    cost *u = ARENA_NEW(a, n + 1, cost), *v = ARENA_NEW(a, m + 1, cost), *slack = ARENA_NEW(a, m + 1, cost);
    int32_t *way = ARENA_NEW(a, m + 1, int32_t);
    uint8_t *used = ARENA_NEW(a, m + 1, uint8_t);

    if (a->failed)
        return false;
    for (int32_t i = 1; i <= n; i++) {
        int32_t column = 0;

        match[0] = i;
        for (int32_t k = 0; k <= m; k++) {
            slack[k] = IMPOSSIBLE;
            used[k] = 0;
        }
        do {
            int32_t row = match[column], next = 0;
            cost least = IMPOSSIBLE;

            used[column] = 1;
            for (int32_t k = 1; k <= m; k++) {
                if (used[k])
                    continue;
                cost price = table[(row - 1) * m + k - 1];
                cost reduced = price == IMPOSSIBLE ? IMPOSSIBLE : price - u[row] - v[k];

                if (reduced < slack[k]) {
                    slack[k] = reduced;
                    way[k] = column;
                }
                if (slack[k] < least) {
                    least = slack[k];
                    next = k;
                }
            }
            if (next == 0)
                return false;
            for (int32_t k = 0; k <= m; k++)
                if (used[k]) {
                    u[match[k]] += least;
                    v[k] -= least;
                } else if (slack[k] < IMPOSSIBLE) {
                    slack[k] -= least;
                }
            column = next;
        } while (match[column] != 0);
        for (; column != 0; column = way[column])
            match[column] = match[way[column]];
    }
    return true;
}

/* Of each giver's loose families as many stay as it has units: then no plan could change fewer pairs. */
static bool fewest_changes(const struct assign *s, const int32_t *giver)
{
    const struct cache *c = s->c;

    for (int32_t i = 0; i < s->n; i++) {
        int32_t g = c->household[s->family[i]].planned, could = 0, stay = 0;

        if (!may_take(c, g, s->family[i]))
            continue;
        for (int32_t k = 0; k < s->n; k++)
            if (c->household[s->family[k]].planned == g && alloc_may_serve(c->p, g, s->family[k])) {
                could++;
                stay += giver[k] == g;
            }
        if (stay < could && stay < cache_free(c, g))
            return false;
    }
    return true;
}

/* Plain pairs of one village are dealt out by name. */
static int deal_names(const struct assign *s, struct arena *a, int32_t *giver)
{
    const struct cache *c = s->c;
    uint8_t done[REPAIR_ASSIGN_MAX] = { 0 };

    for (int32_t i = 0; i < s->n; i++) {
        int32_t family[REPAIR_ASSIGN_MAX], unit[REPAIR_ASSIGN_MAX], position[REPAIR_ASSIGN_MAX], n = 0;

        for (int32_t k = i; k < s->n; k++) {
            int32_t h = s->family[k];

            if (done[k] || c->household[h].village != c->household[s->family[i]].village ||
                giver[k] == c->household[h].planned ||
                (giver[k] == c->p->households[h].foster && c->giver[giver[k]].kind == ALLOC_ASN))
                continue;
            done[k] = 1;
            position[n] = k;
            family[n] = h;
            unit[n++] = giver[k];
        }
        if (n < 2)
            continue;
        int ret = repair_names(a, c->p, c->giver_key, family, unit, n, c->named);

        if (ret < 0)
            return ret;
        for (int32_t k = 0; k < n; k++)
            giver[position[k]] = c->named[s->family[position[k]]];
    }
    return 0;
}

int repair_assign(const struct cache *c, struct arena *a, const int32_t *family, int32_t n, int32_t *giver)
{
    struct assign s = { .c = c, .family = family, .n = n };

    if (n > REPAIR_ASSIGN_MAX || !gather(&s, a))
        return a->failed ? -ENOMEM : 0;
    cost *table = ARENA_NEW(a, (size_t)n * (size_t)s.n_columns, cost);
    int32_t *match = ARENA_NEW(a, s.n_columns + 1, int32_t);

    if (a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = 0; k < s.n_columns; k++) {
            bool same = k > 0 && s.column[k] == s.column[k - 1];

            table[i * s.n_columns + k] = same ? table[i * s.n_columns + k - 1]
                : may_take(c, s.column[k], family[i]) ? repair_pair_cost(c, s.column[k], family[i]) : IMPOSSIBLE;
        }
    if (!hungarian(table, n, s.n_columns, match, a))
        return a->failed ? -ENOMEM : 0;
    for (int32_t k = 1; k <= s.n_columns; k++)
        if (match[k] > 0)
            giver[match[k] - 1] = s.column[k - 1];
    if (!fewest_changes(&s, giver))
        return 0;
    int ret = n > 1 ? deal_names(&s, a, giver) : 0;

    return ret < 0 ? ret : 1;
}
