#include "common/io/kafka.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/io/kafka_internal.h"

int kafka_check_version(void)
{
    return rd_kafka_version() >= KAFKA_LEAST_VERSION ? 0 : -ENOTSUP;
}

const char *kafka_version(void)
{
    return rd_kafka_version_str();
}

void kafka_topic_name(const struct kafka_settings *settings, enum topic topic, char out[KAFKA_TOPIC_SIZE])
{
    snprintf(out, KAFKA_TOPIC_SIZE, "%s%s", settings->prefix == NULL ? "" : settings->prefix, topic_name(topic));
}

void kafka_note(struct kafka_client *client, const char *text)
{
    snprintf(client->why, sizeof(client->why), "%s", text);
}

static void on_error(rd_kafka_t *rk, int error, const char *reason, void *opaque)
{
    struct kafka_client *client = opaque;
    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        char text[KAFKA_WHY_SIZE - 64];
        rd_kafka_resp_err_t first = rd_kafka_fatal_error(rk, text, sizeof(text));
        snprintf(client->why, sizeof(client->why), "%.60s: %s", rd_kafka_err2name(first), text);
        atomic_store(&client->fatal, true);
        return;
    }
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || error == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
        error == RD_KAFKA_RESP_ERR__SSL) {
        snprintf(client->why, sizeof(client->why), "%s", reason);
        atomic_store(&client->away, true);
    }
}

static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    const struct kafka_client *client = rd_kafka_opaque(rk);
    if (client != NULL && client->settings->log != NULL)
        client->settings->log(level, facility, text);
}

static int set(rd_kafka_conf_t *conf, const char *name, const char *value, char *why)
{
    if (value == NULL || value[0] == '\0')
        return 0;
    return rd_kafka_conf_set(conf, name, value, why, KAFKA_WHY_SIZE) == RD_KAFKA_CONF_OK ? 0 : -EINVAL;
}

rd_kafka_conf_t *kafka_conf_new(struct kafka_client *client, const struct kafka_pair *pairs, size_t n, char *why)
{
    const struct kafka_settings *s = client->settings;
    const struct kafka_pair common[] = {
        { "bootstrap.servers", s->bootstrap },
        { "client.id", s->client_id },
        { "security.protocol", s->security_protocol },
        { "ssl.ca.location", s->ca_file },
        { "ssl.certificate.location", s->certificate_file },
        { "ssl.key.location", s->key_file },
        { "sasl.mechanism", s->sasl_mechanism },
        { "sasl.username", s->username },
        { "sasl.password", s->password },
        { "socket.nagle.disable", "true" },
        { "socket.keepalive.enable", "true" },
        { "reconnect.backoff.ms", "100" },
        { "reconnect.backoff.max.ms", "2000" },
        { "log.connection.close", "false" },
        // A broker that was out of the metadata for a moment is forgotten by the library, and a request to it as the
        // coordinator waits until some broker changes its state (librdkafka issue 5511): the refresh brings that
        // about.
        { "topic.metadata.refresh.interval.ms", "10000" },
        { "enable.metrics.push", "false" },
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    int error = 0;
    for (size_t i = 0; i < ARRAY_LEN(common) && error == 0; i++)
        error = set(conf, common[i].name, common[i].value, why);
    for (size_t i = 0; i < n && error == 0; i++)
        error = set(conf, pairs[i].name, pairs[i].value, why);
    if (error != 0) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_opaque(conf, client);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_log_cb(conf, on_log);
    return conf;
}

rd_kafka_t *kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, char *why)
{
    rd_kafka_t *rk = rd_kafka_new(type, conf, why, KAFKA_WHY_SIZE);
    if (rk == NULL)
        rd_kafka_conf_destroy(conf); // it passes over only when all goes well
    return rk;
}

enum kafka_verdict kafka_judge(struct kafka_client *client, rd_kafka_t *rk, rd_kafka_error_t *error)
{
    if (error == NULL)
        return KAFKA_OK;
    snprintf(client->why, sizeof(client->why), "%s: %s", rd_kafka_error_name(error), rd_kafka_error_string(error));
    enum kafka_verdict verdict = KAFKA_FATAL;
    if (rd_kafka_error_is_fatal(error) || rd_kafka_fatal_error(rk, NULL, 0) != RD_KAFKA_RESP_ERR_NO_ERROR)
        verdict = KAFKA_FATAL;
    else if (rd_kafka_error_txn_requires_abort(error))
        verdict = KAFKA_ABORT;
    else if (rd_kafka_error_is_retriable(error))
        verdict = KAFKA_RETRY;
    rd_kafka_error_destroy(error);
    return verdict;
}

int kafka_partitions(struct kafka_client *client, rd_kafka_t *rk, enum topic topic, int timeout_ms, int32_t *count)
{
    char name[KAFKA_TOPIC_SIZE];
    kafka_topic_name(client->settings, topic, name);
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(rk, name, NULL);
    if (rkt == NULL)
        return -EAGAIN;
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t error = rd_kafka_metadata(rk, 0, rkt, &metadata, timeout_ms);
    rd_kafka_topic_destroy(rkt);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        kafka_note(client, rd_kafka_err2str(error));
        return -EAGAIN;
    }
    error = metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    int32_t partitions = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
    rd_kafka_metadata_destroy(metadata);
    switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
        *count = partitions;
        return 0;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        return -ENOENT;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        return -EACCES;
    default: // a leader is being elected, …
        kafka_note(client, rd_kafka_err2str(error));
        return -EAGAIN;
    }
}

bool kafka_probe(struct kafka_client *client, rd_kafka_t *rk, int timeout_ms)
{
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(rk, 0, NULL, &metadata, timeout_ms) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    rd_kafka_metadata_destroy(metadata);
    atomic_store(&client->away, false);
    return true;
}

size_t kafka_header_count(const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers;
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    return rd_kafka_header_cnt(headers);
}

void kafka_read_headers(const rd_kafka_message_t *message, struct header *at, size_t n)
{
    rd_kafka_headers_t *headers;
    if (n == 0 || rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    for (size_t i = 0; i < n; i++) {
        const char *name = "";
        const void *value = NULL;
        size_t size = 0;
        (void)rd_kafka_header_get_all(headers, i, &name, &value, &size);
        at[i] = (struct header){ str_from(name), { value, value == NULL ? 0 : size } };
    }
}

struct record kafka_record(const rd_kafka_message_t *message)
{
    return (struct record){
        .partition = message->partition,
        .offset = message->offset,
        .append_time = rd_kafka_message_timestamp(message, NULL),
        .key = { message->key, message->key == NULL ? 0 : message->key_len },
        .value = { message->payload, message->payload == NULL ? 0 : message->len },
        .tombstone = message->payload == NULL,
    };
}

rd_kafka_topic_partition_list_t *kafka_place_list(const struct kafka_settings *settings, const struct place *places,
                                                  size_t n)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)n);
    for (size_t i = 0; i < n; i++) {
        char name[KAFKA_TOPIC_SIZE];
        kafka_topic_name(settings, places[i].topic, name);
        rd_kafka_topic_partition_list_add(list, name, places[i].partition)->offset = places[i].offset;
    }
    return list;
}
