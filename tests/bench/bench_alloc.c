/*
 * The allocation core alone: from arrays in memory to decisions, no JSON.
 *
 *     bench_alloc [all|memory|banyuwangi|nation|repair]
 */
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "services/allocator/arena.h"
#include "services/allocator/certify.h"
#include "services/allocator/cut.h"
#include "services/allocator/repair.h"
#include "tests/bench/bench.h"
#include "tests/bench/synthetic.h"

enum { ROUNDS = 7 };

static double median(double *ms)
{
    qsort(ms, ROUNDS, sizeof(*ms), bench_by_ms);
    return ms[ROUNDS / 2];
}

static void time_cut(struct synthetic *s, struct alloc_solution *plan, const char *name, double target)
{
    double cut[ROUNDS], check[ROUNDS];
    struct certify_verdict verdict;
    int32_t served = 0, kept = 0;

    for (int i = 0; i < ROUNDS; i++) {
        double start = bench_ms();

        bench_must(cut_solve(&s->p, plan), "cut");
        double middle = bench_ms();

        bench_must(certify_cut(&s->p, plan, &verdict), "certify");
        cut[i] = middle - start;
        check[i] = bench_ms() - middle;
        if (!verdict.unique) {
            fprintf(stderr, "bench_alloc: certificate: %s\n", certify_rule_name(verdict.broken));
            exit(1);
        }
    }
    for (int32_t h = 0; h < s->p.n_households; h++) {
        served += plan->giver[h] != ALLOC_NONE;
        kept += plan->giver[h] != ALLOC_NONE && plan->giver[h] == s->households[h].foster;
    }
    printf("%-44s %8.1f ms (target %.0f)   certificate %5.1f ms (target 3)   %d served, %d kept\n", name, median(cut),
           target, median(check), served, kept);
}

static void banyuwangi(void)
{
    static const char *const names[2][4] = {
        { "shortage, first month, lambda 5000", "shortage, second month, lambda 5000", "shortage, second, lambda -1",
          "shortage, third month, lambda 5000" },
        { "surplus, first month, lambda 5000", "surplus, second month, lambda 5000", "surplus, second, lambda -1",
          "surplus, third month, lambda 5000" },
    };
    static const double targets[2][4] = { { 150, 150, 150, 150 }, { 50, 50, 15, 50 } };

    for (int surplus = 0; surplus < 2; surplus++) {
        struct synthetic_size size = synthetic_banyuwangi(surplus);
        struct synthetic s;
        struct alloc_solution plan;

        synthetic_make(&s, &size);
        bench_must(alloc_solution_init(&plan, &s.p), "memory");
        time_cut(&s, &plan, names[surplus][0], targets[surplus][0]);
        synthetic_month(&s, plan.giver, "2026-02");
        s.p.lambda_m = -1;
        time_cut(&s, &plan, names[surplus][2], targets[surplus][2]);
        s.p.lambda_m = 5000;
        time_cut(&s, &plan, names[surplus][1], targets[surplus][1]);
        synthetic_month(&s, plan.giver, "2026-03");
        time_cut(&s, &plan, names[surplus][3], targets[surplus][3]);
        alloc_solution_done(&plan);
        synthetic_done(&s);
    }
}

/* The first month is played by another process, so that nothing of it lies in this one's memory. */
static void first_month(struct synthetic *s, struct alloc_solution *plan)
{
    size_t n = (size_t)s->p.n_households;
    FILE *file = tmpfile();
    int status = 0;
    pid_t child = file == NULL ? -1 : fork();

    if (child == 0) {
        bench_must(cut_solve(&s->p, plan), "cut");
        _exit(fwrite(plan->giver, sizeof(*plan->giver), n, file) == n && fflush(file) == 0 ? 0 : 1);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
        bench_must(-EIO, "first month");
    rewind(file);
    bench_must(fread(plan->giver, sizeof(*plan->giver), n, file) == n ? 0 : -EIO, "first month");
    fclose(file);
    synthetic_month(s, plan->giver, "2026-02");
}

static void measure_memory(bool surplus, int month)
{
    const struct synthetic_size size = synthetic_banyuwangi(surplus);
    struct certify_verdict verdict;
    struct alloc_solution plan;
    struct synthetic s;

    synthetic_make(&s, &size);
    bench_must(alloc_solution_init(&plan, &s.p), "memory");
    if (month > 1)
        first_month(&s, &plan);
    // The solution is the caller's, like the state: all of it is there before.
    memset(plan.evidence.household, 0, (size_t)s.p.n_households * sizeof(*plan.evidence.household));
    memset(plan.giver, 0, (size_t)s.p.n_households * sizeof(*plan.giver));
    memset(plan.reason, 0, (size_t)s.p.n_households);
    long before = bench_peak_kb();

    bench_must(cut_solve(&s.p, &plan), "cut");
    bench_must(certify_cut(&s.p, &plan, &verdict), "certify");
    printf("memory above the state, %s, month %d %*s %5.1f MB (target 16)\n", surplus ? "surplus" : "shortage", month,
           surplus ? 10 : 9, "", (double)(bench_peak_kb() - before) / 1024);
}

/* Each in a process of its own, which has done nothing before. */
static void memory(void)
{
    for (int i = 0; i < 4; i++) {
        int status = 0;
        pid_t child = fork();

        if (child == 0) {
            measure_memory(i / 2, 1 + i % 2);
            _exit(0);
        }
        if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
            bench_must(-EIO, "process");
    }
}

enum { EVENTS = 2000 };

static void repairs(bool surplus)
{
    struct synthetic_size size = synthetic_banyuwangi(surplus);
    struct synthetic s;
    struct alloc_solution plan;
    struct repair *repair;
    static double ms[EVENTS], check[EVENTS];
    struct certify_verdict verdict;
    struct arena scratch = { 0 };
    int64_t changed = 0;

    synthetic_make(&s, &size);
    bench_must(alloc_solution_init(&plan, &s.p), "memory");
    bench_must(cut_solve(&s.p, &plan), "cut");
    for (int32_t h = 0; h < s.p.n_households; h++)
        s.households[h].planned = plan.giver[h];
    bench_must(repair_new(&repair), "memory");
    double start = bench_ms();

    bench_must(repair_load(repair, &s.p), "load");
    double load = bench_ms() - start;

    for (int i = 0; i < EVENTS; i++) {
        const struct repair_change *changes;
        int32_t h, g, n;

        synthetic_event(&s, &h, &g);
        start = bench_ms();
        bench_must(repair_run(repair, &s.p, &h, h != ALLOC_NONE, &g, g != ALLOC_NONE, &changes, &n), "repair");
        ms[i] = bench_ms() - start;
        start = bench_ms();
        bench_must(certify_repair(&s.p, changes, n, &scratch, &verdict), "certify");
        bench_must(verdict.broken == CERTIFY_OK ? 0 : -EPROTO, certify_rule_name(verdict.broken));
        check[i] = bench_ms() - start;
        for (int32_t k = 0; k < n; k++)
            s.households[changes[k].household].planned = changes[k].giver;
        changed += n;
    }
    // The certificate of the state after all of them, and a load from nothing must find nothing to repair.
    const struct repair_change *changes;
    int32_t n;

    bench_must(certify_state(&s.p, &verdict), "certify");
    bench_must(repair_load(repair, &s.p), "load");
    bench_must(repair_run(repair, &s.p, NULL, 0, NULL, 0, &changes, &n), "repair");
    if (verdict.broken != CERTIFY_OK || n != 0) {
        fprintf(stderr, "bench_alloc: after repairs: %s, %d changes\n", certify_rule_name(verdict.broken), n);
        exit(1);
    }
    arena_done(&scratch);
    qsort(ms, EVENTS, sizeof(*ms), bench_by_ms);
    qsort(check, EVENTS, sizeof(*check), bench_by_ms);
    printf("%-44s load %.1f ms (target 100), event p50 %.0f us, p99 %.0f us (target 500), max %.0f us; "
           "certificate p50 %.0f us, p99 %.0f us; %ld pairs changed\n",
           surplus ? "repairs, surplus" : "repairs, shortage", load, ms[EVENTS / 2] * 1e3, ms[EVENTS * 99 / 100] * 1e3,
           ms[EVENTS - 1] * 1e3, check[EVENTS / 2] * 1e3, check[EVENTS * 99 / 100] * 1e3, (long)changed);
    repair_free(repair);
    alloc_solution_done(&plan);
    synthetic_done(&s);
}

enum { NATION = 514, NATION_VILLAGES = 83743, NATION_GIVERS = 4700000, NATION_FAMILIES = 19000000 };

/* Heavy-tailed: a few large regencies, many small ones. */
static int64_t nation_weight(int regency)
{
    return 1000000000 / (regency + 36);
}

static struct synthetic_size nation_size(int regency, int64_t all_weights)
{
    int64_t weight = nation_weight(regency), villages = NATION_VILLAGES * weight / all_weights;

    return (struct synthetic_size){
        .villages = (int32_t)(villages < 12 ? 12 : villages > 852 ? 852 : villages),
        .givers = (int32_t)(NATION_GIVERS * weight / all_weights), .partners = 10,
        .families = (int32_t)(NATION_FAMILIES * weight / all_weights),
        .quota = 2, .spread_m = 60000, .seed = (uint64_t)regency + 1,
    };
}

/* *ret_ms: processor time of the cuts alone. */
static void nation_part(int part, int parts, double *ret_ms, int64_t *ret_families)
{
    int64_t all = 0;

    *ret_ms = 0;
    *ret_families = 0;
    for (int i = 0; i < NATION; i++)
        all += nation_weight(i);
    for (int i = part; i < NATION; i += parts) {
        const struct synthetic_size size = nation_size(i, all);
        struct synthetic s;
        struct alloc_solution plan;
        struct certify_verdict verdict;

        synthetic_make(&s, &size);
        bench_must(alloc_solution_init(&plan, &s.p), "memory");
        double start = bench_ms();

        bench_must(cut_solve(&s.p, &plan), "cut");
        *ret_ms += bench_ms() - start;
        *ret_families += size.families;
        if (i % 64 == 0) {
            bench_must(certify_cut(&s.p, &plan, &verdict), "certify");
            if (!verdict.unique)
                exit(1);
        }
        alloc_solution_done(&plan);
        synthetic_done(&s);
    }
}

static void nation(void)
{
    double start = bench_clock_ms(CLOCK_MONOTONIC), cuts;
    int64_t families;
    pid_t child = fork();
    int status = 0;

    nation_part(child == 0, 2, &cuts, &families);
    if (child == 0)
        _exit(0);
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
        bench_must(-1, "second process");
    printf("%-44s %8.1f s (target 15) for the cuts of one of two processes, %.1f million families; wall clock of all, "
           "making the data included: %.1f s\n", "nation, 514 regencies, lambda 5000", cuts / 1e3,
           (double)families / 1e6, (bench_clock_ms(CLOCK_MONOTONIC) - start) / 1e3);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "all";
    bool all = strcmp(what, "all") == 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (all || strcmp(what, "memory") == 0)
        memory();
    if (all || strcmp(what, "banyuwangi") == 0)
        banyuwangi();
    if (all || strcmp(what, "repair") == 0) {
        repairs(false);
        repairs(true);
    }
    if (all || strcmp(what, "nation") == 0)
        nation();
    return 0;
}
