#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/daemon/txn_internal.h"

enum { RETRY_PAUSE_MS = 50, FLUSH_MS = 10000 };

/*
 * A producer that failed for good. One whose transaction outlived its time-out was aborted by the broker, most likely
 * because the broker was away: that takes a new producer, as a restart of the process would bring. Any other was
 * fenced or is broken: the process ends.
 */
static enum step judge_fatal(struct txn_loop *l, const char *what)
{
    bool outlived = l->open && clock_mono_ms() - l->opened_at >= l->timeout_ms;
    log_error("transaction_failed", LOG_STR("call", what), LOG_STR("why", kafka_producer_why(l->producer)),
              LOG_BOOL("outlived_its_timeout", outlived));
    return outlived ? STEP_RENEW : STEP_FATAL;
}

enum step txn_begin(struct txn_loop *l)
{
    if (l->open)
        return STEP_OK;
    if (kafka_txn_begin(l->producer) != KAFKA_OK)
        return judge_fatal(l, "begin");
    l->open = true;
    l->opened_at = clock_mono_ms();
    return STEP_OK;
}

static void pause_before_retry(struct txn_loop *l)
{
    daemon_beat(l->daemon);
    kafka_producer_poll(l->producer, RETRY_PAUSE_MS);
}

// A transaction always carries the offsets of all partitions owned, changed or not: that is what fences.
static enum kafka_verdict send_offsets(struct txn_loop *l)
{
    txn_offsets_next(&l->offsets, l->places);
    enum kafka_verdict v;
    while ((v = kafka_txn_offsets(l->producer, l->consumer, l->places, l->offsets.count)) == KAFKA_RETRY)
        pause_before_retry(l);
    return v;
}

static enum kafka_verdict end_transaction(struct txn_loop *l, enum kafka_verdict (*end)(struct kafka_producer *))
{
    enum kafka_verdict v;
    while ((v = end(l->producer)) == KAFKA_RETRY)
        pause_before_retry(l);
    return v;
}

static void forget_transaction(struct txn_loop *l)
{
    l->open = false;
    l->records = 0;
    memset(l->handled, 0, sizeof(l->handled));
    txn_output_reset(&l->output);
}

enum step txn_abort(struct txn_loop *l)
{
    if (l->open) {
        enum kafka_verdict v = end_transaction(l, kafka_txn_abort);
        if (v != KAFKA_OK)
            return judge_fatal(l, "abort");
        metrics_add(l->metrics, TXN_METRIC_TRANSACTIONS, 1, 0, 0, 1);
        log_warn("transaction_aborted", LOG_INT("records", l->records));
    }
    forget_transaction(l);
    txn_offsets_rewind(&l->offsets);
    txn_holds_drop(&l->holds);
    if (l->handler->aborted != NULL)
        l->handler->aborted(l->self);
    return STEP_OK;
}

static void count(struct txn_loop *l, int64_t took_us)
{
    metrics_add(l->metrics, TXN_METRIC_TRANSACTIONS, 0, 0, 0, 1);
    metrics_observe(l->metrics, TXN_METRIC_COMMIT, 0, 0, 0, took_us);
    for (uint32_t t = 0; t < TOPIC_COUNT; t++) {
        metrics_add(l->metrics, TXN_METRIC_WRITTEN, t, 0, 0, l->output.written[t]);
        metrics_add(l->metrics, TXN_METRIC_RECORDS, t, OUTCOME_DONE, 0, l->handled[t][OUTCOME_DONE]);
        metrics_add(l->metrics, TXN_METRIC_RECORDS, t, OUTCOME_REJECT, 0, l->handled[t][OUTCOME_REJECT]);
    }
}

// KAFKA_OK: the transaction stands.
static enum kafka_verdict commit(struct txn_loop *l)
{
    if (l->output.failed || kafka_consumer_lost(l->consumer))
        return KAFKA_ABORT;
    FAULT_POINT("before-offsets");
    int64_t began = clock_mono_us();
    enum kafka_verdict v = send_offsets(l);
    if (v != KAFKA_OK)
        return v;
    (void)!kafka_producer_flush(l->producer, FLUSH_MS); // what failed here fails the commit
    FAULT_POINT("after-produce");
    v = end_transaction(l, kafka_txn_commit);
    if (v != KAFKA_OK)
        return v;
    FAULT_POINT("after-commit");
    count(l, clock_mono_us() - began);
    dependency_up(l->kafka);
    forget_transaction(l);
    txn_offsets_settle(&l->offsets);
    l->retries = 0;
    return KAFKA_OK;
}

// Membership and probes go on; whatever a rebalance brings waits.
static void wait_for_effect(struct txn_loop *l, int64_t ms)
{
    for (int64_t end = clock_mono_ms() + ms; clock_mono_ms() < end && !daemon_stopping();) {
        (void)txn_wait(l, 0);
        kafka_producer_poll(l->producer, RETRY_PAUSE_MS);
    }
}

// The transaction stands; its effect elsewhere is tried until it stands too. Nothing else happens before.
static enum step tell_committed(struct txn_loop *l, bool leaving)
{
    if (l->handler->committed == NULL)
        return STEP_OK;
    bool suspended = false;
    for (uint32_t attempt = 0;; attempt++) {
        enum result result = l->handler->committed(l->self);
        if (result == RESULT_OK)
            break;
        if (result != RESULT_RETRY)
            return STEP_FATAL;
        if (daemon_stopping())
            return STEP_LEAVE; // a start finds what is missing
        if (!suspended && !leaving)
            txn_suspend(l);
        suspended = true;
        wait_for_effect(l, txn_backoff(l, attempt));
    }
    return suspended && !leaving ? txn_resume(l) : STEP_OK;
}

enum step txn_commit(struct txn_loop *l)
{
    if (l->handler->before_commit != NULL) {
        enum result result = l->handler->before_commit(l->self, &l->output);
        if (result != RESULT_OK)
            return txn_answer(l, result);
    }
    switch (commit(l)) {
    case KAFKA_OK:
        return tell_committed(l, false);
    case KAFKA_ABORT:
        log_warn("commit_failed", LOG_STR("why", kafka_producer_why(l->producer)));
        return txn_start_over(l, false);
    case KAFKA_RETRY:
    case KAFKA_FATAL:
        break;
    }
    return judge_fatal(l, "commit");
}

enum step txn_commit_and_leave(struct txn_loop *l)
{
    if (!l->open)
        return STEP_OK;
    bool wanted = l->handler->before_commit == NULL ||
                  l->handler->before_commit(l->self, &l->output) == RESULT_OK;
    enum kafka_verdict v = wanted ? commit(l) : KAFKA_ABORT;
    if (v == KAFKA_OK) {
        enum step step = tell_committed(l, true);
        return step == STEP_LEAVE ? STEP_OK : step;
    }
    return v == KAFKA_ABORT ? txn_abort(l) : judge_fatal(l, "commit");
}
