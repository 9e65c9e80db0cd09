/*
 * What every Kafka client of ours shares: how to reach the brokers, and how errors are told apart. librdkafka is
 * included in common/io/kafka*.c and nowhere else.
 */
#ifndef BERBAGI_IO_KAFKA_H
#define BERBAGI_IO_KAFKA_H

#include "common/core/cleanup.h"
#include "common/io/record.h"

/* Strings must outlive the clients; NULL or "" = librdkafka's default. */
struct kafka_settings {
    const char *bootstrap;         /* host:port,… */
    const char *prefix;            /* of topic names: "berbagi." */
    const char *client_id;
    const char *security_protocol; /* plaintext ssl sasl_plaintext sasl_ssl */
    const char *ca_file, *certificate_file, *key_file;
    const char *sasl_mechanism;    /* PLAIN SCRAM-SHA-256 SCRAM-SHA-512 */
    const char *username, *password;
    /* What librdkafka has to say; level as in syslog (3 = error, 7 = debug). May be called from any thread. May be
     * NULL. */
    void (*log)(int level, const char *facility, const char *text);
};

/* What an error means to a transaction (ARCHITECTURE.md, section 3). */
enum kafka_verdict {
    KAFKA_OK,
    KAFKA_RETRY, /* the same call again, with identical arguments */
    KAFKA_ABORT, /* this transaction must be aborted */
    KAFKA_FATAL, /* this client is of no use any more */
};

/* The oldest librdkafka that loses nothing (2.13.2: positions after end-of-partition in batches). */
#define KAFKA_LEAST_VERSION 0x020d02ff

/* 0, or -ENOTSUP if the library at run time is older than KAFKA_LEAST_VERSION. */
must_check int kafka_check_version(void);
const char *kafka_version(void);

/* Appends <prefix><name> with its NUL to `out` of KAFKA_TOPIC_SIZE bytes. */
enum { KAFKA_TOPIC_SIZE = 250, KAFKA_WHY_SIZE = 200 };
void kafka_topic_name(const struct kafka_settings *settings, enum topic topic, char out[KAFKA_TOPIC_SIZE]);

#endif
