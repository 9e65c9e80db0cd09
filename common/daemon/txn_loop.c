#include "common/daemon/txn_loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/daemon/txn_internal.h"

enum {
    POLL_MS = 20,
    DRAIN_POLL_MS = 10,
    ASK_MS = 1000,
    GAUGE_EVERY_MS = 1000,
    LINGER_MS = 5,
    MAX_POLL_MS = 600000,
    SLOW_MS = 5000
};

// Every topic whose partition is the regency's.
static const enum topic canonical[] = { TOPIC_REGISTRY, TOPIC_VISIT, TOPIC_REFERRAL, TOPIC_CONTACT, TOPIC_TALLY,
                                        TOPIC_DECISION, TOPIC_NOTIFICATION, TOPIC_SUPPRESSION };

static enum step fail(const char *event, const char *why)
{
    log_error(event, LOG_STR("why", why));
    return STEP_FATAL;
}

// ---- a life begins

static enum step open_producer(struct txn_loop *l)
{
    char why[KAFKA_WHY_SIZE];
    const struct kafka_producer_options options = {
        .settings = daemon_kafka(l->daemon), .transactional_id = daemon_client_id(l->daemon),
        .transaction_timeout_ms = l->timeout_ms, .linger_ms = LINGER_MS,
    };
    return kafka_producer_open(&options, &l->producer, why) == 0 ? STEP_OK : fail("producer_refused", why);
}

// Before the subscription: it ends what a predecessor left open, and fences it.
static enum step init_transactions(struct txn_loop *l)
{
    int64_t began = clock_mono_ms();
    while (!daemon_stopping()) {
        daemon_beat(l->daemon);
        switch (kafka_txn_init(l->producer, ASK_MS)) {
        case KAFKA_OK:
            return STEP_OK;
        case KAFKA_RETRY:
            kafka_producer_poll(l->producer, 50);
            if (kafka_producer_away(l->producer) || clock_mono_ms() - began > SLOW_MS)
                dependency_down(l->kafka, kafka_producer_why(l->producer));
            break;
        case KAFKA_ABORT:
        case KAFKA_FATAL:
            return fail("init_transactions_failed", kafka_producer_why(l->producer));
        }
    }
    return STEP_LEAVE;
}

static enum step open_consumer(struct txn_loop *l)
{
    char why[KAFKA_WHY_SIZE], group[80];
    snprintf(group, sizeof(group), "berbagi-%s", daemon_name(l->daemon));
    const struct kafka_consumer_options options = {
        .settings = daemon_kafka(l->daemon), .group = group, .instance = daemon_client_id(l->daemon),
        .inputs = l->handler->inputs, .input_count = l->handler->input_count,
        .session_timeout_ms = l->session_timeout_ms, .max_poll_interval_ms = MAX_POLL_MS,
    };
    if (kafka_consumer_open(&options, &l->consumer, why) != 0)
        return fail("consumer_refused", why);
    if (kafka_reader_open(daemon_kafka(l->daemon), &l->reader.kafka, why) != 0)
        return fail("reader_refused", why);
    kafka_reader_on_wait(l->reader.kafka, txn_keep_alive, l);
    return STEP_OK;
}

enum step txn_ask_partitions(struct txn_loop *l, enum topic topic, int32_t *count)
{
    while (!daemon_stopping()) {
        char why[KAFKA_TOPIC_SIZE + 32], name[KAFKA_TOPIC_SIZE];
        daemon_beat(l->daemon);
        int error = kafka_consumer_partitions(l->consumer, topic, ASK_MS, count);
        if (error == 0 || error == -EACCES)
            return STEP_OK;
        kafka_topic_name(daemon_kafka(l->daemon), topic, name);
        snprintf(why, sizeof(why), "topic %s is missing", name);
        dependency_down(l->kafka, error == -ENOENT ? why : kafka_consumer_why(l->consumer));
        kafka_producer_poll(l->producer, ASK_MS / 2);
    }
    return STEP_LEAVE;
}

static enum step check_topics(struct txn_loop *l)
{
    int32_t wanted = (int32_t)conf_int(daemon_conf(l->daemon), "PARTITIONS");
    for (size_t i = 0; i < ARRAY_LEN(canonical); i++) {
        int32_t count = wanted; // of a topic that we may not see
        enum step step = txn_ask_partitions(l, canonical[i], &count);
        if (step != STEP_OK)
            return step;
        if (count != wanted) {
            log_error("partition_count", LOG_STR("topic", topic_name(canonical[i])), LOG_INT("partitions", count),
                      LOG_INT("setting", wanted));
            return STEP_FATAL;
        }
    }
    for (size_t i = 0; i < l->handler->input_count; i++) {
        int32_t count = 0;
        enum step step = txn_ask_partitions(l, l->handler->inputs[i], &count);
        if (step != STEP_OK)
            return step;
    }
    dependency_up(l->kafka);
    return STEP_OK;
}

// ---- a turn

static void gauge(struct txn_loop *l)
{
    if (clock_mono_ms() - l->gauged_at < GAUGE_EVERY_MS)
        return;
    int64_t lag[TOPIC_COUNT] = { 0 };
    for (size_t i = 0; i < l->offsets.count; i++) {
        const struct offset_slot *s = &l->offsets.slots[i];
        int64_t end = kafka_consumer_known_end(l->consumer, s->topic, s->partition);
        lag[s->topic] += end > s->next ? end - s->next : 0;
    }
    for (size_t i = 0; i < l->handler->input_count; i++) {
        enum topic topic = l->handler->inputs[i];
        metrics_set(l->metrics, TXN_METRIC_LAG, (uint32_t)topic, 0, 0, lag[topic]);
    }
    metrics_set(l->metrics, TXN_METRIC_HELD, 0, 0, 0, (int64_t)l->holds.active);
    l->gauged_at = clock_mono_ms();
}

static int poll_wait(const struct txn_loop *l)
{
    if (!l->open)
        return POLL_MS;
    int64_t left = l->opened_at + l->max_ms - clock_mono_ms();
    return left <= 0 ? 0 : left < POLL_MS ? (int)left : POLL_MS;
}

static size_t poll_room(const struct txn_loop *l)
{
    size_t room = l->max_records > (int64_t)l->records ? (size_t)l->max_records - l->records : 1;
    return room < KAFKA_BATCH_MAX ? room : KAFKA_BATCH_MAX;
}

static enum step tick(struct txn_loop *l)
{
    if (l->handler->tick == NULL || !l->restored || l->offsets.count == 0)
        return STEP_OK;
    return txn_answer(l, l->handler->tick(l->self, &l->output));
}

static enum step commit_if_due(struct txn_loop *l, bool now)
{
    if (!l->open || !l->restored)
        return STEP_OK;
    bool due = now || (int64_t)l->records >= l->max_records || clock_mono_ms() - l->opened_at >= l->max_ms;
    return due || l->output.failed ? txn_commit(l) : STEP_OK;
}

static enum step turn(struct txn_loop *l)
{
    struct kafka_batch batch;
    daemon_beat(l->daemon);
    if (kafka_consumer_poll(l->consumer, poll_wait(l), poll_room(l), &batch) != 0)
        return fail("consumer_failed", kafka_consumer_why(l->consumer));
    enum step step = txn_rebalance(l);
    if (step == STEP_OK && l->restored)
        step = txn_handle(l, &batch);
    kafka_batch_done(l->consumer, &batch);
    if (step == STEP_OK)
        step = tick(l);
    if (step == STEP_OK)
        step = commit_if_due(l, false);
    kafka_producer_poll(l->producer, 0);
    txn_watch_kafka(l);
    gauge(l);
    return step;
}

// ---- the end of a life

static bool is_idle(const struct txn_loop *l)
{
    return l->handler->idle == NULL || !l->restored || l->handler->idle(l->self);
}

enum step txn_drain(struct txn_loop *l, int64_t since)
{
    int64_t deadline = since + conf_int(daemon_conf(l->daemon), "DRAIN_TIMEOUT");
    l->draining = true;
    if (l->offsets.count > 0)
        txn_suspend(l);
    enum step step = STEP_OK;
    while (l->restored && step <= STEP_LEAVE) {
        if (kafka_consumer_lost(l->consumer))
            return txn_abort(l);
        bool idle = is_idle(l);
        step = commit_if_due(l, idle);
        if (idle && !l->open)
            return STEP_OK;
        if (clock_mono_ms() > deadline) {
            log_warn("drain_timeout");
            return txn_abort(l);
        }
        if (step == STEP_OK)
            step = tick(l);
        if (step == STEP_OK)
            step = txn_wait(l, 0);
        kafka_producer_poll(l->producer, DRAIN_POLL_MS); // the consumer's poll does not wait while a rebalance does
    }
    return step;
}

static enum step live(struct txn_loop *l)
{
    enum step step = open_producer(l);
    if (step == STEP_OK)
        step = init_transactions(l);
    if (step == STEP_OK)
        step = open_consumer(l);
    if (step == STEP_OK)
        step = check_topics(l);
    while (step <= STEP_LEAVE && !daemon_stopping())
        step = turn(l);
    if (step <= STEP_LEAVE && l->consumer != NULL)
        step = txn_drain(l, daemon_stop_since());
    return step;
}

static void end_life(struct txn_loop *l)
{
    if (l->consumer != NULL)
        txn_disown(l);
    kafka_consumer_close(&l->consumer);
    kafka_reader_close(&l->reader.kafka);
    kafka_producer_close(&l->producer);
    l->open = false;
    l->records = 0;
    txn_output_reset(&l->output);
}

// A producer can be used up without anybody's fault. But if a twin has taken our place in the group, it is told here.
static enum step renew(struct txn_loop *l)
{
    for (int64_t end = clock_mono_ms() + 2 * l->session_timeout_ms / 5; clock_mono_ms() < end;) {
        enum step step = txn_wait(l, ASK_MS);
        if (step == STEP_FATAL)
            return step;
        if (daemon_stopping())
            return STEP_LEAVE;
        kafka_producer_poll(l->producer, ASK_MS / 10);
    }
    if (l->handler->aborted != NULL)
        l->handler->aborted(l->self);
    log_warn("new_life");
    return STEP_RENEW;
}

static int init(struct txn_loop *l, struct daemon *d)
{
    const struct conf *conf = daemon_conf(d);
    l->daemon = d;
    l->kafka = daemon_dependency(d, "kafka");
    l->max_records = conf_int(conf, "TXN_MAX_RECORDS");
    l->max_ms = conf_int(conf, "TXN_MAX_MS");
    l->timeout_ms = conf_int(conf, "TXN_TIMEOUT");
    l->session_timeout_ms = conf_int(conf, "SESSION_TIMEOUT");
    l->random = (uint64_t)clock_mono_us();
    l->reader.loop = l;
    l->metrics = txn_metrics_new();
    if (l->metrics == NULL)
        return -ENOMEM;
    daemon_own_metrics(d, l->metrics);
    return txn_output_init(&l->output, l);
}

int txn_loop_run(struct daemon *d, const struct txn_handler *handler, void *self)
{
    struct txn_loop *l = calloc(1, sizeof(*l));
    if (l == NULL)
        return -ENOMEM;
    l->handler = handler;
    l->self = self;
    int error = init(l, d);
    enum step step = error == 0 ? STEP_RENEW : STEP_FATAL;
    while (step == STEP_RENEW && !daemon_stopping()) {
        step = live(l);
        if (step == STEP_RENEW)
            step = renew(l);
        end_life(l);
    }
    txn_output_done(&l->output);
    free(l->places);
    free(l->owned);
    free(l);
    return step == STEP_FATAL ? -EIO : 0;
}
