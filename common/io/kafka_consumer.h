/*
 * A member of a consumer group. Assignor range, static membership, nothing committed or assigned by itself: a
 * rebalance is only reported, and its owner does what must be done before it answers with assign or unassign.
 *
 * A turn: kafka_consumer_poll() → kafka_consumer_rebalance() → handle the batch → kafka_batch_done().
 * If a revoke has come in, the batch is empty: what was fetched before is dropped and will be read again by whoever
 * owns the partition next. One thread.
 */
#ifndef BERBAGI_IO_KAFKA_CONSUMER_H
#define BERBAGI_IO_KAFKA_CONSUMER_H

#include "common/io/kafka.h"

struct kafka_consumer;

struct kafka_consumer_options {
    const struct kafka_settings *settings;
    const char *group, *instance;     /* group.id, group.instance.id */
    const enum topic *inputs;
    size_t input_count;               /* up to 8 */
    int64_t session_timeout_ms;       /* 30000 */
    int64_t max_poll_interval_ms;
};

/* Connects in the background. 0; -EINVAL with `why` (KAFKA_WHY_SIZE). The consumer subscribes at the first poll. */
must_check int kafka_consumer_open(const struct kafka_consumer_options *options, struct kafka_consumer **out,
                                   char *why);
/* Leaves assignment and closes; the owner has committed or aborted before. Accepts NULL and nulls the pointer. */
void kafka_consumer_close(struct kafka_consumer **c);

enum { KAFKA_BATCH_MAX = 2000 };

/* What one poll brought. All of it is valid until kafka_batch_done() or the next poll. */
struct kafka_batch {
    struct record *records;
    size_t count;
    struct place *ends;      /* partitions whose end was reached, with the position there (control records included) */
    size_t end_count;
};

/*
 * Takes what is there, at most `max` (<= KAFKA_BATCH_MAX) records; waits up to wait_ms for the first. 0; -EIO: the
 * consumer is of no use any more (kafka_consumer_why()).
 */
must_check int kafka_consumer_poll(struct kafka_consumer *c, int wait_ms, size_t max, struct kafka_batch *out);
void kafka_batch_done(struct kafka_consumer *c, struct kafka_batch *b);

/* A record that outlives its batch. NULL without memory. The batch must not be used for record i after it. */
struct kafka_kept;
must_check struct kafka_kept *kafka_batch_keep(struct kafka_consumer *c, struct kafka_batch *b, size_t i);
struct record *kafka_kept_record(struct kafka_kept *kept);
size_t kafka_kept_bytes(const struct kafka_kept *kept);
void kafka_kept_free(struct kafka_kept *kept); /* accepts NULL */

enum kafka_rebalance { KAFKA_STEADY, KAFKA_ASSIGN, KAFKA_REVOKE };

/* What waits for an answer; `places` (offsets not set) are valid until it is given. */
enum kafka_rebalance kafka_consumer_rebalance(const struct kafka_consumer *c, const struct place **places, size_t *n);
/* True if the assignment was taken from us: nothing may be committed for it. */
bool kafka_consumer_lost(const struct kafka_consumer *c);
/* Answers KAFKA_ASSIGN: consumption starts at the places' offsets. 0 or -EIO. */
must_check int kafka_consumer_assign(struct kafka_consumer *c, const struct place *places, size_t n);
/* Answers KAFKA_REVOKE. */
void kafka_consumer_unassign(struct kafka_consumer *c);

/* Stops and starts fetching without losing membership: polls go on and bring nothing. */
void kafka_consumer_pause(struct kafka_consumer *c, const struct place *places, size_t n);
void kafka_consumer_resume(struct kafka_consumer *c, const struct place *places, size_t n);
/* Everything fetched before is dropped; consumption goes on at the places' offsets. 0 or -EIO. */
must_check int kafka_consumer_seek(struct kafka_consumer *c, const struct place *places, size_t n);

/* The group's committed offsets, -1 where there is none. Fills places[].offset. 0 or -EAGAIN. */
must_check int kafka_consumer_committed(struct kafka_consumer *c, struct place *places, size_t n, int timeout_ms);
/* Commits without a transaction (for the lag's sake), without waiting. */
void kafka_consumer_commit_async(struct kafka_consumer *c, const struct place *places, size_t n);
/* The end of a partition as the last fetch told it; -1 if not known. No round trip. */
int64_t kafka_consumer_known_end(const struct kafka_consumer *c, enum topic topic, int32_t partition);

/* The count of partitions of a topic: 0; -EAGAIN: no broker answers; -ENOENT: no such topic; -EACCES: not ours to
 * see. */
must_check int kafka_consumer_partitions(struct kafka_consumer *c, enum topic topic, int timeout_ms, int32_t *count);

/* True once every broker is out of reach, until one answers kafka_consumer_probe(). */
bool kafka_consumer_away(const struct kafka_consumer *c);
/* Asks for an answer within timeout_ms: true = a broker is there. */
bool kafka_consumer_probe(struct kafka_consumer *c, int timeout_ms);
const char *kafka_consumer_why(const struct kafka_consumer *c);

#endif
