#include "common/io/kafka_producer.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/io/kafka_consumer_internal.h"
#include "common/io/kafka_internal.h"

enum { QUEUE_FULL_PATIENCE_MS = 1000, QUEUE_FULL_PAUSE_MS = 10, MESSAGE_MAX = 1024 * 1024 + 64 * 1024 };

struct kafka_producer {
    struct kafka_client client; /* first: the client's opaque */
    rd_kafka_t *rk;
    bool transactional, has_thread;
    pthread_t thread;
    atomic_bool stop;
    int64_t *next[TOPIC_COUNT]; /* transactional: one past the last offset given, by partition; 0 = none yet */
    int32_t next_count[TOPIC_COUNT];
};

struct delivery {
    void (*done)(void *arg, int error);
    void *arg;
};

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    (void)rk;
    (void)opaque;
    struct delivery *delivery = message->_private;
    if (delivery == NULL)
        return;
    delivery->done(delivery->arg, message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : -EIO);
    free(delivery);
}

// Partitions are few and come in no order: room grows to the highest. Without memory the offset is not noted.
static void note_offset(struct kafka_producer *p, enum topic topic, int32_t partition, int64_t next)
{
    if (partition >= p->next_count[topic]) {
        int64_t *more = reallocarray(p->next[topic], (size_t)partition + 1, sizeof(*more));
        if (more == NULL)
            return;
        for (int32_t i = p->next_count[topic]; i <= partition; i++)
            more[i] = 0;
        p->next[topic] = more;
        p->next_count[topic] = partition + 1;
    }
    p->next[topic][partition] = next;
}

// A transactional message's opaque is its topic.
static void on_transactional_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    (void)rk;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && message->partition >= 0)
        note_offset(opaque, (enum topic)(uintptr_t)message->_private, message->partition, message->offset + 1);
}

int64_t kafka_producer_next(const struct kafka_producer *p, enum topic topic, int32_t partition)
{
    bool known = partition >= 0 && partition < p->next_count[topic] && p->next[topic][partition] != 0;
    return known ? p->next[topic][partition] : -1;
}

static rd_kafka_t *new_client(struct kafka_producer *p, const struct kafka_producer_options *o, char *why)
{
    char timeout[24], linger[24], delivery[24];
    snprintf(timeout, sizeof(timeout), "%lld", (long long)o->transaction_timeout_ms);
    snprintf(linger, sizeof(linger), "%lld", (long long)o->linger_ms);
    snprintf(delivery, sizeof(delivery), "%lld",
             (long long)(o->delivery_timeout_ms > 0 ? o->delivery_timeout_ms : 30000));
    char max[24];
    snprintf(max, sizeof(max), "%d", MESSAGE_MAX);
    const struct kafka_pair pairs[] = {
        { "enable.idempotence", "true" },
        { "acks", "all" },
        { "compression.codec", "lz4" },
        { "linger.ms", linger },
        { "batch.size", "1000000" },
        { "batch.num.messages", "100000" },
        { "queue.buffering.max.messages", "200000" },
        { "queue.buffering.max.kbytes", "65536" },
        { "message.max.bytes", max },
        { "partitioner", "murmur2_random" },
        { "retry.backoff.ms", "20" },
        { "transactional.id", o->transactional_id },
        // A transactional producer's delivery time-out is its transaction's, by itself.
        { o->transactional_id == NULL ? "message.timeout.ms" : "transaction.timeout.ms",
          o->transactional_id == NULL ? delivery : timeout },
    };
    rd_kafka_conf_t *conf = kafka_conf_new(&p->client, pairs, ARRAY_LEN(pairs), why);
    if (conf == NULL)
        return NULL;
    rd_kafka_conf_set_dr_msg_cb(conf, p->transactional ? on_transactional_delivery : on_delivery);
    return kafka_client_new(RD_KAFKA_PRODUCER, conf, why);
}

static void *serve(void *arg)
{
    struct kafka_producer *p = arg;
    while (!atomic_load(&p->stop))
        rd_kafka_poll(p->rk, 100);
    return NULL;
}

int kafka_producer_open(const struct kafka_producer_options *options, struct kafka_producer **out, char *why)
{
    struct kafka_producer *p = calloc(1, sizeof(*p));
    if (p == NULL) {
        snprintf(why, KAFKA_WHY_SIZE, "no memory");
        return -EINVAL;
    }
    p->client.settings = options->settings;
    p->transactional = options->transactional_id != NULL;
    p->rk = new_client(p, options, why);
    if (p->rk == NULL) {
        free(p);
        return -EINVAL;
    }
    if (options->own_thread && pthread_create(&p->thread, NULL, serve, p) == 0)
        p->has_thread = true;
    *out = p;
    return 0;
}

void kafka_producer_close(struct kafka_producer **pointer)
{
    struct kafka_producer *p = take_ptr(*pointer);
    if (p == NULL)
        return;
    atomic_store(&p->stop, true);
    if (p->has_thread)
        pthread_join(p->thread, NULL);
    if (!p->transactional) { // every `done` is called
        (void)rd_kafka_purge(p->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        (void)rd_kafka_flush(p->rk, 1000);
    }
    rd_kafka_destroy(p->rk);
    for (int t = 0; t < TOPIC_COUNT; t++)
        free(p->next[t]);
    free(p);
}

static rd_kafka_headers_t *headers_of(const struct kafka_message *m)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(m->header_count);
    for (size_t i = 0; i < m->header_count; i++)
        (void)rd_kafka_header_add(headers, m->headers[i].name.p, (ssize_t)m->headers[i].name.n, m->headers[i].value.p,
                                  (ssize_t)m->headers[i].value.n);
    return headers;
}

// Headers pass over to the library on success.
static rd_kafka_resp_err_t produce(struct kafka_producer *p, const struct kafka_message *m, const char *topic,
                                   rd_kafka_headers_t *headers, struct delivery *delivery)
{
    static char empty[1]; // an empty value is no tombstone
    void *value = m->tombstone ? NULL : m->value.n == 0 ? empty : (void *)(uintptr_t)m->value.p;
    const rd_kafka_vu_t vus[] = {
        { .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic },
        { .vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = m->partition < 0 ? RD_KAFKA_PARTITION_UA : m->partition },
        { .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
        { .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { (void *)(uintptr_t)m->key.p, m->key.n } },
        { .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { value, m->tombstone ? 0 : m->value.n } },
        { .vtype = RD_KAFKA_VTYPE_OPAQUE,
          .u.ptr = p->transactional ? (void *)(uintptr_t)m->topic : delivery },
        { .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers },
    };
    rd_kafka_error_t *error = rd_kafka_produceva(p->rk, vus, headers == NULL ? ARRAY_LEN(vus) - 1 : ARRAY_LEN(vus));
    if (error == NULL)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    snprintf(p->client.why, sizeof(p->client.why), "%s: %s", rd_kafka_error_name(error), rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return code;
}

int kafka_producer_send(struct kafka_producer *p, const struct kafka_message *m)
{
    char topic[KAFKA_TOPIC_SIZE];
    kafka_topic_name(p->client.settings, m->topic, topic);
    struct delivery *delivery = NULL;
    if (m->done != NULL && !p->transactional) {
        delivery = malloc(sizeof(*delivery));
        if (delivery == NULL)
            return -EIO;
        *delivery = (struct delivery){ m->done, m->arg };
    }
    rd_kafka_headers_t *headers = m->header_count == 0 ? NULL : headers_of(m);
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__QUEUE_FULL;
    for (int waited = 0; waited <= QUEUE_FULL_PATIENCE_MS; waited += QUEUE_FULL_PAUSE_MS) {
        error = produce(p, m, topic, headers, delivery);
        if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            break;
        rd_kafka_poll(p->rk, QUEUE_FULL_PAUSE_MS);
    }
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    if (headers != NULL)
        rd_kafka_headers_destroy(headers);
    free(delivery);
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        return -EAGAIN;
    return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? -EMSGSIZE : -EIO;
}

void kafka_producer_poll(struct kafka_producer *p, int timeout_ms)
{
    rd_kafka_poll(p->rk, timeout_ms);
}

int kafka_producer_flush(struct kafka_producer *p, int timeout_ms)
{
    return rd_kafka_flush(p->rk, timeout_ms) == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : -EAGAIN;
}

int kafka_producer_queued(const struct kafka_producer *p)
{
    return rd_kafka_outq_len(p->rk);
}

enum kafka_verdict kafka_txn_init(struct kafka_producer *p, int timeout_ms)
{
    return kafka_judge(&p->client, p->rk, rd_kafka_init_transactions(p->rk, timeout_ms));
}

enum kafka_verdict kafka_txn_begin(struct kafka_producer *p)
{
    return kafka_judge(&p->client, p->rk, rd_kafka_begin_transaction(p->rk));
}

enum kafka_verdict kafka_txn_offsets(struct kafka_producer *p, struct kafka_consumer *c, const struct place *places,
                                     size_t n)
{
    if (c->group_metadata == NULL) {
        kafka_note(&p->client, "no assignment");
        return KAFKA_ABORT;
    }
    rd_kafka_topic_partition_list_t *list = kafka_place_list(p->client.settings, places, n);
    rd_kafka_error_t *error = rd_kafka_send_offsets_to_transaction(p->rk, list, c->group_metadata, -1);
    rd_kafka_topic_partition_list_destroy(list);
    return kafka_judge(&p->client, p->rk, error);
}

enum kafka_verdict kafka_txn_commit(struct kafka_producer *p)
{
    return kafka_judge(&p->client, p->rk, rd_kafka_commit_transaction(p->rk, -1));
}

enum kafka_verdict kafka_txn_abort(struct kafka_producer *p)
{
    return kafka_judge(&p->client, p->rk, rd_kafka_abort_transaction(p->rk, -1));
}

bool kafka_producer_away(const struct kafka_producer *p)
{
    return atomic_load(&p->client.away);
}

const char *kafka_producer_why(const struct kafka_producer *p)
{
    return p->client.why;
}
