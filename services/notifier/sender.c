#include "services/notifier/sender.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/io/http_client.h"

/* Longer wishes are a slip or a joke. */
enum { RETRY_AFTER_MAX_S = 900, BODY_MAX = 8192, URL_SIZE = 600, AUTHORIZATION_SIZE = 1100 };

enum parcel_state { PARCEL_FREE, PARCEL_WAITING, PARCEL_ON_WIRE, PARCEL_RESULT };

/* One message from commit to settlement. */
struct parcel {
    enum parcel_state state;
    struct sender *sender;
    struct buf body;
    struct sender_result result;
};

struct sender {
    struct http_client *client;
    struct parcel *parcels;
    size_t capacity, taken, under_way, waiting;
    char url[URL_SIZE];
    char authorization[AUTHORIZATION_SIZE];
};

int sender_open(const struct conf *conf, size_t capacity, struct sender **out)
{
    struct http_client_options options = {
        .connections = (unsigned)conf_int(conf, "GATEWAY_CONNECTIONS"),
        .timeout_ms = conf_int(conf, "GATEWAY_TIMEOUT"),
        .ca_file = conf_str(conf, "GATEWAY_CA_FILE"),
        .allow_http = conf_bool(conf, "GATEWAY_ALLOW_HTTP"),
    };
    struct sender *s cleanup(sender_close) = calloc(1, sizeof(*s));
    if (s == NULL)
        return -ENOMEM;
    s->parcels = calloc(capacity, sizeof(*s->parcels));
    if (s->parcels == NULL)
        return -ENOMEM;
    s->capacity = capacity;
    for (size_t i = 0; i < capacity; i++) {
        s->parcels[i].sender = s;
        buf_init(&s->parcels[i].body, BODY_MAX);
    }
    int url = snprintf(s->url, sizeof(s->url), "%s/%s/%s/messages", conf_str(conf, "GATEWAY_URL"),
                       conf_str(conf, "GATEWAY_API_VERSION"), conf_str(conf, "GATEWAY_PHONE_NUMBER_ID"));
    int token = snprintf(s->authorization, sizeof(s->authorization), "Bearer %s", conf_str(conf, "GATEWAY_TOKEN"));
    if (url >= (int)sizeof(s->url) || token >= (int)sizeof(s->authorization))
        return -EINVAL;
    int error = http_client_open(&options, &s->client);
    if (error < 0)
        return error;
    *out = take_ptr(s);
    return 0;
}

void sender_close(struct sender **sender)
{
    struct sender *s = *sender;
    if (s == NULL)
        return;
    http_client_close(&s->client);
    for (size_t i = 0; s->parcels != NULL && i < s->capacity; i++)
        buf_done(&s->parcels[i].body);
    free(s->parcels);
    explicit_bzero(s->authorization, sizeof(s->authorization));
    free(s);
    *sender = NULL;
}

size_t sender_room(const struct sender *s)
{
    return s->capacity - s->taken;
}

size_t sender_under_way(const struct sender *s)
{
    return s->under_way;
}

bool sender_knows(const struct sender *s, const char *notification, int32_t attempt)
{
    for (size_t i = 0; i < s->capacity; i++) {
        const struct parcel *p = &s->parcels[i];
        if (p->state != PARCEL_FREE && p->result.attempt == attempt &&
            strcmp(p->result.notification, notification) == 0)
            return true;
    }
    return false;
}

static struct parcel *free_parcel(struct sender *s, const char *notification, int32_t attempt)
{
    for (size_t i = 0; i < s->capacity; i++) {
        struct parcel *p = &s->parcels[i];
        if (p->state != PARCEL_FREE)
            continue;
        buf_reset(&p->body);
        p->result = (struct sender_result){ .attempt = attempt };
        memcpy(p->result.notification, notification, strlen(notification) + 1);
        return p;
    }
    return NULL;
}

int sender_take(struct sender *s, const char *notification, int32_t attempt, struct str body)
{
    struct parcel *p = free_parcel(s, notification, attempt);
    if (p == NULL)
        return -EAGAIN;
    buf_append_str(&p->body, body);
    if (p->body.error != 0)
        return p->body.error;
    p->state = PARCEL_WAITING;
    s->taken++;
    s->under_way++;
    s->waiting++;
    return 0;
}

int sender_refuse(struct sender *s, const char *notification, int32_t attempt)
{
    struct parcel *p = free_parcel(s, notification, attempt);
    if (p == NULL)
        return -EAGAIN;
    p->result.answer.verdict = VERDICT_RECALLED;
    p->state = PARCEL_RESULT;
    s->taken++;
    return 0;
}

static void wipe(struct parcel *p)
{
    if (p->body.data != NULL)
        explicit_bzero(p->body.data, p->body.len);
}

void sender_recall(struct sender *s)
{
    for (size_t i = 0; i < s->capacity && s->waiting > 0; i++) {
        struct parcel *p = &s->parcels[i];
        if (p->state != PARCEL_WAITING)
            continue;
        p->result.answer.verdict = VERDICT_RECALLED;
        p->state = PARCEL_RESULT;
        s->waiting--;
        s->under_way--;
        wipe(p);
    }
}

static void finish(void *arg, const struct http_outcome *outcome)
{
    struct parcel *p = arg;
    struct exchange exchange = {
        .complete = outcome->end == HTTP_ANSWERED && !outcome->body_cut,
        .body_offset = outcome->body_sent,
        .status = outcome->status,
        .body = outcome->body,
    };
    answer_read(&exchange, &p->result.answer);
    p->result.retry_after_ms = outcome->retry_after_s > 0 && outcome->retry_after_s < RETRY_AFTER_MAX_S
                                   ? outcome->retry_after_s * 1000 : 0;
    p->state = PARCEL_RESULT;
    p->sender->under_way--;
    wipe(p);
}

static int submit(struct sender *s, struct parcel *p)
{
    struct http_field headers[] = { { "Authorization", s->authorization }, { "Content-Type", "application/json" } };
    struct http_call call = { .url = s->url, .headers = headers, .header_count = ARRAY_LEN(headers),
                              .body = buf_str(&p->body), .done = finish, .arg = p };
    int error = http_client_submit(s->client, &call);
    if (error == 0) {
        p->state = PARCEL_ON_WIRE;
        s->waiting--;
    }
    return error;
}

int sender_turn(struct sender *s)
{
    for (size_t i = 0; i < s->capacity && s->waiting > 0 && http_client_free_slots(s->client) > 0; i++) {
        int error = s->parcels[i].state == PARCEL_WAITING ? submit(s, &s->parcels[i]) : 0;
        if (error < 0 && error != -EAGAIN)
            return error;
    }
    return s->under_way == 0 ? 0 : http_client_poll(s->client, 0);
}

struct sender_result *sender_next_result(struct sender *s)
{
    for (size_t i = 0; s->taken > s->under_way && i < s->capacity; i++) {
        if (s->parcels[i].state == PARCEL_RESULT && !s->parcels[i].result.settling)
            return &s->parcels[i].result;
    }
    return NULL;
}

void sender_settled(struct sender *s)
{
    for (size_t i = 0; i < s->capacity; i++) {
        if (s->parcels[i].state == PARCEL_RESULT && s->parcels[i].result.settling) {
            s->parcels[i].state = PARCEL_FREE;
            s->taken--;
        }
    }
}

void sender_unsettled(struct sender *s)
{
    for (size_t i = 0; i < s->capacity; i++)
        s->parcels[i].result.settling = false;
}
