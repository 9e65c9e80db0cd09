#include "services/allocator/figures.h"

#include <errno.h>
#include <string.h>

#include "services/allocator/arena.h"

enum { FAIR_VILLAGE = 20 };         /* villages with fewer families of a decile say nothing about fairness */

static bool served(const struct alloc_household *h)
{
    return h->state == ALLOC_DELIVERED || (h->state == ALLOC_OPEN && h->planned != ALLOC_NONE);
}

/* The k-th smallest (from 1) of n values >= 0: digit by digit from the top, no sorting. */
static int32_t kth(const int32_t *values, int32_t n, int32_t k)
{
    int32_t prefix = 0;

    for (int shift = 24; shift >= 0; shift -= 8) {
        int32_t count[256] = { 0 }, digit = 0;

        for (int32_t i = 0; i < n; i++)
            if (shift == 24 || values[i] >> (shift + 8) == prefix >> (shift + 8))
                count[values[i] >> shift & 255]++;
        while (k > count[digit])
            k -= count[digit++];
        prefix |= digit << shift;
    }
    return prefix;
}

static int32_t nearest_rank(const int32_t *values, int32_t n, int64_t percent)
{
    return n > 0 ? kth(values, n, (int32_t)((percent * n + 99) / 100)) : -1;
}

/* Gini = sum over all pairs |x - y| / (2 n sum x), from the counts of the 1001 possible shares. */
static int32_t gini_permille(const int32_t *count)
{
    int64_t n = 0, sum = 0, pairs = 0;

    for (int64_t x = 0; x <= 1000; x++) {
        // Each new share lies above all before it: n of them, with this sum.
        pairs += count[x] * (n * x - sum);
        n += count[x];
        sum += count[x] * x;
    }
    return sum == 0 ? 0 : (int32_t)(1000 * pairs / (n * sum));
}

static struct figures_fairness fairness_of(const struct figures_class *village, int32_t n_villages)
{
    int32_t share_count[1001] = { 0 };
    int64_t households = 0, given = 0, least = 1000, deviation = 0;

    for (int32_t v = 0; v < n_villages; v++)
        if (village[v].households >= FAIR_VILLAGE) {
            households += village[v].households;
            given += village[v].served;
        }
    if (households == 0)
        return (struct figures_fairness){ -1, -1, -1 };
    for (int32_t v = 0; v < n_villages; v++) {
        if (village[v].households < FAIR_VILLAGE)
            continue;
        int64_t share = INT64_C(1000) * village[v].served / village[v].households;
        int64_t off = share - 1000 * given / households;

        share_count[share]++;
        least = share < least ? share : least;
        off = off < 0 ? -off : off;
        deviation = off > deviation ? off : deviation;
    }
    return (struct figures_fairness){ (int32_t)least, (int32_t)deviation, gini_permille(share_count) };
}

static void count_served(const struct alloc_problem *p, struct figures_class *by_village, struct figures *f)
{
    for (int32_t i = 0; i < p->n_households; i++) {
        const struct alloc_household *h = &p->households[i];

        if (h->state == ALLOC_ABSENT)
            continue;
        int32_t decile = h->cls / ALLOC_CLASSES_PER_DECILE;
        struct figures_class *classes[] = { &f->coverage[h->cls], &f->demand[decile],
                                            &by_village[(size_t)decile * (size_t)p->n_villages + (size_t)h->village] };

        for (size_t k = 0; k < ARRAY_LEN(classes); k++) {
            classes[k]->households++;
            classes[k]->served += served(h);
        }
    }
}

/* families and wards: [givers] zeroed. */
static void count_pairs(const struct alloc_problem *p, int32_t *families, int32_t *wards, struct figures *f)
{
    for (int32_t i = 0; i < p->n_households; i++) {
        const struct alloc_household *h = &p->households[i];

        if (h->state == ALLOC_ABSENT || !served(h))
            continue;
        if (h->planned != ALLOC_NONE)
            families[h->planned]++;
        if (h->foster == ALLOC_NONE)
            continue;
        f->kept += h->planned == h->foster;
        wards[h->foster] += p->givers[h->foster].kind == ALLOC_ASN && alloc_may_serve(p, h->foster, i);
    }
    for (int32_t g = 0; g < p->n_givers; g++) {
        int32_t quota = p->givers[g].kind != 0 ? p->givers[g].quota : 0;

        f->keepable += wards[g] < quota ? wards[g] : quota;
        f->idle_givers += p->givers[g].kind == ALLOC_ASN && quota > 0 && families[g] == 0 && p->givers[g].taken == 0;
    }
}

int figures_compute(const struct alloc_problem *p, const int32_t *distances, struct figures *ret)
{
    struct arena a = { 0 };
    struct figures_class *by_village = ARENA_NEW(&a, (size_t)p->n_villages * ALLOC_MAX_DECILES, struct figures_class);
    int32_t *families = ARENA_NEW(&a, p->n_givers, int32_t), *wards = ARENA_NEW(&a, p->n_givers, int32_t), n = 0;
    int32_t *metres = ARENA_NEW(&a, p->n_households, int32_t);

    if (a.failed) {
        arena_done(&a);
        return -ENOMEM;
    }
    memset(ret, 0, sizeof(*ret));
    count_served(p, by_village, ret);
    count_pairs(p, families, wards, ret);
    for (int32_t d = 0; d < p->n_deciles; d++)
        ret->fairness[d] = fairness_of(by_village + (size_t)d * (size_t)p->n_villages, p->n_villages);
    for (int32_t i = 0; i < p->n_households; i++) {
        const struct alloc_household *h = &p->households[i];

        if (h->state == ALLOC_ABSENT || !served(h) || h->planned == ALLOC_NONE)
            continue;
        int32_t m = distances != NULL ? distances[i] : alloc_distance(p, h->planned, h->village);

        if (m < 0)
            continue;
        metres[n++] = m;
        ret->distance_m += m;
    }
    ret->distance_p50_m = nearest_rank(metres, n, 50);
    ret->distance_p95_m = nearest_rank(metres, n, 95);
    arena_done(&a);
    return 0;
}
