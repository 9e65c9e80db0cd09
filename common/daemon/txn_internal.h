/*
 * The inside of the transactional loop. One file per concern:
 *
 *     txn_loop.c    lives, turns, draining          txn_batch.c   records to the handler, outcomes, holds
 *     txn_assign.c  rebalances, restore, waiting    txn_commit.c  begin, commit, abort
 *     txn_output.c  what handlers write             log_reader.c  what handlers read
 */
#ifndef BERBAGI_DAEMON_TXN_INTERNAL_H
#define BERBAGI_DAEMON_TXN_INTERNAL_H

#include "common/daemon/daemon_internal.h"
#include "common/daemon/txn_hold.h"
#include "common/daemon/txn_loop.h"
#include "common/daemon/txn_metrics.h"
#include "common/daemon/txn_offsets.h"
#include "common/io/kafka_producer.h"
#include "common/io/kafka_reader.h"

/* How a step of the loop ended. */
enum step {
    STEP_OK,
    STEP_AGAIN, /* aborted and restored: whatever is in hand is void, the turn is over */
    STEP_LEAVE, /* asked to stop, or a rebalance waits: what was being done is left as it is */
    STEP_RENEW, /* the producer's session is used up though nobody fenced us: begin a new life */
    STEP_FATAL, /* logged */
};

struct output {
    struct txn_loop *loop;
    struct buf scratch; /* of one event's headers */
    bool failed;        /* something could not be written: the transaction will be aborted */
    int64_t written[TOPIC_COUNT];
};

struct log_reader {
    struct txn_loop *loop;
    struct kafka_reader *kafka;
};

struct txn_loop {
    struct daemon *daemon;
    const struct txn_handler *handler;
    void *self;
    struct dependency *kafka;
    struct metrics *metrics;
    struct kafka_producer *producer;
    struct kafka_consumer *consumer;
    struct log_reader reader;
    struct output output;

    struct txn_offsets offsets;
    struct txn_holds holds;
    struct place *places;          /* as many as slots: arguments of calls */
    struct topic_partition *owned; /* the same, for handlers */
    bool restored;                 /* the state is right and the partitions are being consumed */
    bool draining;                 /* the partitions, or the process, are about to go */

    bool open;                     /* a transaction is open */
    int64_t opened_at;             /* monotonic ms */
    size_t records;                /* handled in it */
    int64_t handled[TOPIC_COUNT][2];
    enum outcome outcomes[KAFKA_BATCH_MAX]; /* of one call of the handler */
    struct record released[KAFKA_BATCH_MAX];

    int64_t max_records, max_ms, timeout_ms, session_timeout_ms;
    int64_t probed_at, gauged_at, noted_at;
    uint32_t retries;              /* in a row, of batch, tick or before_commit */
    uint64_t random;
};

/* txn_commit.c */
enum step txn_begin(struct txn_loop *l);
/* Commits; a failed commit is an abort, with all that follows it. */
enum step txn_commit(struct txn_loop *l);
/* Commits for the last time before the partitions go: a failed commit is an abort without restore. */
enum step txn_commit_and_leave(struct txn_loop *l);
/* Aborts the open transaction, if there is one, and tells the handler. The offsets are those of its beginning. */
enum step txn_abort(struct txn_loop *l);

/* txn_loop.c */
/* Waits until the topic is there. Its count of partitions; STEP_LEAVE when asked to stop. */
enum step txn_ask_partitions(struct txn_loop *l, enum topic topic, int32_t *count);
/* Nothing new is taken; what is under way is finished and its outcome committed, within DRAIN_TIMEOUT of `since`
 * (monotonic ms). It polls meanwhile; a revoke that waits goes on waiting. */
enum step txn_drain(struct txn_loop *l, int64_t since);

/* txn_assign.c */
enum step txn_rebalance(struct txn_loop *l);
/* Stops fetching; after it whatever a poll brings is dropped, because txn_resume() reads it again. */
void txn_suspend(struct txn_loop *l);
enum step txn_resume(struct txn_loop *l);
/* Abort → restore → consume again from where the transaction began (STEP_AGAIN). `retry`: after a pause that grows. */
enum step txn_start_over(struct txn_loop *l, bool retry);
/* Polls without taking anything for so long. STEP_LEAVE: asked to stop, or a rebalance waits. */
enum step txn_wait(struct txn_loop *l, int64_t ms);
/* A pause that grows with `attempt`. */
int64_t txn_backoff(struct txn_loop *l, uint32_t attempt);
/* Forgets partitions and state; the handler is told. */
void txn_disown(struct txn_loop *l);
/* Whether Kafka answers, asked once a second at most while it does not. */
void txn_watch_kafka(struct txn_loop *l);

/* txn_batch.c */
/* Gives the handler what was polled and what is released from holds. */
enum step txn_handle(struct txn_loop *l, struct kafka_batch *batch);
/* What a handler's answer means. */
enum step txn_answer(struct txn_loop *l, enum result result);

/* txn_output.c */
must_check int txn_output_init(struct output *out, struct txn_loop *l);
void txn_output_done(struct output *out);
void txn_output_reset(struct output *out);

/* log_reader.c */
bool txn_keep_alive(void *loop);

#endif
