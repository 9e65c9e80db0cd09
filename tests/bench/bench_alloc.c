/*
 * The allocation core alone: from arrays in memory to decisions, no JSON.
 *
 *     bench_alloc [all|banyuwangi|nation|repair]
 */
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "services/allocator/certify.h"
#include "services/allocator/cut.h"
#include "services/allocator/repair.h"
#include "tests/bench/synthetic.h"

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static long peak_kb(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

static void must(int ret, const char *what)
{
    if (ret < 0) {
        fprintf(stderr, "bench_alloc: %s: %s\n", what, strerror(-ret));
        exit(1);
    }
}

enum { ROUNDS = 7 };

static double median(double *ms)
{
    for (int i = 1; i < ROUNDS; i++)
        for (int k = i; k > 0 && ms[k] < ms[k - 1]; k--) {
            double t = ms[k];

            ms[k] = ms[k - 1];
            ms[k - 1] = t;
        }
    return ms[ROUNDS / 2];
}

static void time_cut(struct synthetic *s, struct alloc_solution *plan, const char *name, double target)
{
    double cut[ROUNDS], check[ROUNDS];
    struct certify_verdict verdict;
    long before = peak_kb();
    int32_t served = 0, kept = 0;

    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ms();

        must(cut_solve(&s->p, plan), "cut");
        double middle = now_ms();

        must(certify_cut(&s->p, plan, &verdict), "certify");
        cut[i] = middle - start;
        check[i] = now_ms() - middle;
        if (!verdict.unique) {
            fprintf(stderr, "bench_alloc: certificate: %s\n", certify_rule_name(verdict.broken));
            exit(1);
        }
    }
    for (int32_t h = 0; h < s->p.n_households; h++) {
        served += plan->giver[h] != ALLOC_NONE;
        kept += plan->giver[h] != ALLOC_NONE && plan->giver[h] == s->households[h].foster;
    }
    printf("%-44s %8.1f ms (target %.0f)   certificate %5.1f ms (target 3)   peak +%ld MB   %d served, %d kept\n", name,
           median(cut), target, median(check), (peak_kb() - before) / 1024, served, kept);
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
        must(alloc_solution_init(&plan, &s.p), "memory");
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

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "all";

    if (strcmp(what, "all") == 0 || strcmp(what, "banyuwangi") == 0)
        banyuwangi();
    return 0;
}
