#include "common/io/kafka_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/core/clock.h"
#include "common/io/kafka_internal.h"

enum { READ_BATCH = 1000, WAIT_MS = 100, ROUND_TRIP_MS = 5000, STALL_MS = 60000 };

struct kafka_reader {
    struct kafka_client client; /* first: the clients' opaque */
    rd_kafka_t *committed;      /* reads records: read_committed */
    rd_kafka_t *raw;            /* asks for ends: read_uncommitted */
    bool (*wait)(void *arg);
    void *wait_arg;
    char cluster_id[64];
    struct header *headers;
    size_t header_capacity;
};

static rd_kafka_t *new_client(struct kafka_reader *r, const char *isolation, char *why)
{
    const struct kafka_pair pairs[] = {
        { "isolation.level", isolation },
        { "enable.partition.eof", "true" },
        { "auto.offset.reset", "earliest" }, // what retention has taken is passed over
        { "enable.auto.commit", "false" },
        { "fetch.wait.max.ms", "50" },
        { "fetch.max.bytes", "8388608" },
        { "max.partition.fetch.bytes", "4194304" },
        { "queued.max.messages.kbytes", "8192" },
        { "fetch.queue.backoff.ms", "5" },
    };
    rd_kafka_conf_t *conf = kafka_conf_new(&r->client, pairs, ARRAY_LEN(pairs), why);
    return conf == NULL ? NULL : kafka_client_new(RD_KAFKA_CONSUMER, conf, why);
}

int kafka_reader_open(const struct kafka_settings *settings, struct kafka_reader **out, char *why)
{
    struct kafka_reader *r = calloc(1, sizeof(*r));
    if (r == NULL) {
        snprintf(why, KAFKA_WHY_SIZE, "no memory");
        return -EINVAL;
    }
    r->client.settings = settings;
    r->committed = new_client(r, "read_committed", why);
    r->raw = r->committed == NULL ? NULL : new_client(r, "read_uncommitted", why);
    if (r->raw == NULL) {
        kafka_reader_close(&r);
        return -EINVAL;
    }
    *out = r;
    return 0;
}

void kafka_reader_close(struct kafka_reader **pointer)
{
    struct kafka_reader *r = take_ptr(*pointer);
    if (r == NULL)
        return;
    if (r->committed != NULL)
        rd_kafka_destroy(r->committed);
    if (r->raw != NULL)
        rd_kafka_destroy(r->raw);
    free(r->headers);
    free(r);
}

void kafka_reader_on_wait(struct kafka_reader *r, bool (*wait)(void *arg), void *arg)
{
    r->wait = wait;
    r->wait_arg = arg;
}

static bool go_on(struct kafka_reader *r)
{
    return r->wait == NULL || r->wait(r->wait_arg);
}

static int error_of(struct kafka_reader *r, rd_kafka_resp_err_t error)
{
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    kafka_note(&r->client, rd_kafka_err2name(error));
    bool none = error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
                error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    return none ? -ENOENT : -EAGAIN;
}

int kafka_reader_range(struct kafka_reader *r, enum topic topic, int32_t partition, int64_t *begin, int64_t *end)
{
    char name[KAFKA_TOPIC_SIZE];
    kafka_topic_name(r->client.settings, topic, name);
    int64_t low = 0, high = 0;
    rd_kafka_poll(r->raw, 0);
    if (!go_on(r))
        return -ECANCELED;
    int error = error_of(r, rd_kafka_query_watermark_offsets(r->raw, name, partition, &low, &high, ROUND_TRIP_MS));
    if (error != 0)
        return error;
    *begin = low;
    *end = high;
    return 0;
}

int kafka_reader_ends(struct kafka_reader *r, struct place *places, size_t n, int timeout_ms)
{
    if (n == 0)
        return 0;
    rd_kafka_topic_partition_list_t *list = kafka_place_list(r->client.settings, places, n);
    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = RD_KAFKA_OFFSET_END;
    rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(r->raw, list, timeout_ms);
    for (int i = 0; i < list->cnt && error == RD_KAFKA_RESP_ERR_NO_ERROR; i++)
        error = list->elems[i].err;
    for (int i = 0; i < list->cnt && error == RD_KAFKA_RESP_ERR_NO_ERROR; i++)
        places[i].offset = list->elems[i].offset;
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_poll(r->raw, 0);
    return error_of(r, error) == 0 ? 0 : -EAGAIN;
}

int kafka_reader_partitions(struct kafka_reader *r, enum topic topic, int timeout_ms, int32_t *count)
{
    return kafka_partitions(&r->client, r->raw, topic, timeout_ms, count);
}

const char *kafka_reader_cluster_id(struct kafka_reader *r)
{
    if (r->cluster_id[0] == '\0') {
        char *id = rd_kafka_clusterid(r->raw, 0);
        if (id != NULL) {
            snprintf(r->cluster_id, sizeof(r->cluster_id), "%s", id);
            rd_kafka_mem_free(r->raw, id);
        }
    }
    return r->cluster_id;
}

// One partition being read.
struct reading {
    struct kafka_reader *r;
    enum topic topic;
    int64_t to, at;
    int (*each)(void *arg, const struct record *record);
    void *arg;
    bool done;
};

static int give(struct reading *reading, const rd_kafka_message_t *message)
{
    struct kafka_reader *r = reading->r;
    struct record record = kafka_record(message);
    record.topic = reading->topic;
    record.header_count = kafka_header_count(message);
    if (record.header_count > r->header_capacity) {
        struct header *headers = reallocarray(r->headers, record.header_count, sizeof(*headers));
        if (headers == NULL)
            return -ENOMEM;
        r->headers = headers;
        r->header_capacity = record.header_count;
    }
    kafka_read_headers(message, r->headers, record.header_count);
    record.headers = r->headers;
    return reading->each(reading->arg, &record);
}

static int take(struct reading *reading, const rd_kafka_message_t *message)
{
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        // The position behind the last record: markers of transactions take offsets too.
        reading->at = message->offset > reading->at ? message->offset : reading->at;
        reading->done = reading->at >= reading->to;
        return 0;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return error_of(reading->r, message->err);
    if (message->offset < reading->at)
        return 0;
    if (message->offset >= reading->to) {
        reading->done = true;
        return 0;
    }
    int answer = give(reading, message);
    reading->at = message->offset + 1;
    reading->done = answer != 0 || reading->at >= reading->to;
    return answer;
}

static int read_all(struct reading *reading, rd_kafka_topic_t *rkt, int32_t partition)
{
    rd_kafka_message_t *messages[READ_BATCH];
    int64_t moved_at = clock_mono_ms();
    int answer = 0;
    while (!reading->done && answer == 0) {
        ssize_t n = rd_kafka_consume_batch(rkt, partition, 0, messages, READ_BATCH);
        if (n == 0) {
            messages[0] = rd_kafka_consume(rkt, partition, WAIT_MS);
            n = messages[0] == NULL ? 0 : 1;
        }
        int64_t before = reading->at;
        for (ssize_t i = 0; i < n; i++) {
            if (!reading->done && answer == 0)
                answer = take(reading, messages[i]);
            rd_kafka_message_destroy(messages[i]);
        }
        rd_kafka_poll(reading->r->committed, 0);
        int64_t now = clock_mono_ms();
        moved_at = reading->at != before ? now : moved_at;
        if (answer == 0 && !reading->done && !go_on(reading->r))
            answer = -ECANCELED;
        else if (answer == 0 && !reading->done && now - moved_at > STALL_MS)
            answer = -EAGAIN;
    }
    return answer;
}

int kafka_reader_read(struct kafka_reader *r, enum topic topic, int32_t partition, int64_t from, int64_t to,
                      int (*each)(void *arg, const struct record *record), void *arg, int64_t *next)
{
    int64_t begin = 0, end = 0;
    int error = to >= 0 ? 0 : kafka_reader_range(r, topic, partition, &begin, &end);
    if (error != 0)
        return error;
    struct reading reading = { r, topic, to >= 0 ? to : end, from, each, arg, false };
    if (reading.at < reading.to) {
        char name[KAFKA_TOPIC_SIZE];
        kafka_topic_name(r->client.settings, topic, name);
        rd_kafka_topic_t *rkt = rd_kafka_topic_new(r->committed, name, NULL);
        if (rkt == NULL || rd_kafka_consume_start(rkt, partition, from) != 0) {
            if (rkt != NULL)
                rd_kafka_topic_destroy(rkt);
            return -EAGAIN;
        }
        error = read_all(&reading, rkt, partition);
        rd_kafka_consume_stop(rkt, partition);
        rd_kafka_topic_destroy(rkt);
    }
    // Where `to` lies among markers, the position is `to`, not the last record's successor.
    if (error == 0 && next != NULL)
        *next = reading.at > reading.to ? reading.at : from > reading.to ? from : reading.to;
    return error;
}
