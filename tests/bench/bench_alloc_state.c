/*
 * The state around the core at Banyuwangi's size, from decoded records to decisions: a cut with its rows written out,
 * a restore from latest values, events of the field, memory.
 *
 *     bench_alloc_state
 */
#include <errno.h>

#include "common/core/buf.h"
#include "services/allocator/allocator.h"
#include "tests/bench/bench.h"
#include "tests/bench/synthetic.h"

enum { REGENCY = 3510, EVENTS = 4000, ROUNDS = 5 };

struct bench {
    struct synthetic s;
    struct region_table *regions;
    struct household *households;
    struct asn *asns;
    struct donation *donations;
    int32_t n_asns, n_donations;
    struct assignment *rows;        /* as last published, by arrival */
    int32_t n_rows;
    struct plan *plans;
    int32_t n_plans;
    int64_t offset, bytes;
};

static void make_regions(struct bench *b)
{
    struct buf text, why;

    buf_init(&text, 1 << 20);
    buf_init(&why, 1000);
    buf_append_cstr(&text, "version,bench\nregency,3510,Uji\n");
    for (int32_t v = 0; v < b->s.p.n_villages; v++) {
        const struct alloc_village *x = &b->s.villages[v];

        if (v % 9 == 0)
            buf_printf(&text, "district,%lld,Uji\n", (long long)(x->id / 10000));
        buf_printf(&text, "village,%lld,,Uji,%d,%d,%d\n", (long long)x->id, 6378000 + x->x, x->y, x->z);
    }
    bench_must(text.error, "regions");
    bench_must(region_load(buf_str(&text), &b->regions, &why), "regions");
    buf_done(&text);
    buf_done(&why);
}

static int64_t village_id(const struct bench *b, int32_t village)
{
    return village == ALLOC_NONE ? 0 : b->s.villages[village].id;
}

static void make_records(struct bench *b)
{
    static const enum position positions[] = { POSITION_STAFF, POSITION_FUNCTIONAL, POSITION_IV_B, POSITION_III_A };
    const struct alloc_problem *p = &b->s.p;

    b->households = synthetic_array((size_t)p->n_households, sizeof(*b->households));
    b->asns = synthetic_array((size_t)p->n_givers, sizeof(*b->asns));
    b->donations = synthetic_array((size_t)p->n_givers, sizeof(*b->donations));
    b->rows = synthetic_array((size_t)p->n_households + EVENTS, sizeof(*b->rows));
    b->plans = synthetic_array(EVENTS + 8, sizeof(*b->plans));
    for (int32_t h = 0; h < p->n_households; h++) {
        struct household *x = &b->households[h];

        *x = (struct household){ .regency = REGENCY, .village = village_id(b, p->households[h].village),
                                 .dtsen = 24312, .members = 4, .status = HOUSEHOLD_ACTIVE,
                                 .band = (int8_t)alloc_class_band(p->households[h].cls) };
        x->decile_national = (int8_t)alloc_class_decile(p, p->households[h].cls);
        snprintf(x->household, sizeof(x->household), "%s", b->s.household_ids[h]);
        snprintf(x->ref, sizeof(x->ref), "family-%d", (int)h);
    }
    for (int32_t g = 0; g < p->n_givers; g++) {
        const struct alloc_giver *y = &p->givers[g];

        if (y->kind == ALLOC_PARTNER) {
            struct donation *x = &b->donations[b->n_donations++];

            *x = (struct donation){ .partner_kind = PARTNER_COMPANY, .regency = REGENCY, .packages = y->quota,
                                    .base_village = village_id(b, y->place[0]), .state = DONATION_RECEIVED };
            snprintf(x->partner, sizeof(x->partner), "partner-%d", (int)g);
            snprintf(x->donation, sizeof(x->donation), "gift-%d", (int)g);
            snprintf(x->partner_name, sizeof(x->partner_name), "Uji");
            snprintf(x->period, sizeof(x->period), "2026-01");
            if (y->earmark != ALLOC_NONE) {
                x->earmark.village_count = 1;
                x->earmark.villages[0] = b->s.earmark_village[y->earmark];
            }
            continue;
        }
        struct asn *x = &b->asns[b->n_asns++];

        *x = (struct asn){ .regency = REGENCY, .employment = EMPLOYMENT_PNS, .position = positions[g % 4],
                           .home_village = village_id(b, y->place[0]), .work_village = village_id(b, y->place[1]),
                           .status = ASN_ACTIVE, .version = 1 };
        snprintf(x->asn, sizeof(x->asn), "%s", b->s.giver_ids[g]);
        snprintf(x->ref, sizeof(x->ref), "asn-%d", (int)g);
        snprintf(x->unit, sizeof(x->unit), "opd-%d", (int)(g % 60));
        if (y->own != ALLOC_NONE)
            snprintf(x->household, sizeof(x->household), "%s", b->s.household_ids[y->own]);
    }
}

static int take(void *arg, const struct allocator_output *out)
{
    struct bench *b = arg;

    b->bytes += (int64_t)(out->key.n + out->value.n);
    if (out->row != NULL && b->n_rows < b->s.p.n_households)
        b->rows[b->n_rows++] = *out->row;
    if (out->plan != NULL)
        b->plans[b->n_plans++] = *out->plan;
    return 0;
}

static void apply(struct bench *b, struct allocator *a, enum registry_type type, const char *id, const void *value)
{
    const struct allocator_sink sink = { .event = take, .arg = b };
    const struct allocator_event event = { .type = type, .regency = REGENCY, .id = id, .value = value,
                                           .offset = ++b->offset, .time = b->offset };

    bench_must(allocator_apply(a, &event, &sink), "apply");
}

static void restore_one(struct allocator *a, enum registry_type type, const char *id, const void *value)
{
    const struct allocator_event event = { .type = type, .regency = REGENCY, .id = id, .value = value };

    bench_must(allocator_restore_registry(a, &event), "restore");
}

/* From the latest values to a state that can go on. */
static struct allocator *restore(const struct bench *b)
{
    struct allocator *a = allocator_new(3, b->regions);
    char id[DONATION_ID_SIZE];

    bench_must(a == NULL ? -ENOMEM : 0, "memory");
    for (int32_t i = 0; i < b->s.p.n_households; i++)
        restore_one(a, REGISTRY_HOUSEHOLD, b->households[i].household, &b->households[i]);
    for (int32_t i = 0; i < b->n_asns; i++)
        restore_one(a, REGISTRY_ASN, b->asns[i].asn, &b->asns[i]);
    for (int32_t i = 0; i < b->n_donations; i++) {
        donation_id(&b->donations[i], id);
        restore_one(a, REGISTRY_DONATION, id, &b->donations[i]);
    }
    for (int32_t i = 0; i < b->n_rows; i++)
        bench_must(allocator_restore_row(a, &b->rows[i]), "restore");
    for (int32_t i = 0; i < b->n_plans; i++)
        bench_must(allocator_restore_plan(a, &b->plans[i]), "restore");
    bench_must(allocator_restore_end(a), "restore");
    return a;
}

static void plan_period(struct bench *b, struct allocator *a)
{
    struct period *x = synthetic_array(1, sizeof(*x));

    *x = (struct period){ .period = "2026-01", .regency = REGENCY, .programme = PROGRAMME_MONTHLY_PACKAGE,
                          .item = "sembako", .decile_count = 2, .deciles = { 1, 2 }, .decile_basis = BASIS_NATIONAL,
                          .ladder_count = 2, .distribution_from = 20500, .distribution_to = 20510,
                          .report_by = 20515, .lambda_m = 5000, .seed = "lottery-of-the-benchmark", .roster = -1,
                          .state = PERIOD_PLAN, .expect = { .any = true, .households = -1, .givers = -1,
                                                            .donations = -1, .present = true } };
    x->ladder[0] = (struct ladder_step){ .positions = (uint16_t)(1U << POSITION_IV_B), .packages = 10 };
    x->ladder[1] = (struct ladder_step){ .packages = 2 };
    double start = bench_ms();

    apply(b, a, REGISTRY_PERIOD, "2026-01/plan", x);
    printf("cut with figures, certificate, digest and %d rows as JSON (%.1f MB): %.0f ms\n", (int)b->n_rows,
           (double)b->bytes / 1e6, bench_ms() - start);
    free(x);
}

/* Families come and go, givers' ranks change, doors answer: through the whole state, decisions written out. */
static void events(struct bench *b, struct allocator *a)
{
    static double ms[EVENTS];
    char visit[VISIT_SIZE];

    for (int32_t i = 0; i < EVENTS; i++) {
        struct household *h = &b->households[synthetic_pick(&b->s, b->s.p.n_households)];
        struct asn *g = &b->asns[synthetic_pick(&b->s, b->n_asns)];
        struct delivery d = { .regency = REGENCY, .period = "2026-01", .giver = { .kind = GIVER_ASN },
                              .outcome = i % 2 ? OUTCOME_DELIVERED : OUTCOME_MOVED, .packages = i % 2, .on = 20505 };

        snprintf(visit, sizeof(visit), "00000000-0000-4000-8000-%012d", (int)i);
        snprintf(d.visit, sizeof(d.visit), "%s", visit);
        snprintf(d.household, sizeof(d.household), "%s", h->household);
        snprintf(d.giver.id, sizeof(d.giver.id), "%s", g->asn);
        double start = bench_ms();

        if (i % 4 == 0) {
            h->status = h->status == HOUSEHOLD_ACTIVE ? HOUSEHOLD_LEFT : HOUSEHOLD_ACTIVE;
            apply(b, a, REGISTRY_HOUSEHOLD, h->household, h);
        } else if (i % 4 == 2) {
            g->position = g->position == POSITION_IV_B ? POSITION_STAFF : POSITION_IV_B;
            apply(b, a, REGISTRY_ASN, g->asn, g);
        } else {
            apply(b, a, REGISTRY_DELIVERY, visit, &d);
        }
        ms[i] = bench_ms() - start;
    }
    qsort(ms, EVENTS, sizeof(*ms), bench_by_ms);
    printf("%d events through the state, decisions as JSON: p50 %.0f us, p99 %.0f us, max %.0f us\n", EVENTS,
           ms[EVENTS / 2] * 1e3, ms[EVENTS * 99 / 100] * 1e3, ms[EVENTS - 1] * 1e3);
}

int main(void)
{
    const struct synthetic_size size = synthetic_banyuwangi(false);
    struct bench b = { .offset = 0 };
    double ms[ROUNDS];

    setvbuf(stdout, NULL, _IOLBF, 0);
    synthetic_make(&b.s, &size);
    make_regions(&b);
    make_records(&b);
    struct allocator *a = restore(&b);

    plan_period(&b, a);
    allocator_free(a);
    long before = bench_peak_kb();

    for (int i = 0; i < ROUNDS; i++) {
        double start = bench_ms();

        a = restore(&b);
        ms[i] = bench_ms() - start;
        if (i < ROUNDS - 1)
            allocator_free(a);
    }
    qsort(ms, ROUNDS, sizeof(*ms), bench_by_ms);
    printf("restore of %d families, %d givers and an open period from structs: %.0f ms (target 100), peak %ld MB "
           "before and %ld MB after\n", (int)b.s.p.n_households, (int)(b.n_asns + b.n_donations), ms[ROUNDS / 2],
           before / 1024, bench_peak_kb() / 1024);
    events(&b, a);
    allocator_free(a);
    region_free(b.regions);
    free(b.households);
    free(b.asns);
    free(b.donations);
    free(b.rows);
    free(b.plans);
    synthetic_done(&b.s);
    return 0;
}
