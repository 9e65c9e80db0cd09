/* What the kafka_*.c files share. */
#ifndef BERBAGI_IO_KAFKA_INTERNAL_H
#define BERBAGI_IO_KAFKA_INTERNAL_H

#include <stdatomic.h>

#include <librdkafka/rdkafka.h>

#include "common/io/kafka.h"

/* The opaque of every client. */
struct kafka_client {
    const struct kafka_settings *settings;
    atomic_bool away;   /* all brokers are out of reach, as librdkafka told last */
    atomic_bool fatal;
    char why[KAFKA_WHY_SIZE];
};

struct kafka_pair {
    const char *name, *value;
};

/* A conf with the common settings, then `pairs`; `client` is its opaque. NULL with `why`. */
must_check rd_kafka_conf_t *kafka_conf_new(struct kafka_client *client, const struct kafka_pair *pairs, size_t n,
                                           char *why);
/* Takes the conf. NULL with `why`. */
must_check rd_kafka_t *kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, char *why);
void kafka_note(struct kafka_client *client, const char *text);

/* Frees the error, notes its text. */
enum kafka_verdict kafka_judge(struct kafka_client *client, rd_kafka_t *rk, rd_kafka_error_t *error);

/* Count of partitions: 0, -EAGAIN, -ENOENT, -EACCES. */
must_check int kafka_partitions(struct kafka_client *client, rd_kafka_t *rk, enum topic topic, int timeout_ms,
                                int32_t *count);
/* True if a broker answers within timeout_ms; clears `away` then. */
bool kafka_probe(struct kafka_client *client, rd_kafka_t *rk, int timeout_ms);

/* Headers of a message appended at `at` (room for all of kafka_header_count()). */
size_t kafka_header_count(const rd_kafka_message_t *message);
void kafka_read_headers(const rd_kafka_message_t *message, struct header *at, size_t n);
/* The caller's to destroy. */
must_check rd_kafka_topic_partition_list_t *kafka_place_list(const struct kafka_settings *settings,
                                                             const struct place *places, size_t n);
/* All but topic and headers. */
struct record kafka_record(const rd_kafka_message_t *message);

#endif
