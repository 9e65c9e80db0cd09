/*
 * Counters, gauges and histograms with label sets that are fixed at compile time, as Prometheus text.
 *
 * A set is made from a static table of definitions; its metrics are addressed by their index there, their cells by the
 * index of each label's value (0 where there is no such label). A wrong index changes nothing. Updates are lock-free
 * and may come from any thread. No label may hold personal data.
 */
#ifndef BERBAGI_CORE_METRICS_H
#define BERBAGI_CORE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "common/core/buf.h"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

enum { METRIC_MAX_LABELS = 3, METRIC_MAX_BUCKETS = 24, METRIC_MAX_CELLS = 4096 };

struct metric_label {
    const char *name;
    const char *const *values;
    uint32_t count;
};

struct metric_def {
    const char *name;           /* with its unit: berbagi_batch_seconds, berbagi_records_total */
    const char *help;
    enum metric_type type;
    struct metric_label labels[METRIC_MAX_LABELS]; /* name NULL = none */
    const int64_t *buckets;     /* histogram: ascending upper bounds, in the unit observed */
    uint32_t bucket_count;      /* +Inf is added */
    uint32_t scale;             /* observed and set values are divided by it: 1000 = ms shown as seconds; 0 = 1 */
};

struct metrics;

/* The table must outlive the set. NULL without memory, or if a definition passes the bounds above (errno says
 * which). */
must_check struct metrics *metrics_new(const struct metric_def *defs, size_t count);
void metrics_free(struct metrics *m); /* accepts NULL */

void metrics_add(struct metrics *m, size_t metric, uint32_t a, uint32_t b, uint32_t c, int64_t n);
void metrics_set(struct metrics *m, size_t metric, uint32_t a, uint32_t b, uint32_t c, int64_t value);
void metrics_observe(struct metrics *m, size_t metric, uint32_t a, uint32_t b, uint32_t c, int64_t value);
int64_t metrics_value(const struct metrics *m, size_t metric, uint32_t a, uint32_t b, uint32_t c);

/* Appends the set as Prometheus text, version 0.0.4. */
void metrics_write(const struct metrics *m, struct buf *out);

#endif
