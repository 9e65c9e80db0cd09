/*
 * Held records (the barrier of ARCHITECTURE.md, section 2): for each partition a queue whose first record waits until
 * the loop has fetched up to the ends that were noted, and which keeps what follows it meanwhile.
 *
 * Memory is bounded: a queue that is full is not fed any more (its partition is paused). Two full queues could then
 * wait for each other's partition for ever, so a full one counts as fetched once nothing else is missing.
 */
#ifndef BERBAGI_DAEMON_TXN_HOLD_H
#define BERBAGI_DAEMON_TXN_HOLD_H

#include "common/daemon/txn_offsets.h"
#include "common/io/kafka_consumer.h"

enum { TXN_HOLD_RECORDS_MAX = 50000, TXN_HOLD_BYTES_MAX = 32 * 1024 * 1024 };

struct txn_hold {
    struct kafka_kept **queue; /* head … head + count - 1 */
    size_t head, count, capacity, bytes;
    struct place *ends;        /* what its first record waits for; NULL = not noted yet */
    size_t end_count;
    bool open;                 /* released: its records are on their way to the handler */
};

struct txn_holds {
    struct txn_hold *holds; /* by slot */
    size_t count;           /* slots */
    size_t active;          /* with at least one record */
};

/* One empty queue for each of n slots. 0 or -ENOMEM. */
must_check int txn_holds_own(struct txn_holds *h, size_t n);
/* Drops everything, owns no slots. */
void txn_holds_clear(struct txn_holds *h);
/* Drops what is held, keeps the slots. */
void txn_holds_drop(struct txn_holds *h);

static inline bool txn_hold_is_active(const struct txn_holds *h, size_t slot)
{
    return h->holds[slot].count > 0;
}

/* Takes the record. 0, or -ENOMEM (it is freed). */
must_check int txn_hold_append(struct txn_holds *h, size_t slot, struct kafka_kept *record);
/* The first record, NULL if there is none; stays in the queue. */
struct kafka_kept *txn_hold_peek(const struct txn_holds *h, size_t slot, size_t i);
/* Drops the first n. */
void txn_hold_pop(struct txn_holds *h, size_t slot, size_t n);
bool txn_hold_is_full(const struct txn_holds *h, size_t slot);

/* The first record waits for these ends (copied). 0 or -ENOMEM. */
must_check int txn_hold_wait(struct txn_holds *h, size_t slot, const struct place *ends, size_t n);

/*
 * The slot whose first record may go on: all its ends are fetched, the earliest append time first; -1 if there is
 * none. Pure but for what it reads.
 */
int32_t txn_hold_ready(const struct txn_holds *h, const struct txn_offsets *o);

#endif
