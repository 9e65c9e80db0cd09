/* What benchmarks share: clocks, memory, giving up. */
#ifndef BERBAGI_TESTS_BENCH_H
#define BERBAGI_TESTS_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static inline double bench_clock_ms(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Processor time of this process. */
static inline double bench_ms(void)
{
    return bench_clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

/* The most memory it ever had. */
static inline long bench_peak_kb(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

static inline void bench_must(int ret, const char *what)
{
    if (ret < 0) {
        fprintf(stderr, "bench: %s: %s\n", what, strerror(-ret));
        exit(1);
    }
}

static inline int bench_by_ms(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

#endif
