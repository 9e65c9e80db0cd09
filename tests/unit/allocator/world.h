/*
 * A small regency for tests: four villages on a line, 1 km apart, the first two in one district; families, givers,
 * donations, visits and periods by short names. What is applied is kept as the latest value per key, what comes out as
 * the latest decision per key, so that world_check() can restore a second state and compare.
 */
#ifndef BERBAGI_TEST_ALLOCATOR_WORLD_H
#define BERBAGI_TEST_ALLOCATOR_WORLD_H

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/core/civil.h"
#include "common/domain/digest.h"
#include "services/allocator/allocator.h"
#include "tests/unit/allocator/dump.h"

enum {
    WORLD_REGENCY = 9471, WORLD_PARTITION = 3,
    WORLD_MAX = 64,       /* of each kind */
    WORLD_ROWS = 2048, WORLD_PLANS = 512, WORLD_EVENT_ROWS = 256,
};
#define V1 9471012001LL
#define V2 9471012002LL
#define V3 9471022001LL
#define V4 9471022002LL
#define V_UNKNOWN 9471992001LL

static const char WORLD_REGIONS[] =
    "version,test\nregency,9471,Uji\ndistrict,947101,Satu\ndistrict,947102,Dua\n"
    "village,9471012001,,A,6378000,0,0\nvillage,9471012002,,B,6378000,1000,0\n"
    "village,9471022001,,C,6378000,2000,0\nvillage,9471022002,,D,6378000,3000,0\n";

struct world {
    struct region_table *regions;
    struct allocator *live;
    int64_t offset;
    struct household households[WORLD_MAX];
    struct asn asns[WORLD_MAX];
    struct donation donations[WORLD_MAX];
    struct delivery deliveries[WORLD_MAX];
    bool gone_households[WORLD_MAX], gone_asns[WORLD_MAX], gone_deliveries[WORLD_MAX];
    int n_households, n_asns, n_donations, n_deliveries;
    struct assignment rows[WORLD_ROWS]; /* latest per key */
    int n_rows;
    struct plan *plans[WORLD_PLANS];    /* in order */
    int n_plans;
    /* what the last event brought */
    struct assignment event_rows[WORLD_EVENT_ROWS];
    int n_event_rows;
    const struct plan *event_plans[8];
    int n_event_plans;
    int n_event;
    int evidence;
    char digest[64][DIGEST_SIZE];       /* of the chain, recomputed; by number of the period's first plan */
    struct digest hash;
    bool hashing;
    /* who listens to the events that are applied; may be null */
    void (*tap)(void *arg, const struct allocator_event *event);
    void *tap_arg;
};

static inline int world_sink_event(void *arg, const struct allocator_output *out)
{
    struct world *w = arg;
    char id[64];
    snprintf(id, sizeof(id), "registry/%d/%lld/%d", WORLD_PARTITION, (long long)w->offset, ++w->n_event);
    assert(strcmp(out->envelope->id, id) == 0);
    if (out->row != NULL) {
        int i = 0;
        assert(w->n_event_rows < WORLD_EVENT_ROWS);
        w->event_rows[w->n_event_rows++] = *out->row;
        while (i < w->n_rows && (strcmp(w->rows[i].period, out->row->period) != 0 ||
                                 strcmp(w->rows[i].household, out->row->household) != 0))
            i++;
        assert(i < WORLD_ROWS);
        w->n_rows += i == w->n_rows;
        w->rows[i] = *out->row;
        return 0;
    }
    struct plan *copy = malloc(sizeof(*copy));
    *copy = *out->plan;
    assert(w->n_plans < WORLD_PLANS && w->n_event_plans < 8);
    w->plans[w->n_plans++] = copy;
    w->event_plans[w->n_event_plans++] = copy;
    return 0;
}

static inline void world_sink_evidence(void *arg, const struct allocator_evidence *e)
{
    struct world *w = arg;
    w->evidence++;
    fprintf(stderr, "evidence: %s %d %s %s %s\n", e->period, e->failure, certify_rule_name(e->verdict.broken),
            e->household, e->giver);
}

static inline void world_start(struct world *w)
{
    struct buf why;
    memset(w, 0, sizeof(*w));
    buf_init(&why, 1000);
    int error = region_load(STR_LIT(WORLD_REGIONS), &w->regions, &why);
    assert(error == 0);
    buf_done(&why);
    w->live = allocator_new(WORLD_PARTITION, w->regions);
    assert(w->live != NULL);
    allocator_prove_repairs(w->live);
}

static inline void world_end(struct world *w)
{
    for (int i = 0; i < w->n_plans; i++)
        free(w->plans[i]);
    allocator_free(w->live);
    region_free(w->regions);
}

static inline int world_apply(struct world *w, enum registry_type type, const char *id, const void *value)
{
    const struct allocator_sink sink = { .event = world_sink_event, .evidence = world_sink_evidence, .arg = w };
    struct allocator_event event = {
        .type = type,
        .regency = WORLD_REGENCY,
        .id = id,
        .value = value,
        .offset = ++w->offset,
        .time = 1000 * w->offset,
    };
    w->n_event_rows = w->n_event_plans = w->n_event = 0;
    if (w->tap != NULL)
        w->tap(w->tap_arg, &event);
    int error = allocator_apply(w->live, &event, &sink);
    if (error != 0)
        fprintf(stderr, "apply: %d %s\n", error, allocator_error(w->live));
    assert(error == 0);
    return error;
}

static inline void world_household(struct world *w, const struct household *value)
{
    int i = 0;
    while (i < w->n_households && strcmp(w->households[i].household, value->household) != 0)
        i++;
    assert(i < WORLD_MAX);
    w->n_households += i == w->n_households;
    w->households[i] = *value;
    w->gone_households[i] = false;
    world_apply(w, REGISTRY_HOUSEHOLD, value->household, value);
}

static inline void world_asn(struct world *w, const struct asn *value)
{
    int i = 0;
    while (i < w->n_asns && strcmp(w->asns[i].asn, value->asn) != 0)
        i++;
    assert(i < WORLD_MAX);
    w->n_asns += i == w->n_asns;
    w->asns[i] = *value;
    w->gone_asns[i] = false;
    world_apply(w, REGISTRY_ASN, value->asn, value);
}

static inline void world_donation(struct world *w, const struct donation *value)
{
    char id[DONATION_ID_SIZE];
    int i = 0;
    donation_id(value, id);
    while (i < w->n_donations && strcmp(w->donations[i].donation, value->donation) != 0)
        i++;
    assert(i < WORLD_MAX);
    w->n_donations += i == w->n_donations;
    w->donations[i] = *value;
    world_apply(w, REGISTRY_DONATION, id, value);
}

static inline void world_delivery(struct world *w, const struct delivery *value)
{
    int i = 0;
    while (i < w->n_deliveries && strcmp(w->deliveries[i].visit, value->visit) != 0)
        i++;
    assert(i < WORLD_MAX);
    w->n_deliveries += i == w->n_deliveries;
    w->deliveries[i] = *value;
    w->gone_deliveries[i] = false;
    world_apply(w, REGISTRY_DELIVERY, value->visit, value);
}

static inline void world_period(struct world *w, const struct period *value)
{
    char id[DONATION_ID_SIZE];
    period_id(value, id);
    world_apply(w, REGISTRY_PERIOD, id, value);
}

static inline void world_tombstone_household(struct world *w, const char *token)
{
    for (int i = 0; i < w->n_households; i++)
        w->gone_households[i] = w->gone_households[i] || strcmp(w->households[i].household, token) == 0;
    world_apply(w, REGISTRY_HOUSEHOLD, token, NULL);
}

static inline void world_tombstone_asn(struct world *w, const char *token)
{
    for (int i = 0; i < w->n_asns; i++)
        w->gone_asns[i] = w->gone_asns[i] || strcmp(w->asns[i].asn, token) == 0;
    world_apply(w, REGISTRY_ASN, token, NULL);
}

static inline void world_tombstone_delivery(struct world *w, const char *visit)
{
    for (int i = 0; i < w->n_deliveries; i++)
        w->gone_deliveries[i] = w->gone_deliveries[i] || strcmp(w->deliveries[i].visit, visit) == 0;
    world_apply(w, REGISTRY_DELIVERY, visit, NULL);
}

static inline void world_restore_one(struct allocator *a, enum registry_type type, const char *id, const void *value)
{
    struct allocator_event event = { .type = type, .regency = WORLD_REGENCY, .id = id, .value = value };
    int error = allocator_restore_registry(a, &event);
    assert(error == 0);
}

/* A second state, from the latest values alone; registry values and rows in the reverse of their first order. */
static inline struct allocator *world_restore(const struct world *w)
{
    struct allocator *a = allocator_new(WORLD_PARTITION, w->regions);
    char id[DONATION_ID_SIZE];
    assert(a != NULL);
    for (int i = w->n_deliveries - 1; i >= 0; i--)
        if (!w->gone_deliveries[i])
            world_restore_one(a, REGISTRY_DELIVERY, w->deliveries[i].visit, &w->deliveries[i]);
    for (int i = w->n_donations - 1; i >= 0; i--) {
        donation_id(&w->donations[i], id);
        world_restore_one(a, REGISTRY_DONATION, id, &w->donations[i]);
    }
    for (int i = w->n_asns - 1; i >= 0; i--)
        if (!w->gone_asns[i])
            world_restore_one(a, REGISTRY_ASN, w->asns[i].asn, &w->asns[i]);
    for (int i = w->n_households - 1; i >= 0; i--)
        if (!w->gone_households[i])
            world_restore_one(a, REGISTRY_HOUSEHOLD, w->households[i].household, &w->households[i]);
    for (int i = w->n_rows - 1; i >= 0; i--) {
        int error = allocator_restore_row(a, &w->rows[i]);
        assert(error == 0);
    }
    for (int i = 0; i < w->n_plans; i++) {
        int error = allocator_restore_plan(a, w->plans[i]);
        assert(error == 0);
    }
    int error = allocator_restore_end(a);
    if (error != 0)
        fprintf(stderr, "restore: %d %s\n", error, allocator_error(a));
    assert(error == 0);
    return a;
}

static inline void world_dump(struct allocator *a, struct buf *out)
{
    buf_init(out, 1 << 22);
    for (size_t i = 0; i < allocator_regency_count(a); i++)
        dump_regency(allocator_regency(a, i), out);
    assert(out->error == 0);
}

/* Rows of one event: ascending, each followed by the plan event of its period; revisions and digests in their
 * chains. */
static inline void world_check_outputs(const struct world *w)
{
    for (int i = 0; i < w->n_event_plans; i++) {
        const struct plan *plan = w->event_plans[i], *before = NULL;
        struct digest d;
        char hex[DIGEST_SIZE];
        uint8_t bytes[DIGEST_BYTES];
        struct buf value;
        int64_t changed = 0;
        for (int j = 0; j < w->n_plans && w->plans[j] != plan; j++)
            if (strcmp(w->plans[j]->period, plan->period) == 0)
                before = w->plans[j];
        assert(plan->revision == (before != NULL ? before->revision : 0) + 1);
        digest_start(&d);
        if (before != NULL && before->digest[0] != '\0') {
            digest_add_cstr(&d, before->digest);
            digest_add(&d, "\n", 1);
        }
        buf_init(&value, 1 << 20);
        for (int j = 0; j < w->n_event_rows; j++) {
            const struct assignment *row = &w->event_rows[j];
            if (strcmp(row->period, plan->period) != 0)
                continue;
            assert(row->revision == plan->revision);
            changed++;
            buf_reset(&value);
            assignment_encode(&value, row);
            digest_add(&d, value.data, value.len);
            digest_add(&d, "\n", 1);
        }
        digest_end(&d, bytes);
        digest_hex(bytes, sizeof(bytes), hex);
        buf_done(&value);
        assert(plan->changed == changed);
        if (plan->trigger == TRIGGER_REFUSED || plan->trigger == TRIGGER_SCHEDULE)
            assert(strcmp(plan->digest, before != NULL ? before->digest : "") == 0);
        else
            assert(strcmp(plan->digest, hex) == 0);
    }
    for (int j = 1; j < w->n_event_rows; j++)
        assert(strcmp(w->event_rows[j].period, w->event_rows[j - 1].period) != 0 ||
               strcmp(w->event_rows[j - 1].household, w->event_rows[j].household) < 0);
}

/* A repair has nothing left to do: solving anew from the state changes no pair and serves nobody more. */
static inline void world_check_settled(struct allocator *a)
{
    for (size_t i = 0; i < allocator_regency_count(a); i++) {
        struct regency *r = allocator_regency(a, i);
        for (uint32_t p = 0; p < r->period_ids.count; p++) {
            const struct view *v = r->periods[p].view;
            struct alloc_solution s;
            if (v == NULL)
                continue;
            int error = alloc_solution_init(&s, &v->problem);
            assert(error == 0);
            error = repair_solve(&v->problem, &s);
            assert(error == 0);
            for (int32_t h = 0; h < v->problem.n_households; h++)
                assert(v->households[h].state != ALLOC_OPEN || s.giver[h] == v->households[h].planned);
            alloc_solution_done(&s);
        }
    }
}

/* Live state = state restored from latest values; the checker is content; outputs are in their chains. */
static inline void world_check(struct world *w)
{
    const struct allocator_sink sink = { .event = world_sink_event, .evidence = world_sink_evidence, .arg = w };
    struct buf live, restored;
    struct allocator *a = world_restore(w);
    world_dump(w->live, &live);
    world_dump(a, &restored);
    if (!str_equal(buf_str(&live), buf_str(&restored))) {
        fprintf(stderr, "--- live\n%s--- restored\n%s", buf_cstr(&live), buf_cstr(&restored));
        abort(); // live state = restored state
    }
    buf_done(&live);
    buf_done(&restored);
    allocator_free(a);
    world_check_outputs(w);
    world_check_settled(w->live);
    int error = allocator_check(w->live, &sink);
    assert(error == 0);
    assert(w->evidence == 0);
}

#endif
