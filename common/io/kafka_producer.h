/*
 * A producer, transactional or plain. Settings: all replicas, idempotent, lz4, murmur2 as Kafka's Java client.
 */
#ifndef BERBAGI_IO_KAFKA_PRODUCER_H
#define BERBAGI_IO_KAFKA_PRODUCER_H

#include "common/io/kafka.h"
#include "common/io/kafka_consumer.h"

struct kafka_producer;

struct kafka_producer_options {
    const struct kafka_settings *settings;
    const char *transactional_id;     /* NULL = plain */
    int64_t transaction_timeout_ms;   /* transactional: 10000 to 15000 */
    int64_t delivery_timeout_ms;      /* plain: how long a record may wait; 0 = 30000 */
    int64_t linger_ms;                /* 5 to 20 */
    bool own_thread;                  /* plain: a thread of ours calls back; else kafka_producer_poll() does */
};

/* 0; -EINVAL with `why` (KAFKA_WHY_SIZE). Connects in the background. */
must_check int kafka_producer_open(const struct kafka_producer_options *options, struct kafka_producer **out,
                                   char *why);
/* What was not delivered is dropped. Accepts NULL and nulls the pointer. */
void kafka_producer_close(struct kafka_producer **p);

struct kafka_message {
    enum topic topic;
    int32_t partition;                /* -1 = by the key, as Kafka's Java client does it */
    struct str key, value;            /* key with p = NULL: none */
    bool tombstone;
    const struct header *headers;
    size_t header_count;
    /* Plain only: called once, `error` 0 or a negative errno (not delivered, or nobody knows). May be NULL. */
    void (*done)(void *arg, int error);
    void *arg;
};

/* Copies and queues. 0; -EAGAIN: the queue has been full for a second; -EMSGSIZE; -EIO: anything else. */
must_check int kafka_producer_send(struct kafka_producer *p, const struct kafka_message *message);
/* Serves callbacks, waiting up to timeout_ms. */
void kafka_producer_poll(struct kafka_producer *p, int timeout_ms);
/* Waits until all is delivered or failed: 0 or -EAGAIN after timeout_ms. */
must_check int kafka_producer_flush(struct kafka_producer *p, int timeout_ms);
/* Queued and not yet delivered. */
int kafka_producer_queued(const struct kafka_producer *p);

/* Transactional: one past the offset that the broker gave the last record delivered to a partition; -1 if none was.
 * Right once the transaction has been committed. */
int64_t kafka_producer_next(const struct kafka_producer *p, enum topic topic, int32_t partition);

/* Transactions. Retry while KAFKA_RETRY with identical arguments; each call is bounded by the transaction's
 * time-out. */
must_check enum kafka_verdict kafka_txn_init(struct kafka_producer *p, int timeout_ms);
must_check enum kafka_verdict kafka_txn_begin(struct kafka_producer *p);
/* The group metadata are those that the consumer cached when it was assigned. */
must_check enum kafka_verdict kafka_txn_offsets(struct kafka_producer *p, struct kafka_consumer *c,
                                                const struct place *places, size_t n);
must_check enum kafka_verdict kafka_txn_commit(struct kafka_producer *p);
must_check enum kafka_verdict kafka_txn_abort(struct kafka_producer *p);

bool kafka_producer_away(const struct kafka_producer *p);
const char *kafka_producer_why(const struct kafka_producer *p);

#endif
