/*
 * Writes rows and plan events: values, keys, envelopes, and the digest chain of a period.
 */
#ifndef BERBAGI_ALLOCATOR_EMIT_H
#define BERBAGI_ALLOCATOR_EMIT_H

#include "common/domain/digest.h"
#include "services/allocator/allocator.h"
#include "services/allocator/state.h"

/* One trigger and what it has published so far. */
struct emitter {
    const struct allocator_sink *sink;
    struct allocator_counts *counts;
    int32_t regency, partition;
    int64_t offset, time;
    int64_t n;               /* events so far */
    bool hashing;
    struct digest digest;
    struct buf key, value;   /* reused */
    struct envelope envelope;
    struct assignment row;
    struct plan plan;
};

enum { EMIT_VALUE_MAX = 1 << 20 };
void emit_init(struct emitter *e);
void emit_done(struct emitter *e);
void emit_start(struct emitter *e, const struct allocator_sink *sink, const struct regency *r, int64_t offset,
                int64_t time);

/* Starts the digest of a plan event: over the period's last digest, then the rows published until emit_digest_end. */
void emit_digest_start(struct emitter *e, const struct plan_state *p);
void emit_digest_end(struct emitter *e, char out[DIGEST_SIZE]);

/* 0, the sink's failure, or -ENOMEM. */
must_check int emit_row(struct emitter *e, const struct regency *r, uint32_t period, const struct row *row);
/* Publishes e->plan. */
must_check int emit_plan(struct emitter *e);

/* The row as it goes out. */
void emit_fill_row(const struct regency *r, uint32_t period, const struct row *row, struct assignment *out);

#endif
