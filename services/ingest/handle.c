#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/daemon/regions.h"
#include "common/io/kafka.h"
#include "services/ingest/ingest.h"

enum { SCRATCH_MAX = 1 << 20 };

enum result ingest_answer(struct ingest *i, int error)
{
    (void)i;
    switch (error) {
    case 0:
        return RESULT_OK;
    case -EAGAIN:
        return RESULT_RETRY;
    case -ESTALE:
        log_warn("view_lost", LOG_STR("next", "the view is made anew from our own output"));
        return RESULT_ABORT;
    case -EPROTO: /* logged where it was found */
        return RESULT_FATAL;
    case -EBADMSG:
        log_error("view_damaged", LOG_STR("help", "Redis holds values that are not ours: empty this database"));
        return RESULT_FATAL;
    default:
        log_error("ingest_failed", LOG_ERRNO("error", error));
        return RESULT_FATAL;
    }
}

void ingest_forget(struct ingest *i)
{
    view_forget(&i->view);
    count_reset(&i->count);
    i->figures = (struct ingest_figures){ .codes = { 0 } };
    for (int t = 0; t < MARK_TOPICS; t++)
        memset(i->touched[t], 0, (size_t)i->partitions * sizeof *i->touched[t]);
}

static void revoked(void *self, const struct topic_partition *lost, size_t n)
{
    (void)lost;
    (void)n;
    ingest_forget(self);
}

static void aborted(void *self)
{
    ingest_forget(self);
}

/* The tallies go with what they count. */
static enum result before_commit(void *self, struct output *out)
{
    struct ingest *i = self;
    struct buf key cleanup(buf_done);
    struct envelope envelope;
    buf_init(&key, 1024);
    for (const struct counted *t = i->count.used; t != NULL; t = t->next) {
        buf_reset(&key);
        buf_reset(&i->scratch);
        count_event(t, &key, &envelope);
        tally_encode(&i->scratch, &t->tally);
        if (key.error != 0 || i->scratch.error != 0)
            return ingest_answer(i, -ENOMEM);
        output_event(out, &(struct event){
            .topic = TOPIC_TALLY, .partition = 0, .key = buf_str(&key), .value = buf_str(&i->scratch),
            .envelope = &envelope,
        });
    }
    return RESULT_OK;
}

static bool advance_mark(struct ingest *i)
{
    static const enum topic topics[MARK_TOPICS] = { TOPIC_REGISTRY, TOPIC_REFERRAL };
    bool any = false;
    for (int t = 0; t < MARK_TOPICS; t++) {
        for (int32_t p = 0; p < i->partitions; p++) {
            if (!i->touched[t][p])
                continue;
            any = true;
            int64_t next = output_next(i->output, topics[t], p);
            if (next > i->mark.next[t][p])
                i->mark.next[t][p] = next;
        }
    }
    return any;
}

/* The transaction stands: now, and only now, Redis may know of it. */
static enum result committed(void *self)
{
    struct ingest *i = self;
    if (advance_mark(i)) {
        int error = store_save(i->store, &i->view, &i->mark);
        if (error == -EAGAIN)
            return RESULT_RETRY;
        /* Redis holds something else: the next batch meets the strange mark and has the view made anew. */
        if (error != 0 && error != -ESTALE)
            return ingest_answer(i, error);
    }
    ingest_metrics_add(i);
    ingest_forget(i);
    return RESULT_OK;
}

static int make(struct ingest *i)
{
    const struct conf *conf = daemon_conf(i->daemon);
    uint64_t seeds[2];
    i->prefix = daemon_kafka(i->daemon)->prefix;
    i->partitions = (int32_t)conf_int(conf, "PARTITIONS");
    if (getentropy(seeds, sizeof seeds) != 0)
        return -errno;
    view_init(&i->view, seeds[0], seeds[1]);
    emission_init(&i->emission);
    buf_init(&i->scratch, SCRATCH_MAX);
    i->chunk = malloc(sizeof *i->chunk);
    i->metrics = ingest_metrics_new(&i->metric_table);
    for (int t = 0; t < MARK_TOPICS; t++)
        i->touched[t] = calloc((size_t)i->partitions, sizeof *i->touched[t]);
    if (i->chunk == NULL || i->metrics == NULL || i->touched[0] == NULL || i->touched[1] == NULL)
        return -ENOMEM;
    int error = settings_secrets(conf, &i->secrets), regions = daemon_regions(i->daemon, &i->regions);
    if (error != 0 || regions != 0)
        return error != 0 ? error : regions;
    error = store_open(i->daemon, &i->store);
    if (error != 0)
        log_error("bad_setting", LOG_STR("name", "REDIS_URL"), LOG_ERRNO("error", error));
    return error;
}

int ingest_start(struct daemon *d, void **self)
{
    struct ingest *i = calloc(1, sizeof *i);
    if (i == NULL)
        return -ENOMEM;
    i->daemon = d;
    int error = make(i);
    if (error != 0) {
        ingest_stop(i);
        return error;
    }
    daemon_metrics(d, i->metrics);
    log_info("regions", LOG_STR("version", region_version(i->regions)));
    *self = i;
    return 0;
}

void ingest_stop(void *self)
{
    struct ingest *i = self;
    if (i == NULL)
        return;
    store_close(i->store);
    mark_done(&i->mark);
    view_done(&i->view);
    emission_done(&i->emission);
    count_done(&i->count);
    buf_done(&i->scratch);
    for (int t = 0; t < MARK_TOPICS; t++)
        free(i->touched[t]);
    free(i->chunk);
    metrics_free(i->metrics);
    region_free(i->regions);
    secrets_done(&i->secrets);
    free(i);
}

int ingest_run(struct daemon *d, void *self)
{
    static const struct txn_handler handler = {
        .inputs = { TOPIC_RAW_HOUSEHOLD, TOPIC_RAW_ASN, TOPIC_RAW_DONATION, TOPIC_RAW_PERIOD, TOPIC_RAW_VISIT },
        .input_count = 5,
        .exclusive = true,
        .restore = ingest_restore,
        .revoke = revoked,
        .batch = ingest_batch,
        .before_commit = before_commit,
        .committed = committed,
        .aborted = aborted,
    };
    return txn_loop_run(d, &handler, self);
}
