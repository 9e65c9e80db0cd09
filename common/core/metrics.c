#include "common/core/metrics.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

/* One cell per combination of label values; a histogram's has a number per bucket, +Inf, and the sum. */
struct metrics {
    const struct metric_def *defs;
    size_t count;
    size_t *first;            /* of each metric's numbers in `cells` */
    _Atomic int64_t *cells;
};

static size_t label_count(const struct metric_def *d, size_t label)
{
    return d->labels[label].name != NULL ? d->labels[label].count : 1;
}

static size_t cell_count(const struct metric_def *d)
{
    size_t n = 1;
    for (size_t i = 0; i < METRIC_MAX_LABELS; i++)
        n *= label_count(d, i);
    return n;
}

static size_t numbers_per_cell(const struct metric_def *d)
{
    return d->type == METRIC_HISTOGRAM ? d->bucket_count + 2 : 1;
}

static bool within_bounds(const struct metric_def *d)
{
    size_t n = 1;
    for (size_t i = 0; i < METRIC_MAX_LABELS; i++) {
        if (label_count(d, i) == 0 || label_count(d, i) > METRIC_MAX_CELLS)
            return false;
        n *= label_count(d, i);
        if (n > METRIC_MAX_CELLS)
            return false;
    }
    return d->bucket_count <= METRIC_MAX_BUCKETS;
}

struct metrics *metrics_new(const struct metric_def *defs, size_t count)
{
    size_t numbers = 0;

    for (size_t i = 0; i < count; i++) {
        if (!within_bounds(&defs[i])) {
            errno = E2BIG;
            return NULL;
        }
        numbers += cell_count(&defs[i]) * numbers_per_cell(&defs[i]);
    }
    struct metrics *m = calloc(1, sizeof(*m));
    if (m == NULL)
        return NULL;
    *m = (struct metrics){
        .defs = defs,
        .count = count,
        .first = calloc(count + 1, sizeof(*m->first)),
        .cells = calloc(numbers + 1, sizeof(*m->cells)),
    };
    if (m->first == NULL || m->cells == NULL) {
        metrics_free(m);
        errno = ENOMEM;
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        m->first[i + 1] = m->first[i] + cell_count(&defs[i]) * numbers_per_cell(&defs[i]);
    return m;
}

void metrics_free(struct metrics *m)
{
    if (m == NULL)
        return;
    free(m->first);
    free(m->cells);
    free(m);
}

/* The first number of a cell; NULL if an index is wrong. */
static _Atomic int64_t *cell(const struct metrics *m, size_t metric, uint32_t a, uint32_t b, uint32_t c)
{
    if (metric >= m->count)
        return NULL;
    const struct metric_def *d = &m->defs[metric];
    if (a >= label_count(d, 0) || b >= label_count(d, 1) || c >= label_count(d, 2))
        return NULL;
    size_t n = (a * label_count(d, 1) + b) * label_count(d, 2) + c;
    return &m->cells[m->first[metric] + n * numbers_per_cell(d)];
}

void metrics_add(struct metrics *m, size_t metric, uint32_t a, uint32_t b, uint32_t c, int64_t n)
{
    _Atomic int64_t *at = cell(m, metric, a, b, c);
    if (at != NULL && m->defs[metric].type != METRIC_HISTOGRAM)
        atomic_fetch_add_explicit(at, n, memory_order_relaxed);
}

void metrics_set(struct metrics *m, size_t metric, uint32_t a, uint32_t b, uint32_t c, int64_t value)
{
    _Atomic int64_t *at = cell(m, metric, a, b, c);
    if (at != NULL && m->defs[metric].type == METRIC_GAUGE)
        atomic_store_explicit(at, value, memory_order_relaxed);
}

void metrics_observe(struct metrics *m, size_t metric, uint32_t a, uint32_t b, uint32_t c, int64_t value)
{
    _Atomic int64_t *at = cell(m, metric, a, b, c);
    if (at == NULL || m->defs[metric].type != METRIC_HISTOGRAM)
        return;
    const struct metric_def *d = &m->defs[metric];
    uint32_t i = 0;
    while (i < d->bucket_count && value > d->buckets[i])
        i++;
    atomic_fetch_add_explicit(&at[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&at[d->bucket_count + 1], value, memory_order_relaxed);
}

int64_t metrics_value(const struct metrics *m, size_t metric, uint32_t a, uint32_t b, uint32_t c)
{
    const _Atomic int64_t *at = cell(m, metric, a, b, c);
    if (at == NULL)
        return 0;
    if (m->defs[metric].type != METRIC_HISTOGRAM)
        return atomic_load_explicit(at, memory_order_relaxed);
    int64_t observed = 0;
    for (uint32_t i = 0; i <= m->defs[metric].bucket_count; i++)
        observed += atomic_load_explicit(&at[i], memory_order_relaxed);
    return observed;
}

// ---- text ----------------------------------------------------------------------------------------------------------

/* value / scale as a decimal; scales are powers of ten. */
static void append_scaled(struct buf *out, int64_t value, uint32_t scale)
{
    uint32_t s = scale == 0 ? 1 : scale;
    uint64_t n = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    if (value < 0)
        buf_append_char(out, '-');
    buf_append_int(out, (int64_t)(n / s));
    if (n % s == 0)
        return;
    buf_append_char(out, '.');
    for (uint64_t rest = n % s; rest != 0; rest %= s) {
        rest *= 10;
        buf_append_char(out, (char)('0' + rest / s));
    }
}

/* {a="x",le="5"}: the labels of a cell, and `le` unless NULL. */
static void append_labels(struct buf *out, const struct metric_def *d, size_t number, const struct buf *le)
{
    size_t at[METRIC_MAX_LABELS];
    char separator = '{';

    for (size_t i = METRIC_MAX_LABELS; i-- > 0; number /= label_count(d, i))
        at[i] = number % label_count(d, i);
    for (size_t i = 0; i < METRIC_MAX_LABELS; i++) {
        if (d->labels[i].name == NULL)
            continue;
        buf_printf(out, "%c%s=\"%s\"", separator, d->labels[i].name, d->labels[i].values[at[i]]);
        separator = ',';
    }
    if (le != NULL) {
        buf_printf(out, "%cle=\"", separator);
        buf_append_str(out, buf_str(le));
        buf_append_char(out, '"');
        separator = ',';
    }
    if (separator == ',')
        buf_append_char(out, '}');
}

static void append_histogram(struct buf *out, const struct metric_def *d, size_t number, const _Atomic int64_t *at)
{
    int64_t below = 0;
    struct buf le;

    buf_init(&le, 64);
    for (uint32_t i = 0; i <= d->bucket_count; i++) {
        below += atomic_load_explicit(&at[i], memory_order_relaxed);
        buf_reset(&le);
        if (i < d->bucket_count)
            append_scaled(&le, d->buckets[i], d->scale);
        else
            buf_append_cstr(&le, "+Inf");
        buf_printf(out, "%s_bucket", d->name);
        append_labels(out, d, number, &le);
        buf_printf(out, " %lld\n", (long long)below);
    }
    buf_done(&le);
    buf_printf(out, "%s_sum", d->name);
    append_labels(out, d, number, NULL);
    buf_append_char(out, ' ');
    append_scaled(out, atomic_load_explicit(&at[d->bucket_count + 1], memory_order_relaxed), d->scale);
    buf_printf(out, "\n%s_count", d->name);
    append_labels(out, d, number, NULL);
    buf_printf(out, " %lld\n", (long long)below);
}

void metrics_write(const struct metrics *m, struct buf *out)
{
    static const char *const types[] = { "counter", "gauge", "histogram" };

    for (size_t i = 0; i < m->count; i++) {
        const struct metric_def *d = &m->defs[i];
        buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", d->name, d->help, d->name, types[d->type]);
        for (size_t n = 0; n < cell_count(d); n++) {
            const _Atomic int64_t *at = &m->cells[m->first[i] + n * numbers_per_cell(d)];
            if (d->type == METRIC_HISTOGRAM) {
                append_histogram(out, d, n, at);
                continue;
            }
            buf_append_cstr(out, d->name);
            append_labels(out, d, n, NULL);
            buf_append_char(out, ' ');
            append_scaled(out, atomic_load_explicit(at, memory_order_relaxed), d->scale);
            buf_append_char(out, '\n');
        }
    }
}
