/* The least cost of serving exactly some families, by trying everything. */
#ifndef BERBAGI_TESTS_CHEAPEST_H
#define BERBAGI_TESTS_CHEAPEST_H

#include "tests/oracle/person.h"

static const struct cost WORST = { INT64_MAX / 4, 0, 0, 0 };

/* The least cost of serving exactly these families: dynamic programming over the loads of all givers. */
typedef struct cost cost_of_pair(const void *context, const struct alloc_problem *p, int32_t g, int32_t h);

static inline struct cost cheapest(const struct alloc_problem *p, const bool *served, cost_of_pair *of_pair,
                                   const void *context, bool count_idle)
{
    int32_t radix[MAX_G], n_served = 0;
    size_t states = 1;

    for (int32_t h = 0; h < p->n_households; h++)
        n_served += served[h];
    for (int32_t g = 0; g < p->n_givers; g++) {
        int32_t left = person_left(&p->givers[g]);

        radix[g] = (left < n_served ? left : n_served) + 1;
        states *= (size_t)radix[g];
    }
    struct cost *now = malloc(states * sizeof(*now)), *next = malloc(states * sizeof(*next));

    if (now == NULL || next == NULL)
        abort();
    for (size_t s = 0; s < states; s++)
        now[s] = WORST;
    now[0] = (struct cost){ 0 };
    for (int32_t h = 0; h < p->n_households; h++) {
        size_t unit = 1;

        if (!served[h])
            continue;
        for (size_t s = 0; s < states; s++)
            next[s] = WORST;
        for (int32_t g = 0; g < p->n_givers; unit *= (size_t)radix[g++]) {
            if (!person_fits(p, g, h) || radix[g] == 1)
                continue;
            struct cost c = of_pair(context, p, g, h);

            for (size_t s = 0; s < states; s++)
                if (now[s].idle < WORST.idle && s / unit % (size_t)radix[g] + 1 < (size_t)radix[g]) {
                    struct cost sum = cost_add(now[s], c);

                    if (cost_compare(sum, next[s + unit]) < 0)
                        next[s + unit] = sum;
                }
        }
        struct cost *t = now;

        now = next;
        next = t;
    }
    struct cost best = WORST;

    for (size_t s = 0; s < states; s++) {
        size_t unit = 1;

        for (int32_t g = 0; g < p->n_givers; unit *= (size_t)radix[g++])
            now[s].idle += count_idle && p->givers[g].kind == ALLOC_ASN && p->givers[g].taken == 0 &&
                           person_left(&p->givers[g]) > 0 && s / unit % (size_t)radix[g] == 0;
        if (cost_compare(now[s], best) < 0)
            best = now[s];
    }
    free(now);
    free(next);
    return best;
}

#endif
