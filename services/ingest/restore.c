/* Brings the view in Redis to what our own output says: from the offsets in its mark to the log's end. */
#include <errno.h>
#include <stdlib.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "services/ingest/ingest.h"

enum { FACTS = STORE_KEYS_MAX / 2 };

static const enum topic topics[MARK_TOPICS] = { TOPIC_REGISTRY, TOPIC_REFERRAL };

struct restoring {
    struct ingest *ingest;
    struct log_reader *reader;
    int topic;         /* index into topics */
    int32_t partition;
    int64_t now, facts_total;
    size_t count;
    struct fact facts[FACTS];
    int64_t at[FACTS];
    const struct view_key *keys[STORE_KEYS_MAX];
};

static void want(struct restoring *r, size_t *n, const struct view_key *key)
{
    if (key->len != 0 && view_want(&r->ingest->view, key))
        r->keys[(*n)++] = key;
}

/* Carries what was gathered over to Redis, with the offsets of the mark. */
static int flush(struct restoring *r)
{
    struct ingest *i = r->ingest;
    size_t n = 0;
    for (size_t k = 0; k < r->count; k++) {
        want(r, &n, &r->facts[k].claim);
        want(r, &n, &r->facts[k].subject);
    }
    int error = n != 0 ? store_load(i->store, &i->view, r->keys, n) : 0;
    for (size_t k = 0; k < r->count && error == 0; k++)
        fact_apply(&i->view, &i->scratch, &r->facts[k], r->at[k], r->now);
    if (error == 0)
        error = i->view.error;
    if (error == 0)
        error = store_save(i->store, &i->view, &i->mark);
    r->facts_total += (int64_t)r->count;
    r->count = 0;
    view_forget(&i->view);
    return error;
}

static int each(void *arg, const struct record *record)
{
    struct restoring *r = arg;
    struct own_event event = {
        .topic = record->topic, .key = record->key, .value = record->value, .tombstone = record->tombstone,
        .headers = record->headers, .header_count = record->header_count,
    };
    if (fact_read(&event, &r->facts[r->count]) != 0) {
        log_error("own_event_unreadable", LOG_STR("topic", topic_name(record->topic)),
                  LOG_INT("partition", record->partition), LOG_INT("offset", record->offset));
        return -EPROTO;
    }
    r->at[r->count++] = record->append_time;
    r->ingest->mark.next[r->topic][r->partition] = record->offset + 1;
    return r->count == FACTS ? flush(r) : 0;
}

/* -EPROTO after a message: the log is not the one that the view was made from. */
static int read_partition(struct restoring *r)
{
    int64_t begin, end, *next = &r->ingest->mark.next[r->topic][r->partition];
    int error = log_range(r->reader, topics[r->topic], r->partition, &begin, &end);
    if (error != 0)
        return error;
    if (*next > end) {
        log_error("view_ahead_of_log", LOG_STR("topic", topic_name(topics[r->topic])),
                  LOG_INT("partition", r->partition), LOG_INT("view", *next), LOG_INT("end", end),
                  LOG_STR("help", "topics were made anew or lost records: if that was meant, empty this Redis"));
        return -EPROTO;
    }
    if (*next < begin)
        *next = begin;
    if (*next == end)
        return 0;
    int64_t after = end;
    error = log_read(r->reader, topics[r->topic], r->partition, *next, end, each, r, &after);
    if (error == 0 && after > *next)
        *next = after < end ? after : end;
    return error;
}

static int read_all(struct restoring *r)
{
    int error = 0;
    for (r->topic = 0; r->topic < MARK_TOPICS && error == 0; r->topic++)
        for (r->partition = 0; r->partition < r->ingest->partitions && error == 0; r->partition++)
            error = read_partition(r);
    return error == 0 ? flush(r) : error;
}

/* A fresh mark for this log, with the offsets that Redis has. */
static int take_mark(struct ingest *i, struct log_reader *reader)
{
    const char *what = "";
    int64_t begin, end;
    int error = log_range(reader, TOPIC_REGISTRY, 0, &begin, &end); /* the answer brings the cluster's id */
    if (error != 0)
        return error;
    mark_done(&i->mark);
    error = mark_init(&i->mark, log_cluster_id(reader), i->prefix, i->partitions);
    if (error == 0)
        error = store_mark(i->store, &i->mark, &what);
    if (error == -EINVAL) {
        log_error("view_of_something_else", LOG_STR("differs", what),
                  LOG_STR("help", "this Redis holds a view of another log: give ingest a database of its own"));
        return -EPROTO;
    }
    return error;
}

enum result ingest_restore(void *self, const struct topic_partition *owned, size_t n, struct log_reader *reader)
{
    (void)owned;
    (void)n;
    struct ingest *i = self;
    int64_t began = clock_mono_ms();
    struct restoring *r = malloc(sizeof *r);
    if (r == NULL)
        return ingest_answer(i, -ENOMEM);
    r->ingest = i;
    r->reader = reader;
    r->now = clock_now_ms();
    r->facts_total = 0;
    r->count = 0;
    ingest_forget(i);
    int error = take_mark(i, reader);
    if (error == 0)
        error = read_all(r);
    if (error == 0)
        log_info("view_restored", LOG_INT("events", r->facts_total), LOG_INT("ms", clock_mono_ms() - began));
    free(r);
    /* What Redis holds has changed under us: from the beginning of this call. */
    return error == -ESTALE ? RESULT_RETRY : ingest_answer(i, error);
}
