#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>

#include "common/core/metrics.h"

static const char *const types[] = { "household", "visit" }, *const fates[] = { "accepted", "stale", "rejected" };
static const int64_t buckets[] = { 5, 1000, 2500 };
enum { RECORDS, LAG, SECONDS };
static const struct metric_def defs[] = {
    { "berbagi_records_total",
      "Records by fate",
      METRIC_COUNTER,
      { { "type", types, 2 }, { "fate", fates, 3 } },
      NULL,
      0,
      0 },
    { "berbagi_lag_records", "Records behind", METRIC_GAUGE, { { NULL, NULL, 0 } }, NULL, 0, 0 },
    { "berbagi_batch_seconds", "Time of a batch", METRIC_HISTOGRAM, { { NULL, NULL, 0 } }, buckets, 3, 1000 },
};

static void as_prometheus_reads_it(void **state)
{
    (void)state;
    struct metrics *m = metrics_new(defs, 3);
    cleanup(buf_done) struct buf b;
    buf_init(&b, 10000);
    assert_non_null(m);
    metrics_add(m, RECORDS, 1, 2, 0, 7);
    metrics_add(m, RECORDS, 1, 2, 0, 1);
    metrics_add(m, RECORDS, 2, 0, 0, 100); // no such label value
    metrics_add(m, 99, 0, 0, 0, 100);
    metrics_set(m, LAG, 0, 0, 0, -4);
    metrics_set(m, RECORDS, 0, 0, 0, 5); // a counter can't be set
    metrics_observe(m, SECONDS, 0, 0, 0, 5);
    metrics_observe(m, SECONDS, 0, 0, 0, 6);
    metrics_observe(m, SECONDS, 0, 0, 0, 2500);
    metrics_observe(m, SECONDS, 0, 0, 0, 99999);
    assert_int_equal(metrics_value(m, RECORDS, 1, 2, 0), 8);
    assert_int_equal(metrics_value(m, SECONDS, 0, 0, 0), 4);
    metrics_write(m, &b);
    assert_string_equal(buf_cstr(&b), "# HELP berbagi_records_total Records by fate\n"
                                      "# TYPE berbagi_records_total counter\n"
                                      "berbagi_records_total{type=\"household\",fate=\"accepted\"} 0\n"
                                      "berbagi_records_total{type=\"household\",fate=\"stale\"} 0\n"
                                      "berbagi_records_total{type=\"household\",fate=\"rejected\"} 0\n"
                                      "berbagi_records_total{type=\"visit\",fate=\"accepted\"} 0\n"
                                      "berbagi_records_total{type=\"visit\",fate=\"stale\"} 0\n"
                                      "berbagi_records_total{type=\"visit\",fate=\"rejected\"} 8\n"
                                      "# HELP berbagi_lag_records Records behind\n"
                                      "# TYPE berbagi_lag_records gauge\n"
                                      "berbagi_lag_records -4\n"
                                      "# HELP berbagi_batch_seconds Time of a batch\n"
                                      "# TYPE berbagi_batch_seconds histogram\n"
                                      "berbagi_batch_seconds_bucket{le=\"0.005\"} 1\n"
                                      "berbagi_batch_seconds_bucket{le=\"1\"} 2\n"
                                      "berbagi_batch_seconds_bucket{le=\"2.5\"} 3\n"
                                      "berbagi_batch_seconds_bucket{le=\"+Inf\"} 4\n"
                                      "berbagi_batch_seconds_sum 102.51\n"
                                      "berbagi_batch_seconds_count 4\n");
    metrics_free(m);
    metrics_free(NULL);
}

static void *add_many(void *m)
{
    for (int i = 0; i < 100000; i++)
        metrics_add(m, RECORDS, 0, 0, 0, 1);
    return NULL;
}

static void threads_lose_nothing(void **state)
{
    (void)state;
    struct metrics *m = metrics_new(defs, 3);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_many, m), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(metrics_value(m, RECORDS, 0, 0, 0), 400000);
    metrics_free(m);
}

static void bounds_are_kept(void **state)
{
    (void)state;
    const struct metric_def wide = {
        "x", "x", METRIC_COUNTER, { { "a", types, 100 }, { "b", types, 100 } }, NULL, 0, 0
    };
    const struct metric_def deep = {
        "x", "x", METRIC_HISTOGRAM, { { NULL, NULL, 0 } }, buckets, METRIC_MAX_BUCKETS + 1, 0
    };
    assert_null(metrics_new(&wide, 1));
    assert_int_equal(errno, E2BIG);
    assert_null(metrics_new(&deep, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_prometheus_reads_it),
        cmocka_unit_test(threads_lose_nothing),
        cmocka_unit_test(bounds_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
