#include "services/allocator/handle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/core/metrics.h"
#include "common/daemon/regions.h"
#include "common/daemon/txn_loop.h"
#include "services/allocator/evidence.h"
#include "services/allocator/record.h"

enum { MAX_PARTITIONS = 4096 };

const struct conf_key allocator_settings[] = {
    { "REGIONS_FILE", CONF_FILE, .fallback = "common/domain/data/regions.csv",
      .doc = "the region table; its positions are frozen in a cut, so change it between periods" },
    { "EVIDENCE_DIR", CONF_STRING,
      .doc = "where the problem is written whose certificate failed; empty: only the log and the metric tell" },
};
const size_t allocator_setting_count = ARRAY_LEN(allocator_settings);

enum metric { M_CUTS, M_REFUSED, M_REPAIRS, M_SCHEDULES, M_CLOSES, M_VOIDS, M_ROWS, M_IGNORED, M_UNKNOWN, M_EVIDENCE };
static const struct metric_def METRICS[] = {
    [M_CUTS] = { "berbagi_allocator_cuts_total", "plans cut", METRIC_COUNTER, .scale = 0 },
    [M_REFUSED] = { "berbagi_allocator_refused_total", "plans refused", METRIC_COUNTER, .scale = 0 },
    [M_REPAIRS] = { "berbagi_allocator_repairs_total", "repairs published", METRIC_COUNTER, .scale = 0 },
    [M_SCHEDULES] = { "berbagi_allocator_schedules_total", "schedules published", METRIC_COUNTER, .scale = 0 },
    [M_CLOSES] = { "berbagi_allocator_closes_total", "periods closed", METRIC_COUNTER, .scale = 0 },
    [M_VOIDS] = { "berbagi_allocator_voids_total", "cuts voided", METRIC_COUNTER, .scale = 0 },
    [M_ROWS] = { "berbagi_allocator_rows_total", "rows published", METRIC_COUNTER, .scale = 0 },
    [M_IGNORED] = { "berbagi_allocator_commands_ignored_total", "commands that could not be obeyed", METRIC_COUNTER,
                    .scale = 0 },
    [M_UNKNOWN] = { "berbagi_allocator_unknown_fields_total", "fields passed over", METRIC_COUNTER, .scale = 0 },
    [M_EVIDENCE] = { "berbagi_allocator_certificates_failed_total", "alarm: a plan or state that breaks a rule",
                     METRIC_COUNTER, .scale = 0 },
};

struct service_state {
    struct daemon *daemon;
    struct region_table *regions;
    struct metrics *metrics;
    const char *evidence_dir;
    struct allocator *partitions[MAX_PARTITIONS]; /* NULL = not ours */
    struct allocator_counts told[MAX_PARTITIONS]; /* what the metrics have */
    bool touched[MAX_PARTITIONS];                 /* in this transaction */
    /* of the record at hand */
    struct registry_record record;
    struct envelope envelope, out_envelope;
    int32_t partition;
    struct output *output;
    bool ours;                                    /* a restore met a decision */
};

static void stop_state(struct service_state **s)
{
    allocator_stop(*s);
}

int allocator_start(struct daemon *d, void **self)
{
    struct service_state *s cleanup(stop_state) = calloc(1, sizeof(*s));
    if (s == NULL)
        return -ENOMEM;
    s->daemon = d;
    s->evidence_dir = conf_str(daemon_conf(d), "EVIDENCE_DIR");
    int error = daemon_regions(d, &s->regions);
    if (error != 0)
        return error;
    s->metrics = metrics_new(METRICS, ARRAY_LEN(METRICS));
    if (s->metrics == NULL)
        return -ENOMEM;
    daemon_metrics(d, s->metrics);
    *self = take_ptr(s);
    return 0;
}

void allocator_stop(void *self)
{
    struct service_state *s = self;
    if (s == NULL)
        return;
    for (int i = 0; i < MAX_PARTITIONS; i++)
        allocator_free(s->partitions[i]);
    region_free(s->regions);
    metrics_free(s->metrics);
    free(s);
}

static void drop(struct service_state *s, int32_t partition)
{
    allocator_free(s->partitions[partition]);
    s->partitions[partition] = NULL;
    s->told[partition] = (struct allocator_counts){ 0 };
    s->touched[partition] = false;
}

/* Says where the log can't be read. Nothing of the value but what was expected. */
static void tell_undecodable(const struct record *record, const struct reject *error)
{
    log_error("undecodable_record", LOG_STR("topic", topic_name(record->topic)),
              LOG_INT("partition", record->partition), LOG_INT("offset", record->offset),
              LOG_STR("reason", reject_code_name(error->code)), LOG_STR("pointer", error->pointer),
              LOG_STR("expected", error->expected));
}

static int restore_registry(void *arg, const struct record *record)
{
    struct service_state *s = arg;
    struct reject error = { 0 };
    struct str value = record->tombstone ? (struct str){ NULL, 0 } : record->value;
    int result = registry_record_decode(record->key, value, record->offset, 0, &s->record, &error);
    if (result < 0) {
        tell_undecodable(record, &error);
        return result;
    }
    metrics_add(s->metrics, M_UNKNOWN, 0, 0, 0, result);
    return allocator_restore_registry(s->partitions[record->partition], &s->record.event);
}

static int restore_decision(void *arg, const struct record *record)
{
    struct service_state *s = arg;
    struct reject error = { 0 };
    struct str value = record->tombstone ? (struct str){ NULL, 0 } : record->value;
    s->ours = true;
    int result = decision_record_restore(s->partitions[record->partition], record->key, value, &error);
    if (result == -EBADMSG)
        tell_undecodable(record, &error);
    return result < 0 ? result : 0;
}

/* One partition from the latest values: the registry up to what is committed, and our own decisions. */
static int restore_partition(struct service_state *s, int32_t partition, struct log_reader *reader)
{
    int64_t committed, begin, end;
    drop(s, partition);
    s->partitions[partition] = allocator_new(partition, s->regions);
    if (s->partitions[partition] == NULL)
        return -ENOMEM;
    allocator_prove_repairs(s->partitions[partition]);
    int error = log_committed(reader, TOPIC_REGISTRY, partition, &committed);
    if (error == 0)
        error = log_range(reader, TOPIC_REGISTRY, partition, &begin, &end);
    if (error == 0 && committed > begin)
        error = log_read(reader, TOPIC_REGISTRY, partition, begin, committed, restore_registry, s, NULL);
    if (error == 0)
        error = log_range(reader, TOPIC_DECISION, partition, &begin, &end);
    s->ours = false;
    if (error == 0)
        error = log_read(reader, TOPIC_DECISION, partition, begin, -1, restore_decision, s, NULL);
    if (error != 0)
        return error;
    if (committed < 0 && s->ours) {
        log_error("no_committed_offset", LOG_INT("partition", partition),
                  LOG_STR("why", "decisions exist but the group has no offset; set it to one past the last trigger"),
                  LOG_STR("command", "kafka-consumer-groups.sh --group berbagi-allocator --topic <prefix>registry:"
                                     "<partition> --reset-offsets --to-offset <n> --execute"));
        return -ESTALE;
    }
    error = allocator_restore_end(s->partitions[partition]);
    if (error == -EBADMSG)
        log_error("restore_failed", LOG_INT("partition", partition),
                  LOG_STR("why", allocator_error(s->partitions[partition])));
    return error;
}

static enum result restore(void *self, const struct topic_partition *owned, size_t n, struct log_reader *reader)
{
    struct service_state *s = self;
    for (size_t i = 0; i < n; i++) {
        if (owned[i].partition < 0 || owned[i].partition >= MAX_PARTITIONS) {
            log_error("too_many_partitions", LOG_INT("partition", owned[i].partition));
            return RESULT_FATAL;
        }
        int64_t start = clock_mono_ms();
        int error = restore_partition(s, owned[i].partition, reader);
        if (error == -EAGAIN)
            return RESULT_RETRY;
        if (error != 0) {
            log_error("restore_failed", LOG_INT("partition", owned[i].partition), LOG_ERRNO("error", error));
            return RESULT_FATAL;
        }
        log_info("restored", LOG_INT("partition", owned[i].partition),
                 LOG_INT("regencies", allocator_regency_count(s->partitions[owned[i].partition])),
                 LOG_INT("ms", clock_mono_ms() - start));
    }
    return RESULT_OK;
}

static void give_up(void *self, const struct topic_partition *lost, size_t n)
{
    for (size_t i = 0; i < n; i++)
        drop(self, lost[i].partition);
}

static void write_evidence(const struct service_state *s, const struct allocator_evidence *evidence)
{
    struct buf out cleanup(buf_done);
    char path[512];
    buf_init(&out, EVIDENCE_MAX);
    evidence_write(&out, evidence);
    int n = snprintf(path, sizeof(path), "%s/evidence-%d-%lld-%lld.ndjson", s->evidence_dir, s->partition,
                     (long long)evidence->offset, (long long)clock_now_ms());
    int fd = n > 0 && (size_t)n < sizeof(path) ? open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600) : -1;
    size_t written = 0;
    while (fd >= 0 && out.error == 0 && written < out.len) {
        ssize_t once = write(fd, out.data + written, out.len - written);
        if (once < 0)
            break;
        written += (size_t)once;
    }
    if (fd < 0 || out.error != 0 || written < out.len)
        log_error("evidence_lost", LOG_ERRNO("error", out.error != 0 ? out.error : errno));
    if (fd >= 0)
        close(fd);
}

static void take_evidence(void *arg, const struct allocator_evidence *evidence)
{
    struct service_state *s = arg;
    metrics_add(s->metrics, M_EVIDENCE, 0, 0, 0, 1);
    log_error("certificate_failed", LOG_INT("regency", evidence->regency), LOG_STR("period", evidence->period),
              LOG_INT("partition", s->partition), LOG_INT("offset", evidence->offset),
              LOG_STR("rule", certify_rule_name(evidence->verdict.broken)), LOG_ERRNO("error", evidence->failure));
    if (s->evidence_dir[0] != '\0')
        write_evidence(s, evidence);
}

static int publish(void *arg, const struct allocator_output *decision)
{
    struct service_state *s = arg;
    s->out_envelope = *decision->envelope;
    memcpy(s->out_envelope.traceparent, s->envelope.traceparent, sizeof(s->out_envelope.traceparent));
    const struct event event = {
        .topic = TOPIC_DECISION, .partition = s->partition, .key = decision->key, .value = decision->value,
        .envelope = &s->out_envelope,
    };
    output_event(s->output, &event);
    return 0;
}

static void count(struct service_state *s, int32_t partition)
{
    const struct allocator_counts *now = allocator_counts(s->partitions[partition]);
    struct allocator_counts *told = &s->told[partition];
    metrics_add(s->metrics, M_CUTS, 0, 0, 0, now->cuts - told->cuts);
    metrics_add(s->metrics, M_REFUSED, 0, 0, 0, now->refused - told->refused);
    metrics_add(s->metrics, M_REPAIRS, 0, 0, 0, now->repairs - told->repairs);
    metrics_add(s->metrics, M_SCHEDULES, 0, 0, 0, now->schedules - told->schedules);
    metrics_add(s->metrics, M_CLOSES, 0, 0, 0, now->closes - told->closes);
    metrics_add(s->metrics, M_VOIDS, 0, 0, 0, now->voids - told->voids);
    metrics_add(s->metrics, M_ROWS, 0, 0, 0, now->rows - told->rows);
    metrics_add(s->metrics, M_IGNORED, 0, 0, 0, now->commands_ignored - told->commands_ignored);
    *told = *now;
}

static enum result handle(struct service_state *s, const struct record *record)
{
    const struct allocator_sink sink = { .event = publish, .evidence = take_evidence, .arg = s };
    struct allocator *a = s->partitions[record->partition];
    struct str value = record->tombstone ? (struct str){ NULL, 0 } : record->value;
    struct reject error = { 0 };
    if (envelope_read(record->headers, record->header_count, &s->envelope) != 0) {
        reject_set(&error, REJECT_BAD_CLOUDEVENT, "", "the attributes of a CloudEvent");
        tell_undecodable(record, &error);
        return RESULT_FATAL;
    }
    int result = registry_record_decode(record->key, value, record->offset, s->envelope.time, &s->record, &error);
    if (result < 0) {
        tell_undecodable(record, &error);
        return RESULT_FATAL;
    }
    metrics_add(s->metrics, M_UNKNOWN, 0, 0, 0, result);
    s->partition = record->partition;
    s->touched[record->partition] = true;
    result = allocator_apply(a, &s->record.event, &sink);
    count(s, record->partition);
    if (result != 0) {
        log_error("apply_failed", LOG_INT("partition", record->partition), LOG_INT("offset", record->offset),
                  LOG_ERRNO("error", result), LOG_STR("why", allocator_error(a)));
        return RESULT_FATAL;
    }
    return RESULT_OK;
}

static enum result batch(void *self, const struct record *records, enum outcome *outcomes, size_t n,
                         struct output *out)
{
    struct service_state *s = self;
    s->output = out;
    for (size_t i = 0; i < n; i++) {
        enum result result = handle(s, &records[i]);
        if (result != RESULT_OK)
            return result;
        outcomes[i] = OUTCOME_DONE;
    }
    FAULT_POINT("allocator-applied");
    return RESULT_OK;
}

/* The whole state once per transaction: what breaks a rule is never committed. */
static enum result before_commit(void *self, struct output *out)
{
    struct service_state *s = self;
    const struct allocator_sink sink = { .event = publish, .evidence = take_evidence, .arg = s };
    s->output = out;
    for (int32_t p = 0; p < MAX_PARTITIONS; p++) {
        if (s->partitions[p] == NULL || !s->touched[p])
            continue;
        s->partition = p;
        int error = allocator_check(s->partitions[p], &sink);
        if (error != 0) {
            log_error("check_failed", LOG_INT("partition", p), LOG_ERRNO("error", error));
            return RESULT_FATAL;
        }
        s->touched[p] = false;
    }
    return RESULT_OK;
}

int allocator_run(struct daemon *d, void *self)
{
    const struct txn_handler handler = {
        .inputs = { TOPIC_REGISTRY }, .input_count = 1, .restore = restore, .revoke = give_up, .batch = batch,
        .before_commit = before_commit,
    };
    return txn_loop_run(d, &handler, self);
}
