#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/io/kafka_consumer_internal.h"

static int subscribe(struct kafka_consumer *c)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)c->input_count);
    for (size_t i = 0; i < c->input_count; i++) {
        char name[KAFKA_TOPIC_SIZE];
        kafka_topic_name(c->client.settings, c->inputs[i], name);
        rd_kafka_topic_partition_list_add(list, name, RD_KAFKA_PARTITION_UA);
    }
    rd_kafka_resp_err_t error = rd_kafka_subscribe(c->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        kafka_note(&c->client, rd_kafka_err2str(error));
        return -EIO;
    }
    c->subscribed = true;
    return 0;
}

// What is there; consume_batch_queue() alone would wait to fill its batch.
static size_t fetch(struct kafka_consumer *c, int wait_ms, size_t max)
{
    ssize_t n = rd_kafka_consume_batch_queue(c->queue, 0, c->messages, max);
    if (n > 0)
        return (size_t)n;
    if (wait_ms <= 0 || c->pending != KAFKA_STEADY)
        return 0;
    c->messages[0] = rd_kafka_consume_queue(c->queue, wait_ms);
    if (c->messages[0] == NULL)
        return 0;
    n = max > 1 ? rd_kafka_consume_batch_queue(c->queue, 0, c->messages + 1, max - 1) : 0;
    return 1 + (n > 0 ? (size_t)n : 0);
}

static void drop(struct kafka_consumer *c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        rd_kafka_message_destroy(c->messages[i]);
}

static int topic_of(const struct kafka_consumer *c, const rd_kafka_message_t *message)
{
    return topic_from_name(str_from(rd_kafka_topic_name(message->rkt)), c->client.settings->prefix);
}

// An event in a record's clothes. 0, or -EIO if nothing good can follow.
static int take_event(struct kafka_consumer *c, const rd_kafka_message_t *message, struct kafka_batch *out)
{
    switch (message->err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        out->ends[out->end_count++] = (struct place){ (enum topic)topic_of(c, message), message->partition,
                                                      message->offset };
        return 0;
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET: // where we were is no more; a start finds out what is
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        if (!atomic_load(&c->client.fatal))
            snprintf(c->client.why, sizeof(c->client.why), "%s: %s", rd_kafka_err2name(message->err),
                     rd_kafka_message_errstr(message));
        return -EIO;
    default: // the library tries again by itself
        kafka_note(&c->client, rd_kafka_err2name(message->err));
        return 0;
    }
}

static int reserve_headers(struct kafka_consumer *c, size_t n)
{
    if (n <= c->header_capacity)
        return 0;
    size_t capacity = n + n / 2 + 64;
    struct header *headers = reallocarray(c->headers, capacity, sizeof(*headers));
    if (headers == NULL)
        return -ENOMEM;
    c->headers = headers;
    c->header_capacity = capacity;
    return 0;
}

static int fill_headers(struct kafka_consumer *c, struct kafka_batch *out)
{
    size_t total = 0;
    for (size_t i = 0; i < out->count; i++) {
        out->records[i].header_count = kafka_header_count(c->messages[i]);
        total += out->records[i].header_count;
    }
    if (reserve_headers(c, total) != 0)
        return -ENOMEM;
    struct header *at = c->headers;
    for (size_t i = 0; i < out->count; i++) {
        kafka_read_headers(c->messages[i], at, out->records[i].header_count);
        out->records[i].headers = at;
        at += out->records[i].header_count;
    }
    return 0;
}

static int sort_out(struct kafka_consumer *c, size_t n, struct kafka_batch *out)
{
    int error = 0;
    const rd_kafka_topic_t *last = NULL;
    int topic = -1;
    for (size_t i = 0; i < n; i++) {
        rd_kafka_message_t *message = c->messages[i];
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            int this = take_event(c, message, out);
            error = error != 0 ? error : this;
            rd_kafka_message_destroy(message);
            continue;
        }
        if (message->rkt != last) {
            last = message->rkt;
            topic = topic_of(c, message);
        }
        out->records[out->count] = kafka_record(message);
        out->records[out->count].topic = (enum topic)topic;
        c->messages[out->count++] = message;
    }
    c->in_hand = out->count;
    return error;
}

static bool is_fatal(struct kafka_consumer *c)
{
    char text[KAFKA_WHY_SIZE - 64];
    rd_kafka_resp_err_t error = rd_kafka_fatal_error(c->rk, text, sizeof(text));
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        snprintf(c->client.why, sizeof(c->client.why), "%.60s: %s", rd_kafka_err2name(error), text);
    return error != RD_KAFKA_RESP_ERR_NO_ERROR;
}

int kafka_consumer_poll(struct kafka_consumer *c, int wait_ms, size_t max, struct kafka_batch *out)
{
    *out = (struct kafka_batch){ .records = c->records, .ends = c->ends };
    kafka_batch_done(c, out);
    if (!c->subscribed && subscribe(c) != 0)
        return -EIO;
    enum kafka_rebalance before = c->pending;
    size_t n = fetch(c, wait_ms, max < KAFKA_BATCH_MAX ? max : KAFKA_BATCH_MAX);
    if (c->pending != before) { // these records belong to an assignment that ends or has not begun
        drop(c, n);
        n = 0;
    }
    int error = sort_out(c, n, out);
    if (error == 0 && is_fatal(c)) // its event may have been among what was dropped
        error = -EIO;
    if (error == 0)
        error = fill_headers(c, out);
    if (error != 0)
        kafka_batch_done(c, out);
    return error;
}

void kafka_batch_done(struct kafka_consumer *c, struct kafka_batch *b)
{
    drop(c, c->in_hand);
    c->in_hand = 0;
    b->count = b->end_count = 0;
}

struct kafka_kept {
    struct record record;
    size_t bytes;
    struct header headers[];
};

static struct str put(char **at, struct str s)
{
    if (s.p == NULL)
        return s;
    struct str copy = { memcpy(*at, s.p, s.n), s.n };
    *at += s.n;
    return copy;
}

// A copy: the library's own record would keep the whole answer in memory that it came with.
struct kafka_kept *kafka_batch_keep(struct kafka_consumer *c, struct kafka_batch *b, size_t i)
{
    (void)c;
    const struct record *from = &b->records[i];
    size_t bytes =
        sizeof(struct kafka_kept) + from->header_count * sizeof(struct header) + from->key.n + from->value.n;
    for (size_t h = 0; h < from->header_count; h++)
        bytes += from->headers[h].name.n + from->headers[h].value.n;
    struct kafka_kept *kept = malloc(bytes + 1);
    if (kept == NULL)
        return NULL;
    kept->record = *from;
    kept->bytes = bytes;
    char *at = (char *)(kept->headers + from->header_count);
    kept->record.key = put(&at, from->key);
    kept->record.value = put(&at, from->value);
    for (size_t h = 0; h < from->header_count; h++)
        kept->headers[h] = (struct header){ put(&at, from->headers[h].name), put(&at, from->headers[h].value) };
    kept->record.headers = kept->headers;
    return kept;
}

struct record *kafka_kept_record(struct kafka_kept *kept)
{
    return &kept->record;
}

size_t kafka_kept_bytes(const struct kafka_kept *kept)
{
    return kept->bytes;
}

void kafka_kept_free(struct kafka_kept *kept)
{
    free(kept);
}
