#include "services/allocator/repair_names.h"

#include <errno.h>
#include <string.h>

struct names {
    const struct alloc_problem *p;
    const int32_t *family, *unit;
    int32_t n;
    int32_t *unit_of, *family_of;   /* a matching: family <-> unit, by position */
    int32_t *tried;                 /* [n] the search in which a unit was last looked at */
    int32_t search;
};

/* Insertion sort: a handful of entries, and stable. */
static void sort_families(const struct alloc_problem *p, int32_t *family, int32_t n)
{
    for (int32_t i = 1; i < n; i++)
        for (int32_t k = i;
             k > 0 && strcmp(alloc_household_id(p, family[k]), alloc_household_id(p, family[k - 1])) < 0; k--) {
            int32_t t = family[k];

            family[k] = family[k - 1];
            family[k - 1] = t;
        }
}

static bool before(const struct alloc_problem *p, const uint64_t *key, int32_t a, int32_t b)
{
    return key[a] != key[b] ? key[a] < key[b] : strcmp(alloc_giver_id(p, a), alloc_giver_id(p, b)) < 0;
}

static void sort_units(const struct alloc_problem *p, const uint64_t *key, int32_t *unit, int32_t n)
{
    for (int32_t i = 1; i < n; i++)
        for (int32_t k = i; k > 0 && before(p, key, unit[k], unit[k - 1]); k--) {
            int32_t t = unit[k];

            unit[k] = unit[k - 1];
            unit[k - 1] = t;
        }
}

/* Augmenting path for a family over units that no earlier family holds for good (positions >= from). */
static bool match(struct names *m, int32_t f, int32_t from)
{
    for (int32_t u = 0; u < m->n; u++) {
        if (m->tried[u] == m->search || !alloc_may_serve(m->p, m->unit[u], m->family[f]))
            continue;
        int32_t holder = m->family_of[u];

        m->tried[u] = m->search;
        if (holder >= 0 && holder < from)
            continue;
        if (holder < 0 || match(m, holder, from)) {
            m->family_of[u] = f;
            m->unit_of[f] = u;
            return true;
        }
    }
    return false;
}

/* Gives family f unit u for good if the rest can then still be matched; else everything is as before. */
static bool fix(struct names *m, int32_t f, int32_t u)
{
    int32_t old = m->unit_of[f], holder = m->family_of[u];

    if (old == u)
        return true;
    m->family_of[old] = -1;
    m->family_of[u] = f;
    m->unit_of[f] = u;
    m->search++;
    if (holder < 0 || match(m, holder, f + 1))
        return true;
    m->family_of[u] = holder;
    m->family_of[old] = f;
    m->unit_of[f] = old;
    return false;
}

static int match_by_search(struct names *m, struct arena *a)
{
    m->unit_of = ARENA_NEW(a, m->n, int32_t);
    m->family_of = ARENA_NEW(a, m->n, int32_t);
    m->tried = ARENA_NEW(a, m->n, int32_t);
    if (a->failed)
        return -ENOMEM;
    for (int32_t i = 0; i < m->n; i++)
        m->family_of[i] = -1;
    for (int32_t f = 0; f < m->n; f++) {
        m->search++;
        (void)match(m, f, 0);
    }
    for (int32_t f = 0; f < m->n; f++)
        for (int32_t u = 0; u < m->n; u++)
            if (alloc_may_serve(m->p, m->unit[u], m->family[f]) &&
                (m->family_of[u] < 0 || m->family_of[u] >= f) && fix(m, f, u))
                break;
    return 0;
}

int repair_names(struct arena *a, const struct alloc_problem *p, const uint64_t *key, int32_t *family, int32_t *unit,
                 int32_t n, int32_t *giver)
{
    struct names m = { .p = p, .family = family, .unit = unit, .n = n };
    bool anybody = true;

    sort_families(p, family, n);
    sort_units(p, key, unit, n);
    for (int32_t f = 0; f < n && anybody; f++)
        for (int32_t u = 0; u < n && anybody; u++)
            anybody = alloc_may_serve(p, unit[u], family[f]);
    int ret = anybody ? 0 : match_by_search(&m, a);

    for (int32_t f = 0; f < n && ret == 0; f++)
        giver[family[f]] = unit[anybody ? f : m.unit_of[f]];
    return ret;
}
