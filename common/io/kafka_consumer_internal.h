/* The consumer's inside: kafka_consumer.c (membership) and kafka_batch.c (records). */
#ifndef BERBAGI_IO_KAFKA_CONSUMER_INTERNAL_H
#define BERBAGI_IO_KAFKA_CONSUMER_INTERNAL_H

#include "common/io/kafka_consumer.h"
#include "common/io/kafka_internal.h"

struct kafka_consumer {
    struct kafka_client client; /* first: the client's opaque */
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue;
    enum topic inputs[8];
    size_t input_count;
    bool subscribed, closing;

    rd_kafka_consumer_group_metadata_t *group_metadata; /* of the last assignment */
    enum kafka_rebalance pending;
    struct place *pending_places;
    size_t pending_count;

    /* One batch at a time; a poll gives the one before it back. */
    size_t in_hand;
    rd_kafka_message_t *messages[KAFKA_BATCH_MAX];
    struct record records[KAFKA_BATCH_MAX];
    struct place ends[KAFKA_BATCH_MAX];
    struct header *headers;
    size_t header_capacity;
};

#endif
