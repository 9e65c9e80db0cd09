/*
 * The loop of a reader whose effect is in Postgres: rows and Kafka offsets move in one Postgres transaction
 * (ARCHITECTURE.md, section 3). Kafka's own offsets are committed for the lag's sake only; where reading goes on
 * stands in the table
 *
 *     sink_offset (topic text, part integer, next_off bigint, epoch bigint, PRIMARY KEY (topic, part))
 *
 * At an assignment the loop raises each partition's epoch; a transaction that finds another epoch or offset than its
 * own is rolled back: its partition has another reader. That one is dropped, the others go on from their next_off.
 * While Postgres is away the loop keeps polling paused partitions, so that it stays a member of the group.
 */
#ifndef BERBAGI_DAEMON_PG_LOOP_H
#define BERBAGI_DAEMON_PG_LOOP_H

#include "common/daemon/daemon.h"
#include "common/io/pg.h"
#include "common/io/record.h"
#include "common/wire/reject.h"

/* The settings that pg_loop_run() reads; a service puts them into its table. */
#define PG_LOOP_SETTINGS                                                                                              \
    { "DATABASE_URL", CONF_STRING, .secret = true, .required = true,                                                  \
      .doc = "Postgres, postgresql://user:password@host:port/database; best from a file" },                           \
    { "DATABASE_CONNECT_TIMEOUT", CONF_DURATION, .fallback = "5s", .min = 1000, .max = 60000,                         \
      .doc = "how long one attempt to connect may take" },                                                            \
    { "DATABASE_STATEMENT_TIMEOUT", CONF_DURATION, .fallback = "30s", .min = 1000, .max = 600000,                     \
      .doc = "of one statement, and of a silent connection" },                                                        \
    { "BATCH_RECORDS", CONF_INT, .fallback = "2000", .min = 1, .max = 2000,                                           \
      .doc = "records in one Postgres transaction, at most" }

enum { PG_LOOP_MAX_STATEMENTS = 32 };

struct pg_handler {
    enum topic inputs[8];
    size_t input_count;

    /* After every connect: the schema and what else must be there. 0, -EAGAIN, or -EPROTO (fatal; pg_error() says
     * why). */
    int (*prepare)(void *self, struct pg *pg);
    /*
     * Turns n records into statements, at most PG_LOOP_MAX_STATEMENTS; what these point to stays valid until the next
     * call. rejects[i].code says that record i can't be read (it goes to `rejected`). The count of statements, or a
     * negative errno (fatal).
     */
    int (*batch)(void *self, const struct record *records, struct reject *rejects, size_t n,
                 struct pg_statement *statements);
    /* The transaction stands: n records of it, so that the handler can count. May be NULL. */
    void (*committed)(void *self, size_t n);
};

/* Runs until daemon_stopping(); 0, or negative on a fatal failure (logged). Dependencies kafka and postgres. */
must_check int pg_loop_run(struct daemon *d, const struct pg_handler *handler, void *self);

#endif
