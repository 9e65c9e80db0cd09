#include <errno.h>
#include <stdlib.h>

#include "common/core/backoff.h"
#include "common/core/clock.h"
#include "common/core/hash.h"
#include "common/core/log.h"
#include "common/daemon/txn_internal.h"

enum {
    POLL_MS = 50,
    ROUND_TRIP_MS = 5000,
    PROBE_EVERY_MS = 1000,
    PROBE_MS = 300,
    BACKOFF_MS = 200,
    BACKOFF_MAX_MS = 5000
};

int64_t txn_backoff(struct txn_loop *l, uint32_t attempt)
{
    l->random = hash_sip13(l->random, (uint64_t)clock_mono_us(), STR_LIT("backoff"));
    return backoff_ms(attempt, l->random, BACKOFF_MS, BACKOFF_MAX_MS);
}

void txn_watch_kafka(struct txn_loop *l)
{
    if (!kafka_consumer_away(l->consumer) || clock_mono_ms() - l->probed_at < PROBE_EVERY_MS)
        return;
    if (kafka_consumer_probe(l->consumer, PROBE_MS))
        dependency_up(l->kafka);
    else
        dependency_down(l->kafka, kafka_consumer_why(l->consumer));
    l->probed_at = clock_mono_ms();
}

static void set_standby(struct txn_loop *l, bool standby)
{
    metrics_set(l->metrics, TXN_METRIC_STANDBY, 0, 0, 0, standby);
    daemon_standby(l->daemon, standby);
}

static bool revoke_waits(const struct txn_loop *l)
{
    const struct place *places;
    size_t n;
    return kafka_consumer_rebalance(l->consumer, &places, &n) == KAFKA_REVOKE;
}

static enum step poll_and_drop(struct txn_loop *l, int wait_ms)
{
    struct kafka_batch batch;
    daemon_beat(l->daemon);
    if (kafka_consumer_poll(l->consumer, wait_ms, KAFKA_BATCH_MAX, &batch) != 0) {
        log_error("consumer_failed", LOG_STR("why", kafka_consumer_why(l->consumer)));
        return STEP_FATAL;
    }
    kafka_batch_done(l->consumer, &batch);
    kafka_producer_poll(l->producer, 0);
    txn_watch_kafka(l);
    return daemon_stopping() || revoke_waits(l) ? STEP_LEAVE : STEP_OK;
}

enum step txn_wait(struct txn_loop *l, int64_t ms)
{
    int64_t end = clock_mono_ms() + ms;
    for (;;) {
        int64_t left = end - clock_mono_ms();
        enum step step = poll_and_drop(l, left > POLL_MS ? POLL_MS : left > 0 ? (int)left : 0);
        if (step != STEP_OK || clock_mono_ms() >= end)
            return step;
    }
}

void txn_suspend(struct txn_loop *l)
{
    txn_offsets_next(&l->offsets, l->places);
    kafka_consumer_pause(l->consumer, l->places, l->offsets.count);
}

// The seek comes last: whatever was fetched or remembered before it is void.
enum step txn_resume(struct txn_loop *l)
{
    txn_holds_drop(&l->holds);
    txn_offsets_refetch(&l->offsets);
    txn_offsets_next(&l->offsets, l->places);
    kafka_consumer_resume(l->consumer, l->places, l->offsets.count);
    if (kafka_consumer_seek(l->consumer, l->places, l->offsets.count) == 0)
        return STEP_OK;
    log_error("seek_failed", LOG_STR("why", kafka_consumer_why(l->consumer)));
    return STEP_FATAL;
}

// STEP_OK: the handler's state is what the log says.
static enum step restore(struct txn_loop *l)
{
    int64_t began = clock_mono_ms();
    for (uint32_t attempt = 0;; attempt++) {
        enum result result = l->handler->restore(l->self, l->owned, l->offsets.count, &l->reader);
        if (daemon_stopping() || revoke_waits(l))
            return STEP_LEAVE;
        if (result == RESULT_FATAL)
            return STEP_FATAL;
        if (result == RESULT_OK)
            break;
        enum step step = txn_wait(l, txn_backoff(l, attempt));
        if (step != STEP_OK)
            return step;
    }
    int64_t took = clock_mono_ms() - began;
    metrics_set(l->metrics, TXN_METRIC_RESTORE, 0, 0, 0, took);
    dependency_up(l->kafka);
    log_info("restored", LOG_INT("partitions", l->offsets.count), LOG_INT("ms", took));
    return STEP_OK;
}

enum step txn_start_over(struct txn_loop *l, bool retry)
{
    txn_suspend(l);
    l->restored = false;
    enum step step = txn_abort(l);
    if (step == STEP_OK && retry)
        step = txn_wait(l, txn_backoff(l, l->retries++));
    if (step == STEP_OK)
        step = restore(l);
    if (step == STEP_OK)
        step = txn_resume(l);
    l->restored = step == STEP_OK;
    return step == STEP_OK ? STEP_AGAIN : step;
}

// Where a partition begins for us: the committed offset, within what the log still has. 0, -EAGAIN, -ESTALE.
static int find_start(struct txn_loop *l, struct place *p)
{
    int64_t begin = 0, end = 0;
    if (kafka_reader_range(l->reader.kafka, p->topic, p->partition, &begin, &end) != 0)
        return -EAGAIN;
    if (p->offset > end) {
        log_error("offset_beyond_end", LOG_STR("topic", topic_name(p->topic)), LOG_INT("partition", p->partition),
                  LOG_INT("offset", p->offset), LOG_INT("end", end));
        return -ESTALE;
    }
    if (p->offset >= 0 && p->offset < begin)
        log_warn("records_expired", LOG_STR("topic", topic_name(p->topic)), LOG_INT("partition", p->partition),
                 LOG_INT("from", p->offset), LOG_INT("to", begin));
    if (p->offset < begin)
        p->offset = begin;
    return 0;
}

static int find_starts(struct txn_loop *l, struct place *places, size_t n)
{
    int error = kafka_consumer_committed(l->consumer, places, n, ROUND_TRIP_MS);
    for (size_t i = 0; i < n && error == 0; i++)
        error = find_start(l, &places[i]);
    return error;
}

static enum step wait_for_starts(struct txn_loop *l, struct place *places, size_t n)
{
    for (uint32_t attempt = 0;; attempt++) {
        int error = find_starts(l, places, n);
        if (error != -EAGAIN)
            return error == 0 ? STEP_OK : STEP_FATAL;
        const char *why = kafka_consumer_why(l->consumer); // empty: it was the reader that got no answer
        dependency_down(l->kafka, why[0] != '\0' ? why : "a partition's end is not known");
        enum step step = txn_wait(l, txn_backoff(l, attempt));
        if (step != STEP_OK)
            return step;
    }
}

static enum step no_memory(void)
{
    log_error("no_memory");
    return STEP_FATAL;
}

static enum step own(struct txn_loop *l, const struct place *places, size_t n)
{
    free(l->places);
    free(l->owned);
    l->places = calloc(n + 1, sizeof(*l->places));
    l->owned = calloc(n + 1, sizeof(*l->owned));
    if (l->places == NULL || l->owned == NULL || txn_offsets_own(&l->offsets, places, n) != 0 ||
        txn_holds_own(&l->holds, n) != 0)
        return no_memory();
    for (size_t i = 0; i < n; i++)
        l->owned[i] = (struct topic_partition){ places[i].topic, places[i].partition };
    return STEP_OK;
}

static enum step take_over(struct txn_loop *l, struct place *places, size_t n)
{
    enum step step = wait_for_starts(l, places, n);
    if (step == STEP_OK)
        step = own(l, places, n);
    if (step == STEP_OK)
        step = restore(l);
    if (step == STEP_OK && kafka_consumer_assign(l->consumer, places, n) != 0) {
        log_error("assign_failed", LOG_STR("why", kafka_consumer_why(l->consumer)));
        step = STEP_FATAL;
    }
    l->restored = step == STEP_OK;
    return step;
}

/*
 * An exclusive service has one writer in each generation of the group: whom the group gave partition 0 of the first
 * input. The broker fences a commit by member and generation, whatever partitions it speaks of (the classic protocol
 * does; group.protocol=consumer has to be looked at anew); so the writer may take all of them, and what a standby was
 * given is only its place in the queue.
 */
static bool is_writer(const struct txn_loop *l, const struct place *given, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (given[i].topic == l->handler->inputs[0] && given[i].partition == 0)
            return true;
    return n > 0 && !l->handler->exclusive;
}

// Asked anew each time: a raw topic may have grown. What we were given is there, whatever a slow broker says.
static enum step count_all(struct txn_loop *l, const struct place *given, size_t n, int32_t *counts, size_t *total)
{
    *total = 0;
    for (size_t i = 0; i < l->handler->input_count; i++) {
        enum topic topic = l->handler->inputs[i];
        enum step step = txn_ask_partitions(l, topic, &counts[i]);
        if (step != STEP_OK)
            return step;
        for (size_t g = 0; g < n; g++)
            if (given[g].topic == topic && given[g].partition >= counts[i])
                counts[i] = given[g].partition + 1;
        *total += (size_t)counts[i];
    }
    return STEP_OK;
}

// What we consume from now on: *out, the caller's to free.
static enum step choose(struct txn_loop *l, const struct place *given, size_t n, struct place **out, size_t *total)
{
    int32_t counts[ARRAY_LEN(l->handler->inputs)] = { 0 };
    *total = n;
    enum step step = l->handler->exclusive ? count_all(l, given, n, counts, total) : STEP_OK;
    if (step != STEP_OK)
        return step;
    struct place *places = calloc(*total, sizeof(*places));
    if (places == NULL)
        return no_memory();
    if (!l->handler->exclusive)
        memcpy(places, given, n * sizeof(*places));
    struct place *at = places;
    for (size_t i = 0; i < l->handler->input_count; i++)
        for (int32_t p = 0; p < counts[i]; p++)
            *at++ = (struct place){ l->handler->inputs[i], p, -1 };
    *out = places;
    return STEP_OK;
}

static enum step stand_by(struct txn_loop *l)
{
    if (kafka_consumer_assign(l->consumer, NULL, 0) != 0)
        return STEP_FATAL;
    log_info("standby");
    set_standby(l, true);
    daemon_assigned(l->daemon, true);
    return STEP_OK;
}

static enum step assigned(struct txn_loop *l, const struct place *given, size_t given_count)
{
    if (!is_writer(l, given, given_count))
        return stand_by(l);
    struct place *places = NULL;
    size_t n = 0;
    enum step step = choose(l, given, given_count, &places, &n);
    if (step == STEP_OK) {
        log_info("assigned", LOG_INT("partitions", n), LOG_INT("given", given_count));
        step = take_over(l, places, n);
    }
    free(places);
    daemon_assigned(l->daemon, step == STEP_OK);
    // What was interrupted by a revoke or a stop is answered all the same: the revoke then takes it away.
    if (step == STEP_LEAVE && kafka_consumer_assign(l->consumer, NULL, 0) != 0)
        return STEP_FATAL;
    return step == STEP_LEAVE ? STEP_OK : step;
}

void txn_disown(struct txn_loop *l)
{
    if (l->offsets.count > 0 && l->handler->revoke != NULL)
        l->handler->revoke(l->self, l->owned, l->offsets.count);
    txn_holds_clear(&l->holds);
    txn_offsets_clear(&l->offsets);
    l->restored = l->draining = false;
    set_standby(l, false);
    daemon_assigned(l->daemon, false);
}

static enum step revoked(struct txn_loop *l)
{
    bool lost = kafka_consumer_lost(l->consumer);
    log_info("revoked", LOG_INT("partitions", l->offsets.count), LOG_BOOL("lost", lost));
    // Whoever inherits knows nothing of what is under way outside Kafka: it ends before.
    enum step step = !lost && l->restored && l->handler->idle != NULL ? txn_drain(l, clock_mono_ms()) : STEP_OK;
    if (step > STEP_LEAVE)
        return step;
    step = lost || !l->restored ? txn_abort(l) : txn_commit_and_leave(l);
    if (step != STEP_OK)
        return step;
    txn_disown(l);
    kafka_consumer_unassign(l->consumer);
    return STEP_OK;
}

enum step txn_rebalance(struct txn_loop *l)
{
    const struct place *places;
    size_t n;
    switch (kafka_consumer_rebalance(l->consumer, &places, &n)) {
    case KAFKA_ASSIGN:
        return assigned(l, places, n);
    case KAFKA_REVOKE:
        return revoked(l);
    case KAFKA_STEADY:
        break;
    }
    return STEP_OK;
}
