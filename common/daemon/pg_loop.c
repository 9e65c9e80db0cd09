#include "common/daemon/pg_loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/core/backoff.h"
#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/daemon/pg_offsets.h"
#include "common/daemon/set_aside.h"
#include "common/io/kafka_consumer.h"
#include "common/io/kafka_reader.h"

enum { POLL_MS = 50, SILENCE_MS = 5000, RETRY_BASE_MS = 200, RETRY_CAP_MS = 5000, POLL_INTERVAL_MS = 300000 };

struct pg_loop {
    struct daemon *daemon;
    const struct pg_handler *handler;
    void *self;
    struct dependency *kafka, *postgres;
    struct pg *pg;
    struct kafka_consumer *consumer;
    struct kafka_reader *reader; /* where the logs begin and end */
    struct set_aside *set_aside;
    struct pg_offsets offsets;
    struct reject *rejects;
    size_t batch_records;
    bool paused;
    bool unanswered; /* Kafka left a question of ours open: it is not up before one is answered */
    int64_t silent_since; /* monotonic ms; while `unanswered` */
    uint32_t failures; /* of Postgres, in a row */
    int64_t retry_at;
};

static int fatal(const char *what, const char *why)
{
    log_error(what, LOG_STR("why", why));
    return -EIO;
}

/* Something is away: nothing is fetched until it is back. */
static void step_back(struct pg_loop *l)
{
    kafka_consumer_pause(l->consumer, l->offsets.places, l->offsets.count);
    l->paused = true;
    uint64_t random = (uint64_t)clock_mono_us() * UINT64_C(0x9E3779B97F4A7C15);
    l->retry_at = clock_mono_ms() + RETRY_BASE_MS + backoff_ms(l->failures++, random, RETRY_BASE_MS, RETRY_CAP_MS);
}

/* A broker that has just come back is slow to know its partitions: one open question is no absence yet. */
static void kafka_silent(struct pg_loop *l, const char *why)
{
    int64_t now = clock_mono_ms();
    if (!l->unanswered)
        l->silent_since = now;
    l->unanswered = true;
    if (now - l->silent_since >= SILENCE_MS)
        dependency_down(l->kafka, why);
    step_back(l);
}

static int postgres_away(struct pg_loop *l)
{
    dependency_down(l->postgres, pg_error(l->pg));
    step_back(l);
    return -EAGAIN;
}

/* 0: connected and prepared; -EAGAIN: away; anything else is fatal. */
static int connect_postgres(struct pg_loop *l)
{
    if (pg_connected(l->pg))
        return 0;
    int error = pg_connect(l->pg);
    if (error == 0)
        error = l->handler->prepare(l->self, l->pg);
    if (error != 0)
        pg_disconnect(l->pg); /* half prepared, with a lock perhaps: the next one begins anew */
    return error;
}

/* What lies between our place and the log: -EAGAIN: Kafka is away; -ESTALE: this is not the log we know (logged). */
static int bound_place(struct pg_loop *l, struct place *place)
{
    int64_t begin, end;
    int error = kafka_reader_range(l->reader, place->topic, place->partition, &begin, &end);
    if (error < 0)
        return -EAGAIN;
    if (place->offset > end) {
        log_error("offset_beyond_end", LOG_STR("topic", topic_name(place->topic)),
                  LOG_INT("partition", place->partition), LOG_INT("offset", place->offset), LOG_INT("end", end));
        return -ESTALE;
    }
    if (place->offset < begin && place->offset > 0)
        log_warn("records_expired", LOG_STR("topic", topic_name(place->topic)),
                 LOG_INT("partition", place->partition), LOG_INT("from", place->offset), LOG_INT("to", begin));
    if (place->offset < begin)
        place->offset = begin;
    return 0;
}

static int start_fetching(struct pg_loop *l)
{
    int error = 0;
    for (size_t i = 0; i < l->offsets.count && error == 0; i++)
        error = bound_place(l, &l->offsets.places[i]);
    if (error == -EAGAIN)
        kafka_silent(l, "no answer");
    if (error < 0)
        return error;
    if (kafka_consumer_assign(l->consumer, l->offsets.places, l->offsets.count) < 0)
        return fatal("consumer_failed", kafka_consumer_why(l->consumer));
    kafka_consumer_resume(l->consumer, l->offsets.places, l->offsets.count);
    l->paused = l->unanswered = false;
    l->failures = 0;
    daemon_assigned(l->daemon, true);
    return 0;
}

/* Another process has this partition: it is not ours to write any more. */
static void drop_lost(struct pg_loop *l, size_t place)
{
    log_warn("partition_lost", LOG_STR("topic", topic_name(l->offsets.places[place].topic)),
             LOG_INT("partition", l->offsets.places[place].partition));
    pg_offsets_drop(&l->offsets, place);
}

/* After a break, or after a transaction that touched somebody else's place: the others go on from where Postgres
 * is. */
static int find_back(struct pg_loop *l)
{
    size_t lost;
    int error = pg_offsets_refresh(&l->offsets, l->pg);
    while (error == 0 && (error = pg_offsets_find_lost(&l->offsets, l->pg, &lost)) == 1) {
        drop_lost(l, lost);
        error = 0;
    }
    return error;
}

/*
 * Starts or restarts fetching where Postgres says. Only an assignment raises the epochs: a process that comes back
 * after a break may have lost its partitions meanwhile.
 */
static int take_up(struct pg_loop *l, bool assigned)
{
    int error = connect_postgres(l);
    if (error == 0)
        error = assigned ? pg_offsets_claim(&l->offsets, l->pg) : find_back(l);
    if (error == -EAGAIN)
        return postgres_away(l);
    if (error < 0)
        return error == -EPROTO ? fatal("postgres_refuses", pg_error(l->pg)) : error;
    dependency_up(l->postgres);
    return start_fetching(l);
}

/* An assignment waits for its answer until Postgres has given the offsets. */
static int rebalance(struct pg_loop *l)
{
    const struct place *places;
    size_t n;
    switch (kafka_consumer_rebalance(l->consumer, &places, &n)) {
    case KAFKA_STEADY:
        return 0;
    case KAFKA_ASSIGN:
        if (clock_mono_ms() < l->retry_at)
            return 0;
        if (pg_offsets_own(&l->offsets, daemon_kafka(l->daemon), places, n) < 0)
            return fatal("out_of_memory", "offsets");
        int error = take_up(l, true);
        return error == -EAGAIN ? 0 : error;
    case KAFKA_REVOKE:
        daemon_assigned(l->daemon, false);
        pg_offsets_disown(&l->offsets);
        kafka_consumer_unassign(l->consumer);
        return 0;
    }
    return 0;
}

static int set_aside_rejects(struct pg_loop *l, const struct kafka_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (l->rejects[i].code != REJECT_NONE && set_aside(l->set_aside, &batch->records[i], &l->rejects[i]) < 0)
            return -EAGAIN;
    }
    return set_aside_flush(l->set_aside);
}

/* Rows, then the offsets with their conditions: one transaction. */
static int write_batch(struct pg_loop *l, const struct kafka_batch *batch)
{
    struct pg_statement statements[PG_LOOP_MAX_STATEMENTS + 1];
    memset(l->rejects, 0, batch->count * sizeof(*l->rejects));
    int count = l->handler->batch(l->self, batch->records, l->rejects, batch->count, statements);
    if (count < 0)
        return fatal("batch_failed", strerror(-count));
    if (set_aside_rejects(l, batch) < 0)
        return -EBUSY;
    for (size_t i = 0; i < batch->count; i++)
        pg_offsets_advance(&l->offsets, &batch->records[i]);
    for (size_t i = 0; i < batch->end_count; i++)
        pg_offsets_reach(&l->offsets, &batch->ends[i]);
    size_t which;
    pg_offsets_statement(&l->offsets, &statements[count]);
    FAULT_POINT("before-postgres-commit");
    int error = pg_transaction(l->pg, statements, (size_t)count + 1, &which);
    FAULT_POINT("after-postgres-commit");
    if (error == -EPROTO)
        return fatal("postgres_refuses", pg_error(l->pg));
    return error;
}

static int handle_batch(struct pg_loop *l, const struct kafka_batch *batch)
{
    if (batch->count == 0)
        return 0;
    int error = write_batch(l, batch);
    if (error == 0) {
        l->unanswered = false;
        pg_offsets_commit(&l->offsets);
        if (l->handler->committed != NULL)
            l->handler->committed(l->self, batch->count);
        kafka_consumer_commit_async(l->consumer, l->offsets.places, l->offsets.count);
        return 0;
    }
    pg_offsets_rollback(&l->offsets);
    if (error == -ESTALE)
        error = take_up(l, false);
    else if (error == -EAGAIN)
        error = postgres_away(l);
    else if (error == -EBUSY) {
        kafka_silent(l, "rejected records can't be set aside");
        return 0;
    }
    return error == -EAGAIN ? 0 : error;
}

static void notice_kafka(struct pg_loop *l)
{
    if (kafka_consumer_away(l->consumer) && !kafka_consumer_probe(l->consumer, 1000))
        dependency_down(l->kafka, kafka_consumer_why(l->consumer));
    else if (!l->unanswered)
        dependency_up(l->kafka);
}

static int turn(struct pg_loop *l)
{
    struct kafka_batch batch;
    if (l->paused && l->offsets.count > 0 && clock_mono_ms() >= l->retry_at && !l->offsets.waiting) {
        int error = take_up(l, false);
        if (error < 0 && error != -EAGAIN)
            return error;
    }
    if (kafka_consumer_poll(l->consumer, POLL_MS, l->batch_records, &batch) < 0)
        return fatal("consumer_failed", kafka_consumer_why(l->consumer));
    const struct place *places;
    size_t n;
    /* What was fetched before a rebalance may be another's by now: it is fetched again by whoever has it. */
    bool steady = kafka_consumer_rebalance(l->consumer, &places, &n) == KAFKA_STEADY;
    int error = rebalance(l);
    if (error == 0 && steady && !l->paused)
        error = handle_batch(l, &batch);
    kafka_batch_done(l->consumer, &batch);
    notice_kafka(l);
    daemon_beat(l->daemon);
    return error;
}

static int open_clients(struct pg_loop *l)
{
    const struct conf *conf = daemon_conf(l->daemon);
    char why[KAFKA_WHY_SIZE], group[64], instance[64];
    snprintf(group, sizeof(group), "berbagi-%s", daemon_name(l->daemon));
    snprintf(instance, sizeof(instance), "%s-%s", daemon_name(l->daemon), conf_str(conf, "INSTANCE"));
    int statement_ms = (int)conf_int(conf, "DATABASE_STATEMENT_TIMEOUT");
    struct pg_timeouts timeouts = { .connect_s = (int)(conf_int(conf, "DATABASE_CONNECT_TIMEOUT") / 1000),
                                    .statement_ms = statement_ms, .lock_ms = statement_ms,
                                    .idle_in_transaction_ms = statement_ms };
    int error = pg_open(conf_str(conf, "DATABASE_URL"), &timeouts, &l->pg);
    if (error < 0)
        return error;
    struct kafka_consumer_options options = { .settings = daemon_kafka(l->daemon),
                                              .group = group,
                                              .instance = instance,
                                              .inputs = l->handler->inputs,
                                              .input_count = l->handler->input_count,
                                              .session_timeout_ms = conf_int(conf, "SESSION_TIMEOUT"),
                                              .max_poll_interval_ms = POLL_INTERVAL_MS };
    if (kafka_check_version() < 0)
        return fatal("librdkafka_too_old", kafka_version());
    if (kafka_consumer_open(&options, &l->consumer, why) < 0)
        return fatal("consumer_failed", why);
    if (kafka_reader_open(daemon_kafka(l->daemon), &l->reader, why) < 0)
        return fatal("reader_failed", why);
    return set_aside_open(l->daemon, &l->set_aside);
}

int pg_loop_run(struct daemon *d, const struct pg_handler *handler, void *self)
{
    struct pg_loop l = { .daemon = d, .handler = handler, .self = self };
    l.kafka = daemon_dependency(d, "kafka");
    l.postgres = daemon_dependency(d, "postgres");
    l.batch_records = (size_t)conf_int(daemon_conf(d), "BATCH_RECORDS");
    l.rejects = calloc(l.batch_records, sizeof(*l.rejects));
    int error = l.rejects == NULL ? -ENOMEM : open_clients(&l);
    while (error == 0 && !daemon_stopping())
        error = turn(&l);
    kafka_consumer_close(&l.consumer);
    kafka_reader_close(&l.reader);
    set_aside_close(&l.set_aside);
    pg_close(&l.pg);
    pg_offsets_done(&l.offsets);
    free(l.rejects);
    return error;
}
