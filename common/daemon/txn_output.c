#include <stdlib.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/daemon/reject_headers.h"
#include "common/daemon/txn_internal.h"
#include "common/domain/partition.h"

enum { SCRATCH = 8192 };

int txn_output_init(struct output *out, struct txn_loop *l)
{
    *out = (struct output){ .loop = l };
    buf_init(&out->scratch, SCRATCH);
    return buf_reserve(&out->scratch, SCRATCH) != NULL ? 0 : out->scratch.error;
}

void txn_output_done(struct output *out)
{
    buf_done(&out->scratch);
}

void txn_output_reset(struct output *out)
{
    out->failed = false;
    memset(out->written, 0, sizeof(out->written));
}

static void send(struct output *out, const struct kafka_message *message)
{
    if (out->failed)
        return;
    if (txn_begin(out->loop) != STEP_OK) {
        out->failed = true;
        return;
    }
    int error = kafka_producer_send(out->loop->producer, message);
    if (error == 0) {
        out->written[message->topic]++;
        return;
    }
    out->failed = true;
    log_warn("produce_failed", LOG_STR("topic", topic_name(message->topic)), LOG_ERRNO("error", error),
             LOG_STR("why", kafka_producer_why(out->loop->producer)));
}

void output_event(struct output *out, const struct event *event)
{
    struct header headers[ENVELOPE_MAX_HEADERS];
    buf_reset(&out->scratch);
    size_t n = envelope_write(event->envelope, headers, &out->scratch);
    if (out->scratch.error != 0) {
        out->failed = true;
        return;
    }
    const struct kafka_message message = {
        .topic = event->topic, .partition = event->partition, .key = event->key, .value = event->value,
        .tombstone = event->tombstone, .headers = headers, .header_count = n,
    };
    send(out, &message);
}

int32_t output_partition(const struct output *out, int32_t regency)
{
    return partition_of_regency(regency, (int32_t)conf_int(daemon_conf(out->loop->daemon), "PARTITIONS"));
}

int32_t output_partition_of_key(const struct output *out, struct str key)
{
    return partition_of_key(key, (int32_t)conf_int(daemon_conf(out->loop->daemon), "PARTITIONS"));
}

int64_t output_next(const struct output *out, enum topic topic, int32_t partition)
{
    return kafka_producer_next(out->loop->producer, topic, partition);
}

bool output_draining(const struct output *out)
{
    return daemon_stopping() || out->loop->draining;
}

void output_reject(struct output *out, const struct record *record, const struct reject *reject)
{
    struct reject_headers headers;
    const struct daemon *d = out->loop->daemon;
    reject_headers_build(&headers, record, reject, daemon_kafka(d), daemon_name(d), clock_now_ms());
    const struct kafka_message message = {
        .topic = TOPIC_REJECTED, .partition = -1, .key = record->key, .value = record->value,
        .tombstone = record->tombstone, .headers = headers.headers, .header_count = headers.count,
    };
    send(out, &message);
}
