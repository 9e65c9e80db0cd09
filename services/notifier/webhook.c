#include "services/notifier/webhook.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/core/clock.h"
#include "common/core/parse.h"
#include "common/daemon/appender.h"
#include "common/domain/hmac.h"
#include "common/domain/token.h"
#include "common/io/http_server.h"
#include "services/notifier/callback.h"

enum { BODY_MAX = 1 << 20, RECORD_MAX = 2048 };

struct webhook {
    const struct conf *conf;
    const struct keyring *phone_tokens;
    struct appender *appender;
    struct http_server *server;
    struct http_route routes[2];
};

/* A request whose records are on their way to the broker: the last to arrive answers. */
struct pending {
    struct http_request *request;
    atomic_int left;
    atomic_bool failed;
};

bool webhook_signature_valid(struct str secret, struct str body, const char *header)
{
    static const char prefix[] = "sha256=";
    uint8_t want[DIGEST_BYTES], have[DIGEST_BYTES];
    if (header == NULL || strncmp(header, prefix, sizeof(prefix) - 1) != 0 ||
        parse_hex(str_from(header + sizeof(prefix) - 1), have, DIGEST_BYTES) < 0)
        return false;
    hmac_sha256(secret, body, want);
    return hmac_equal(want, have, DIGEST_BYTES);
}

static void answer(struct http_request *request, int status, const char *text)
{
    http_answer(request, status, "text/plain", str_from(text));
}

static void release(struct pending *pending)
{
    if (atomic_fetch_sub(&pending->left, 1) > 1)
        return;
    /* Not acknowledged: the gateway sends the whole callback again; a status twice changes nothing. */
    answer(pending->request, atomic_load(&pending->failed) ? 503 : 200, "");
    free(pending);
}

static void arrived(void *arg, bool ok)
{
    struct pending *pending = arg;
    if (!ok)
        atomic_store(&pending->failed, true);
    release(pending);
}

static void append(struct webhook *w, struct callback_item *item, struct pending *pending)
{
    if (item->from[0] != '\0')
        token_make(w->phone_tokens, TOKEN_PHONE, item->from, item->status.phone_token);
    struct buf value cleanup(buf_done);
    buf_init(&value, RECORD_MAX);
    gateway_status_encode(&value, &item->status);
    struct envelope envelope = { .type = "id.berbagi.raw.gateway.v1", .source = "//berbagi/notifier/webhook",
                                 .time = item->status.at };
    snprintf(envelope.id, sizeof(envelope.id), "%.200s/%s", item->status.gateway_id, item->status.status);
    atomic_fetch_add(&pending->left, 1);
    if (value.error != 0 || appender_send(w->appender, TOPIC_RAW_GATEWAY, str_from(item->status.gateway_id),
                                          buf_str(&value), &envelope, arrived, pending) < 0)
        arrived(pending, false);
}

static void receive(void *arg, struct http_request *request)
{
    struct webhook *w = arg;
    if (!webhook_signature_valid(str_from(conf_str(w->conf, "WEBHOOK_SECRET")), request->body,
                                 http_request_header(request, "X-Hub-Signature-256"))) {
        answer(request, 403, "signature");
        return;
    }
    struct callback_item *items cleanup(free_ptr) = malloc(CALLBACK_MAX * sizeof(*items));
    struct pending *pending = malloc(sizeof(*pending));
    int count = items == NULL || pending == NULL ? -ENOMEM : callback_read(request->body, clock_now_ms(), items);
    if (count < 0) {
        free(pending);
        answer(request, count == -ENOMEM ? 503 : 400, "body");
        return;
    }
    pending->request = request;
    atomic_init(&pending->left, 1);
    atomic_init(&pending->failed, false);
    for (int i = 0; i < count; i++)
        append(w, &items[i], pending);
    release(pending);
}

static void verify(void *arg, struct http_request *request)
{
    struct webhook *w = arg;
    const char *mode = http_request_query(request, "hub.mode"),
               *token = http_request_query(request, "hub.verify_token"),
               *challenge = http_request_query(request, "hub.challenge"), *want = conf_str(w->conf, "WEBHOOK_VERIFY");
    bool right = mode != NULL && token != NULL && challenge != NULL && strcmp(mode, "subscribe") == 0 &&
                 strlen(token) == strlen(want) &&
                 hmac_equal((const uint8_t *)token, (const uint8_t *)want, strlen(want));
    answer(request, right ? 200 : 403, right ? challenge : "");
}

int webhook_start(struct daemon *d, const struct keyring *phone_tokens, struct webhook **out)
{
    struct webhook *w cleanup(webhook_stop) = calloc(1, sizeof(*w));
    if (w == NULL)
        return -ENOMEM;
    w->conf = daemon_conf(d);
    w->phone_tokens = phone_tokens;
    w->routes[0] = (struct http_route){ "GET", "/webhook", 0, verify, w };
    w->routes[1] = (struct http_route){ "POST", "/webhook", BODY_MAX, receive, w };
    int error = appender_open(d, &w->appender);
    if (error < 0)
        return error;
    struct http_server_options options = { .listen = conf_str(w->conf, "WEBHOOK_LISTEN"), .routes = w->routes,
                                           .route_count = ARRAY_LEN(w->routes) };
    error = http_server_start(&options, &w->server);
    if (error < 0)
        return error;
    *out = take_ptr(w);
    return 0;
}

void webhook_stop(struct webhook **webhook)
{
    struct webhook *w = *webhook;
    if (w == NULL)
        return;
    /* The server first: it waits for the answers that the appender's callbacks give. */
    http_server_stop(&w->server);
    appender_close(&w->appender);
    free(w);
    *webhook = NULL;
}
