/*
 * The smallest service on the transactional loop, for the tests of the loop: it numbers what it reads.
 *
 * Inputs raw.period and raw.visit; each record becomes an event in `visit`, in the input's partition, whose value says
 * {"seq":<n>,"from":"<topic>/<partition>/<offset>","text":"<the record's value>","released":<bool>,"handled":<what
 * this process handled before>}. The state is the next number of each partition, restored by reading `visit` back: a
 * hole, a double or a number out of turn ends the process.
 *
 * The record's value is an order: "hold" waits for the barrier; "reject" goes to `rejected`; "abort", "retry" have the
 * transaction aborted (each record once per process); "pause" makes committed() ask for a retry, three times; anything
 * else is just numbered. RELAY_NAME, RELAY_SHARED (not exclusive) and RELAY_TICKS (an event to `referral` each second)
 * come from the environment, so that each test has a group of its own.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/daemon/daemon.h"
#include "common/daemon/txn_loop.h"

enum { PARTITIONS_MAX = 64, DONE_ONCE_MAX = 1024, PAUSES = 3 };

struct relay {
    struct daemon *daemon;
    int64_t seq[PARTITIONS_MAX];
    int64_t handled;
    struct {
        enum topic topic;
        int32_t partition;
        int64_t offset;
    } once[DONE_ONCE_MAX];
    size_t once_count;
    bool pause;
    int pauses;
    bool ticks;
    int64_t ticked_at;
};

static bool first_time(struct relay *r, const struct record *record)
{
    for (size_t i = 0; i < r->once_count; i++)
        if (r->once[i].topic == record->topic && r->once[i].partition == record->partition &&
            r->once[i].offset == record->offset)
            return false;
    if (r->once_count < DONE_ONCE_MAX) {
        r->once[r->once_count].topic = record->topic;
        r->once[r->once_count].partition = record->partition;
        r->once[r->once_count++].offset = record->offset;
    }
    return true;
}

static void emit(struct output *out, enum topic topic, int32_t partition, struct str key, int64_t n, const char *value)
{
    struct envelope e = { .source = "//berbagi/relay", .type = "id.berbagi.visit.v1", .subject = "3510", .time = 0 };
    snprintf(e.id, sizeof(e.id), "%d/%" PRId64, (int)partition, n);
    output_event(out, &(struct event){ .topic = topic, .partition = partition, .key = key, .value = str_from(value),
                                       .envelope = &e });
}

static void number(struct relay *r, const struct record *record, struct output *out)
{
    char value[512];
    snprintf(value, sizeof(value),
             "{\"seq\":%" PRId64 ",\"from\":\"%s/%d/%" PRId64 "\",\"text\":\"%.*s\",\"released\":%s,"
             "\"handled\":%" PRId64 "}",
             r->seq[record->partition], topic_name(record->topic), (int)record->partition, record->offset,
             (int)record->value.n, record->value.p, record->released ? "true" : "false", r->handled++);
    emit(out, TOPIC_VISIT, record->partition, record->key, r->seq[record->partition], value);
    r->seq[record->partition]++;
}

static bool held_before(const struct record *records, const enum outcome *outcomes, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (outcomes[j] == OUTCOME_HOLD && records[j].topic == records[i].topic &&
            records[j].partition == records[i].partition)
            return true;
    return false;
}

static enum result batch(void *self, const struct record *records, enum outcome *outcomes, size_t n,
                         struct output *out)
{
    struct relay *r = self;
    for (size_t i = 0; i < n; i++) {
        const struct record *record = &records[i];
        outcomes[i] = OUTCOME_DONE;
        if (held_before(records, outcomes, i) || (str_is(record->value, "hold") && !record->released)) {
            outcomes[i] = OUTCOME_HOLD;
            continue;
        }
        if (str_is(record->value, "abort") && first_time(r, record))
            return RESULT_ABORT;
        if (str_is(record->value, "retry") && first_time(r, record))
            return RESULT_RETRY;
        if (str_is(record->value, "reject")) {
            struct reject reject = { .code = REJECT_NOT_JSON };
            outcomes[i] = OUTCOME_REJECT;
            output_reject(out, record, &reject);
            continue;
        }
        r->pause |= str_is(record->value, "pause");
        number(r, record, out);
    }
    return RESULT_OK;
}

static enum result tick(void *self, struct output *out)
{
    struct relay *r = self;
    if (!r->ticks || clock_mono_ms() - r->ticked_at < 1000)
        return RESULT_OK;
    r->ticked_at = clock_mono_ms();
    emit(out, TOPIC_REFERRAL, 0, STR_LIT("tick"), 0, "{}");
    return RESULT_OK;
}

static enum result committed(void *self)
{
    struct relay *r = self;
    if (r->pause && r->pauses++ < PAUSES) {
        log_info("paused");
        return RESULT_RETRY;
    }
    r->pause = false;
    r->pauses = 0;
    return RESULT_OK;
}

static int fold(void *arg, const struct record *record)
{
    int64_t *next = arg, seq = -1;
    char text[64] = "";
    (void)!str_copy(text, sizeof(text), (struct str){ record->value.p, record->value.n < 60 ? record->value.n : 60 });
    if (sscanf(text, "{\"seq\":%" SCNd64, &seq) != 1 || seq != *next) {
        log_error("log_is_broken", LOG_INT("partition", record->partition), LOG_INT("offset", record->offset),
                  LOG_INT("seq", seq), LOG_INT("expected", *next));
        return -EBADMSG;
    }
    ++*next;
    return 0;
}

static enum result restore(void *self, const struct topic_partition *owned, size_t n, struct log_reader *reader)
{
    struct relay *r = self;
    for (size_t i = 0; i < n; i++) {
        int64_t next = 0;
        if (owned[i].partition >= conf_int(daemon_conf(r->daemon), "PARTITIONS"))
            continue; // an input that has grown: only "reject" may be sent there
        int error = log_read(reader, TOPIC_VISIT, owned[i].partition, 0, -1, fold, &next, NULL);
        if (error == -EAGAIN)
            return RESULT_RETRY;
        if (error != 0)
            return RESULT_FATAL;
        r->seq[owned[i].partition] = next;
    }
    return RESULT_OK;
}

static int start(struct daemon *d, void **self)
{
    struct relay *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return -ENOMEM;
    r->daemon = d;
    r->ticks = getenv("RELAY_TICKS") != NULL;
    *self = r;
    return 0;
}

static int run(struct daemon *d, void *self)
{
    const struct txn_handler handler = {
        .inputs = { TOPIC_RAW_PERIOD, TOPIC_RAW_VISIT }, .input_count = 2,
        .exclusive = getenv("RELAY_SHARED") == NULL,
        .restore = restore, .batch = batch, .tick = tick, .committed = committed,
    };
    return txn_loop_run(d, &handler, self);
}

int main(int argc, char **argv)
{
    const char *name = getenv("RELAY_NAME");
    const struct service relay = {
        .name = name == NULL ? "relay" : name, .summary = "numbers what it reads, for tests of the loop",
        .start = start, .run = run, .stop = free,
    };
    return daemon_main(&relay, argc, argv);
}
