/*
 * Where the transactional loop stands in each partition that it owns. Pure.
 *
 *     first <= next <= fetched
 *
 * first:   where the open transaction began (= committed, if none is open): an abort goes back there
 * next:    the first record that is not handled yet: what a commit moves the group's offset to
 * fetched: the first record that has not come from the broker yet; beyond next only behind a held record
 */
#ifndef BERBAGI_DAEMON_TXN_OFFSETS_H
#define BERBAGI_DAEMON_TXN_OFFSETS_H

#include "common/core/cleanup.h"
#include "common/io/record.h"

struct offset_slot {
    enum topic topic;
    int32_t partition;
    int64_t first, next, fetched;
};

/* Zeroed = nothing owned. */
struct txn_offsets {
    struct offset_slot *slots;
    size_t count;
    int32_t *index[TOPIC_COUNT]; /* by partition: slot, -1 = not owned */
    int32_t sizes[TOPIC_COUNT];
};

/* Owns exactly these, each starting at its offset. 0 or -ENOMEM (then nothing is owned). */
must_check int txn_offsets_own(struct txn_offsets *o, const struct place *places, size_t n);
/* Owns nothing, frees the memory. */
void txn_offsets_clear(struct txn_offsets *o);

/* -1 if it is not owned. */
int32_t txn_offsets_find(const struct txn_offsets *o, enum topic topic, int32_t partition);

/* The transaction stands: first = next. */
void txn_offsets_settle(struct txn_offsets *o);
/* The transaction is gone: next = fetched = first. */
void txn_offsets_rewind(struct txn_offsets *o);
/* What was fetched and not handled is dropped: fetched = next. */
void txn_offsets_refetch(struct txn_offsets *o);
/* next of every partition owned; `out` has room for count. */
void txn_offsets_next(const struct txn_offsets *o, struct place *out);

#endif
