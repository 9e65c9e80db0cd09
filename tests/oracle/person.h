/*
 * The rule of a plan at the level of persons, written a second time and naively: what docs/allocation.md says, without
 * aggregation, without flows. Slow and obviously right; the oracle of the solver. Of the project's own code it uses
 * the numbers of the tie-break only.
 */
#ifndef BERBAGI_TESTS_PERSON_H
#define BERBAGI_TESTS_PERSON_H

#include "services/allocator/tiebreak.h"
#include "tests/oracle/instance.h"

struct cost {                       /* lexicographic, smaller is better */
    int64_t idle, kept, metres, tie;    /* kept: minus the number of kept pairs, 0 unless lambda_m = -1 */
};

static inline int cost_compare(struct cost a, struct cost b)
{
    if (a.idle != b.idle)
        return a.idle < b.idle ? -1 : 1;
    if (a.kept != b.kept)
        return a.kept < b.kept ? -1 : 1;
    if (a.metres != b.metres)
        return a.metres < b.metres ? -1 : 1;
    return (a.tie > b.tie) - (a.tie < b.tie);
}

static inline struct cost cost_add(struct cost a, struct cost b)
{
    return (struct cost){ a.idle + b.idle, a.kept + b.kept, a.metres + b.metres, a.tie + b.tie };
}

static inline bool person_fits(const struct alloc_problem *p, int32_t g, int32_t h)
{
    const struct alloc_giver *giver = &p->givers[g];

    if (giver->kind == 0 || giver->own == h)
        return false;
    if (giver->earmark < 0)
        return true;
    const struct alloc_earmark *e = &p->earmarks[giver->earmark];
    int64_t village = p->villages[p->households[h].village].id;
    bool place = e->n_villages + e->n_districts == 0;

    for (int32_t i = 0; i < e->n_villages; i++)
        place |= e->villages[i] == village;
    for (int32_t i = 0; i < e->n_districts; i++)
        place |= e->districts[i] == (int32_t)(village / 10000);
    return place && (e->deciles == 0 || (e->deciles & 1 << alloc_class_decile(p, p->households[h].cls)) != 0);
}

static inline int32_t person_left(const struct alloc_giver *g)
{
    int32_t left = g->quota - g->taken;

    return g->kind == 0 || left < 0 ? 0 : left;
}

/* Kuhn's matching, units as copies: can household h get a unit, the matched ones staying matched? */
struct matching {
    int32_t of[MAX_H];              /* giver or -1 */
    int32_t load[MAX_G];
};

static inline bool match_one(const struct alloc_problem *p, struct matching *m, int32_t h, bool *seen)
{
    for (int32_t g = 0; g < p->n_givers; g++) {
        if (seen[g] || person_left(&p->givers[g]) == 0 || !person_fits(p, g, h))
            continue;
        // A giver may be tried by several families unless it has been exhausted already.
        seen[g] = true;
        if (m->load[g] < person_left(&p->givers[g])) {
            m->load[g]++;
            m->of[h] = g;
            return true;
        }
        for (int32_t other = 0; other < p->n_households; other++)
            if (m->of[other] == g && match_one(p, m, other, seen)) {
                m->of[h] = g;
                return true;
            }
    }
    return false;
}

static inline bool match_add(const struct alloc_problem *p, struct matching *m, int32_t h)
{
    bool seen[MAX_G] = { false };

    return match_one(p, m, h, seen);
}

static inline int ticket_compare(const struct tiebreak *t, const struct alloc_problem *p, int32_t a, int32_t b)
{
    uint8_t x[32], y[32];

    tiebreak_hash(t, alloc_household_id(p, a), x);
    tiebreak_hash(t, alloc_household_id(p, b), y);
    return memcmp(x, y, 32);
}

/* The village whose turn it is in a class, -1 = none has anybody left to try. */
static inline int32_t next_village(const struct alloc_problem *p, const struct tiebreak *t, int32_t cls,
                                   const bool *closed, const bool *served)
{
    int32_t best = -1, best_served = 0, best_n = 1;

    for (int32_t v = 0; v < p->n_villages; v++) {
        int32_t n = 0, s = 0;

        for (int32_t h = 0; h < p->n_households; h++)
            if (p->households[h].state != ALLOC_ABSENT && p->households[h].cls == cls &&
                p->households[h].village == v) {
                n++;
                s += served[h] || p->households[h].state == ALLOC_DELIVERED;
            }
        if (n == 0 || closed[v])
            continue;
        uint8_t x[32], y[32];

        tiebreak_village_hash(t, p->villages[v].id, x);
        if (best >= 0)
            tiebreak_village_hash(t, p->villages[best].id, y);
        int64_t left = (int64_t)s * best_n, right = (int64_t)best_served * n;

        if (best < 0 || left < right || (left == right && memcmp(x, y, 32) < 0)) {
            best = v;
            best_served = s;
            best_n = n;
        }
    }
    return best;
}

/* Level 1 over the candidates, on top of a matching that must stay served. */
static inline void person_level1(const struct alloc_problem *p, struct matching *m, const bool *candidate,
                                 bool *served)
{
    struct tiebreak t;

    tiebreak_init(&t, p);
    for (int32_t cls = 0; cls < p->n_deciles * ALLOC_CLASSES_PER_DECILE; cls++) {
        bool closed[MAX_V] = { false };

        for (int32_t v; (v = next_village(p, &t, cls, closed, served)) >= 0;) {
            bool tried[MAX_H] = { false }, found = false;

            while (!found) {
                int32_t next = -1;

                for (int32_t h = 0; h < p->n_households; h++)
                    if (p->households[h].state == ALLOC_OPEN && candidate[h] && !served[h] && !tried[h] &&
                        p->households[h].cls == cls && p->households[h].village == v &&
                        (next < 0 || ticket_compare(&t, p, h, next) < 0))
                        next = h;
                if (next < 0)
                    break;
                tried[next] = true;
                if (match_add(p, m, next))
                    served[next] = found = true;
            }
            closed[v] = !found;
        }
    }
}

/* What docs/allocation.md calls the label of a giver, and the name of a cell. */
struct labels {
    struct tiebreak t;
    uint64_t giver[MAX_G], household[MAX_H];    /* keys */
    bool direct[MAX_G], common[MAX_V][MAX_G];   /* common: the giver may serve every cell of the village */
};

static inline uint64_t place_key(const struct labels *l, const struct alloc_problem *p, int32_t place, int32_t kind)
{
    return place >= 0 ? tiebreak_village_key(&l->t, p->villages[place].id)
        : tiebreak_nowhere_key(&l->t, (enum alloc_kind)kind);
}

static inline bool in_play(const struct alloc_problem *p, int32_t g)
{
    return person_left(&p->givers[g]) > 0;
}

static inline uint64_t cell_key(const struct labels *l, const struct alloc_problem *p, int32_t h)
{
    int32_t decile = p->households[h].cls / ALLOC_CLASSES_PER_DECILE;

    for (int32_t g = 0; g < p->n_givers; g++)
        if (in_play(p, g) && p->givers[g].own == h)
            return tiebreak_key(&l->t, alloc_household_id(p, h));
    for (int32_t d = 0; d < decile; d++) {
        bool same = true;

        for (int32_t g = 0; g < p->n_givers; g++) {
            unsigned mask = in_play(p, g) && p->givers[g].earmark >= 0 ? p->earmarks[p->givers[g].earmark].deciles : 0;

            same &= mask == 0 || (mask >> p->deciles[d] & 1) == (mask >> p->deciles[decile] & 1);
        }
        if (same) {
            decile = d;
            break;
        }
    }
    return tiebreak_mix(tiebreak_village_key(&l->t, p->villages[p->households[h].village].id), 0,
                        (uint64_t)TIEBREAK_CELL + p->deciles[decile]);
}

static inline void labels_make(struct labels *l, const struct alloc_problem *p, const bool *served)
{
    tiebreak_init(&l->t, p);
    for (int32_t h = 0; h < p->n_households; h++)
        if (served[h])
            l->household[h] = cell_key(l, p, h);
    for (int32_t g = 0; g < p->n_givers; g++) {
        const struct alloc_giver *giver = &p->givers[g];
        bool own = giver->own >= 0 && served[giver->own];
        int32_t fosters = 0;

        for (int32_t h = 0; h < p->n_households; h++)
            fosters += served[h] && p->households[h].foster == g && giver->own != h;
        l->direct[g] = own || giver->earmark >= 0;
        if (l->direct[g] || giver->kind == ALLOC_PARTNER || fosters >= 2 || (fosters == 1 && giver->taken > 0)) {
            l->giver[g] = tiebreak_key(&l->t, alloc_giver_id(p, g));
        } else {
            int32_t x = giver->place[0], y = giver->place[1];

            if (x < 0 || x == y) {
                x = x < 0 ? y : x;
                y = -1;
            }
            uint64_t a = place_key(l, p, x, giver->kind), b = y >= 0 ? place_key(l, p, y, giver->kind) : 0;

            l->giver[g] = y >= 0 && b < a ? tiebreak_mix(b, a, TIEBREAK_TYPE) : tiebreak_mix(a, b, TIEBREAK_TYPE);
        }
        for (int32_t v = 0; v < p->n_villages; v++) {
            l->common[v][g] = true;
            for (int32_t h = 0; h < p->n_households; h++)
                l->common[v][g] &= !served[h] || p->households[h].village != v || person_fits(p, g, h);
        }
    }
}

static inline int64_t chord(const struct alloc_village *a, const struct alloc_village *b)
{
    int64_t dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z, square = dx * dx + dy * dy + dz * dz;
    int64_t low = 0, high = 1 << 26;

    while (low + 1 < high) {
        int64_t middle = (low + high) / 2;

        *(middle * middle <= square ? &low : &high) = middle;
    }
    return low;
}

static inline struct cost pair_cost(const struct labels *l, const struct alloc_problem *p, int32_t g, int32_t h)
{
    const struct alloc_giver *giver = &p->givers[g];
    int32_t v = p->households[h].village;
    uint64_t village = place_key(l, p, v, 0);
    struct cost best = { 0, 0, INT64_MAX, 0 };

    for (int32_t k = 0; k < 2; k++) {
        int32_t place = giver->place[k];

        // Nowhere counts once, and only for who has no place at all.
        if (place < 0 && (k == 1 || giver->place[1] >= 0))
            continue;
        int64_t metres = place >= 0 ? chord(&p->villages[place], &p->villages[v])
            : giver->kind == ALLOC_ASN ? ALLOC_FAR_M : 0;
        uint64_t start = place_key(l, p, place, giver->kind);
        struct cost c = { .metres = metres };

        if (l->direct[g])
            c.tie = tiebreak_leg(l->giver[g], l->common[v][g] ? village : l->household[h], TIEBREAK_DIRECT);
        else
            c.tie = tiebreak_leg(l->giver[g], start, TIEBREAK_START) + tiebreak_leg(start, village, TIEBREAK_TRAVEL);
        if (cost_compare(c, best) < 0)
            best = c;
    }
    if (giver->kind == ALLOC_ASN && p->households[h].foster == g) {
        best.tie = tiebreak_leg(l->giver[g], l->household[h], TIEBREAK_KEPT);
        best.kept = p->lambda_m < 0 ? -1 : 0;
        best.metres -= p->lambda_m < 0 ? 0 : p->lambda_m;
    }
    return best;
}

#endif
