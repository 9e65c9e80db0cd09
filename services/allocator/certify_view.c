#include "services/allocator/certify_view.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool certify_broken(struct certify_verdict *r, enum certify_rule rule, int32_t household, int32_t giver)
{
    if (r->broken == CERTIFY_OK) {
        r->broken = rule;
        r->household = household;
        r->giver = giver;
    }
    return false;
}

static bool named(const struct alloc_earmark *e, int64_t village)
{
    if (e->n_villages <= 0 && e->n_districts <= 0)
        return true;
    for (int32_t i = 0; i < e->n_villages; i++)
        if (e->villages[i] == village)
            return true;
    for (int32_t i = 0; i < e->n_districts; i++)
        if ((int64_t)e->districts[i] * 10000 <= village && village < ((int64_t)e->districts[i] + 1) * 10000)
            return true;
    return false;
}

void certify_hash(const struct certify_view *v, const char *id, uint8_t out[DIGEST_BYTES])
{
    digest_series_hash(&v->hashes, id, out);
}

void certify_village_hash(const struct certify_view *v, int32_t village, uint8_t out[DIGEST_BYTES])
{
    char id[24];

    (void)snprintf(id, sizeof(id), "%010lld", (long long)v->p->villages[village].id);
    certify_hash(v, id, out);
}

static void count_units(struct certify_view *v)
{
    const struct alloc_problem *p = v->p;
    size_t cells = (size_t)v->n_cells;

    for (int32_t i = 0; i < p->n_givers; i++) {
        const struct alloc_giver *g = &p->givers[i];
        int64_t left = (int64_t)g->quota - g->taken;

        if (g->kind == 0)
            continue;
        left = left > 0 ? left : 0;
        v->units[g->earmark + 1] += left;
        for (size_t c = 0; c < cells && g->earmark >= 0; c++)
            if (v->fits[(size_t)(g->earmark + 1) * cells + c]) {
                v->left_for[c] += left;
                v->quota_for[c] += g->quota;
            }
        if (g->earmark < 0)
            v->quota_for[cells] += g->quota;
        if (g->own >= 0 && p->households[g->own].state == ALLOC_OPEN &&
            v->fits[(size_t)(g->earmark + 1) * cells + (size_t)certify_cell(v, g->own)]) {
            int32_t *number = &v->kin[g->own];

            *number = *number != 0 ? *number : ++v->n_kin;
            v->own_left[*number] += left;
            v->own_quota[*number] += g->quota;
        }
    }
    for (size_t c = 0; c < cells; c++) {
        v->left_for[c] += v->units[0];
        v->quota_for[c] += v->quota_for[cells];
    }
}

static int32_t with_own_family(const struct alloc_problem *p)
{
    int32_t n = 0;

    for (int32_t i = 0; i < p->n_givers; i++)
        n += p->givers[i].own >= 0;
    return n;
}

static void start_hashes(struct certify_view *v, struct arena *a)
{
    size_t size = strlen(v->p->seed) + strlen(v->p->period) + sizeof("||");
    char *shared = ARENA_RAW(a, size, char);

    if (shared == NULL)
        return;
    (void)snprintf(shared, size, "%s|%s|", v->p->seed, v->p->period);
    digest_series_start(&v->hashes, shared);
}

int certify_view_init(struct certify_view *v, struct arena *a, const struct alloc_problem *p, const int32_t *giver)
{
    int32_t owners = with_own_family(p);

    v->p = p;
    v->giver = giver;
    v->n_groups = p->n_earmarks + 1;
    v->n_cells = p->n_villages * p->n_deciles;
    start_hashes(v, a);
    v->load = ARENA_NEW(a, p->n_givers, int32_t);
    v->served = ARENA_RAW(a, p->n_households, int32_t);
    v->fits = ARENA_RAW(a, (size_t)v->n_groups * (size_t)v->n_cells, uint8_t);
    v->serves = ARENA_NEW(a, (size_t)v->n_groups * (size_t)v->n_cells, uint8_t);
    v->units = ARENA_NEW(a, v->n_groups, int64_t);
    v->used = ARENA_NEW(a, v->n_groups, int64_t);
    v->left_for = ARENA_NEW(a, v->n_cells, int64_t);
    v->quota_for = ARENA_NEW(a, v->n_cells + 1, int64_t);
    v->kin = ARENA_NEW(a, p->n_households, int32_t);
    v->own_left = ARENA_NEW(a, owners + 1, int64_t);
    v->own_quota = ARENA_NEW(a, owners + 1, int64_t);
    if (a->failed)
        return -ENOMEM;
    for (int32_t c = 0; c < v->n_cells; c++) {
        v->fits[c] = 1;
        for (int32_t e = 0; e < p->n_earmarks; e++) {
            const struct alloc_earmark *mark = &p->earmarks[e];
            bool decile = mark->deciles == 0 || (mark->deciles & (1U << p->deciles[c % p->n_deciles])) != 0;

            v->fits[(size_t)(e + 1) * (size_t)v->n_cells + (size_t)c] =
                decile && named(mark, p->villages[c / p->n_deciles].id);
        }
    }
    count_units(v);
    return 0;
}
