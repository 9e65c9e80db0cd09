#include "common/io/kafka_consumer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/io/kafka_consumer_internal.h"

static rd_kafka_topic_partition_list_t *list_of(const struct kafka_consumer *c, const struct place *places, size_t n)
{
    return kafka_place_list(c->client.settings, places, n);
}

// What the callback brought, as places. A topic that isn't an input can't be there.
static int take_partitions(struct kafka_consumer *c, const rd_kafka_topic_partition_list_t *list)
{
    struct place *places = calloc((size_t)list->cnt + 1, sizeof(*places));
    if (places == NULL)
        return -ENOMEM;
    size_t n = 0;
    for (int i = 0; i < list->cnt; i++) {
        int topic = topic_from_name(str_from(list->elems[i].topic), c->client.settings->prefix);
        if (topic >= 0)
            places[n++] = (struct place){ (enum topic)topic, list->elems[i].partition, -1 };
    }
    free(c->pending_places);
    c->pending_places = places;
    c->pending_count = n;
    return 0;
}

/*
 * Only notes what happened: the owner answers with assign or unassign after the poll, when no record is in hand. The
 * group's metadata are taken here and not at commit time, because the live ones may already be those of the next
 * generation, and an offset commit with those would not be fenced.
 */
static void on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t *list,
                         void *opaque)
{
    struct kafka_consumer *c = opaque;
    if (c->closing || take_partitions(c, list) != 0) {
        (void)rd_kafka_assign(rk, NULL);
        return;
    }
    if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        if (c->group_metadata != NULL)
            rd_kafka_consumer_group_metadata_destroy(c->group_metadata);
        c->group_metadata = rd_kafka_consumer_group_metadata(rk);
        c->pending = KAFKA_ASSIGN;
    } else {
        c->pending = KAFKA_REVOKE;
    }
}

static rd_kafka_t *new_client(struct kafka_consumer *c, const struct kafka_consumer_options *o, char *why)
{
    char session[24], poll[24];
    snprintf(session, sizeof(session), "%lld", (long long)o->session_timeout_ms);
    snprintf(poll, sizeof(poll), "%lld", (long long)o->max_poll_interval_ms);
    const struct kafka_pair pairs[] = {
        { "group.id", o->group },
        { "group.instance.id", o->instance },
        { "partition.assignment.strategy", "range" },
        { "session.timeout.ms", session },
        { "max.poll.interval.ms", poll },
        { "enable.auto.commit", "false" },
        { "enable.auto.offset.store", "false" },
        { "auto.offset.reset", "error" },
        { "isolation.level", "read_committed" },
        { "enable.partition.eof", "true" },
        { "fetch.wait.max.ms", "50" },
        { "fetch.min.bytes", "1" },
        { "max.partition.fetch.bytes", "2097152" },
        { "fetch.max.bytes", "8388608" },
        { "queued.min.messages", "10000" },
        { "queued.max.messages.kbytes", "8192" },
        { "fetch.queue.backoff.ms", "5" },
    };
    rd_kafka_conf_t *conf = kafka_conf_new(&c->client, pairs, ARRAY_LEN(pairs), why);
    if (conf == NULL)
        return NULL;
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    return kafka_client_new(RD_KAFKA_CONSUMER, conf, why);
}

int kafka_consumer_open(const struct kafka_consumer_options *options, struct kafka_consumer **out, char *why)
{
    struct kafka_consumer *c = calloc(1, sizeof(*c));
    if (c == NULL || options->input_count > ARRAY_LEN(c->inputs)) {
        free(c);
        snprintf(why, KAFKA_WHY_SIZE, "%s", c == NULL ? "no memory" : "too many inputs");
        return -EINVAL;
    }
    c->client.settings = options->settings;
    memcpy(c->inputs, options->inputs, options->input_count * sizeof(c->inputs[0]));
    c->input_count = options->input_count;
    c->rk = new_client(c, options, why);
    if (c->rk == NULL) {
        free(c);
        return -EINVAL;
    }
    (void)rd_kafka_poll_set_consumer(c->rk);
    c->queue = rd_kafka_queue_get_consumer(c->rk);
    *out = c;
    return 0;
}

void kafka_consumer_close(struct kafka_consumer **pointer)
{
    struct kafka_consumer *c = take_ptr(*pointer);
    if (c == NULL)
        return;
    c->closing = true;
    if (c->pending != KAFKA_STEADY)
        (void)rd_kafka_assign(c->rk, NULL);
    if (c->group_metadata != NULL)
        rd_kafka_consumer_group_metadata_destroy(c->group_metadata);
    rd_kafka_queue_destroy(c->queue);
    (void)rd_kafka_consumer_close(c->rk);
    rd_kafka_destroy(c->rk);
    free(c->pending_places);
    free(c->headers);
    free(c);
}

enum kafka_rebalance kafka_consumer_rebalance(const struct kafka_consumer *c, const struct place **places, size_t *n)
{
    *places = c->pending_places;
    *n = c->pending == KAFKA_STEADY ? 0 : c->pending_count;
    return c->pending;
}

bool kafka_consumer_lost(const struct kafka_consumer *c)
{
    return rd_kafka_assignment_lost(c->rk) != 0;
}

static int fail(struct kafka_consumer *c, const char *what, rd_kafka_resp_err_t error)
{
    snprintf(c->client.why, sizeof(c->client.why), "%s: %s", what, rd_kafka_err2name(error));
    return -EIO;
}

int kafka_consumer_assign(struct kafka_consumer *c, const struct place *places, size_t n)
{
    rd_kafka_topic_partition_list_t *list = list_of(c, places, n);
    rd_kafka_resp_err_t error = rd_kafka_assign(c->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
    c->pending = KAFKA_STEADY;
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : fail(c, "assign", error);
}

// A pause outlives the assignment: given back paused, a partition would come again paused.
static void resume_all(struct kafka_consumer *c)
{
    rd_kafka_topic_partition_list_t *list;
    if (rd_kafka_assignment(c->rk, &list) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    (void)rd_kafka_resume_partitions(c->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
}

void kafka_consumer_unassign(struct kafka_consumer *c)
{
    resume_all(c);
    (void)rd_kafka_assign(c->rk, NULL);
    c->pending = KAFKA_STEADY;
}

void kafka_consumer_pause(struct kafka_consumer *c, const struct place *places, size_t n)
{
    rd_kafka_topic_partition_list_t *list = list_of(c, places, n);
    (void)rd_kafka_pause_partitions(c->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
}

void kafka_consumer_resume(struct kafka_consumer *c, const struct place *places, size_t n)
{
    rd_kafka_topic_partition_list_t *list = list_of(c, places, n);
    (void)rd_kafka_resume_partitions(c->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
}

int kafka_consumer_seek(struct kafka_consumer *c, const struct place *places, size_t n)
{
    if (n == 0)
        return 0;
    rd_kafka_topic_partition_list_t *list = list_of(c, places, n);
    rd_kafka_error_t *error = rd_kafka_seek_partitions(c->rk, list, -1);
    rd_kafka_resp_err_t code = error == NULL ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_error_code(error);
    for (int i = 0; i < list->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; i++)
        code = list->elems[i].err;
    if (error != NULL)
        rd_kafka_error_destroy(error);
    rd_kafka_topic_partition_list_destroy(list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : fail(c, "seek", code);
}

int kafka_consumer_committed(struct kafka_consumer *c, struct place *places, size_t n, int timeout_ms)
{
    if (n == 0)
        return 0;
    rd_kafka_topic_partition_list_t *list = list_of(c, places, n);
    rd_kafka_resp_err_t error = rd_kafka_committed(c->rk, list, timeout_ms);
    for (int i = 0; i < list->cnt && error == RD_KAFKA_RESP_ERR_NO_ERROR; i++)
        error = list->elems[i].err;
    for (int i = 0; i < list->cnt && error == RD_KAFKA_RESP_ERR_NO_ERROR; i++)
        places[i].offset = list->elems[i].offset >= 0 ? list->elems[i].offset : -1;
    rd_kafka_topic_partition_list_destroy(list);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        kafka_note(&c->client, rd_kafka_err2str(error));
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : -EAGAIN;
}

void kafka_consumer_commit_async(struct kafka_consumer *c, const struct place *places, size_t n)
{
    if (n == 0)
        return;
    rd_kafka_topic_partition_list_t *list = list_of(c, places, n);
    (void)rd_kafka_commit(c->rk, list, 1);
    rd_kafka_topic_partition_list_destroy(list);
}

int64_t kafka_consumer_known_end(const struct kafka_consumer *c, enum topic topic, int32_t partition)
{
    char name[KAFKA_TOPIC_SIZE];
    kafka_topic_name(c->client.settings, topic, name);
    int64_t low, high;
    if (rd_kafka_get_watermark_offsets(c->rk, name, partition, &low, &high) != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0)
        return -1;
    return high;
}

int kafka_consumer_partitions(struct kafka_consumer *c, enum topic topic, int timeout_ms, int32_t *count)
{
    return kafka_partitions(&c->client, c->rk, topic, timeout_ms, count);
}

bool kafka_consumer_away(const struct kafka_consumer *c)
{
    return atomic_load(&c->client.away);
}

bool kafka_consumer_probe(struct kafka_consumer *c, int timeout_ms)
{
    return kafka_probe(&c->client, c->rk, timeout_ms);
}

const char *kafka_consumer_why(const struct kafka_consumer *c)
{
    return c->client.why;
}
