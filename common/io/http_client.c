#include "common/io/http_client.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/core/buf.h"
#include "common/core/fault.h"

enum { CONNECTIONS = 24, CONNECT_TIMEOUT_MS = 3000, TIMEOUT_MS = 20000, BODY_MAX = 1 << 20, HEADER_MAX = 4096 };

/* One connection's worth of work. Its easy handle is kept: libcurl then reuses the connection. */
struct slot {
    struct http_client *client;
    CURL *easy;
    struct curl_slist *headers;
    struct buf body, answer;
    size_t sent;
    bool busy, cut;
    void (*done)(void *arg, const struct http_outcome *outcome);
    void *arg;
};

struct http_client {
    CURLM *multi;
    struct slot *slots;
    size_t count, busy;
    int64_t connect_timeout_ms, timeout_ms;
    char *ca_file, *proxy;
    bool allow_http;
};

/* libcurl's one-time set-up; it counts its own calls and is safe to repeat. */
__attribute__((constructor)) static void set_up(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t feed(char *out, size_t size, size_t n, void *arg)
{
    struct slot *s = arg;
    size_t room = size * n, left = s->body.len - s->sent;
    size_t take = left < room ? left : room;
    memcpy(out, s->body.data + s->sent, take);
    s->sent += take;
    return take;
}

/* Sending again would need a rewind: refused, always. This is what keeps a POST from being sent twice. */
static int refuse_rewind(void *arg, curl_off_t offset, int origin)
{
    (void)arg;
    (void)offset;
    (void)origin;
    return CURL_SEEKFUNC_FAIL;
}

static size_t take_answer(char *bytes, size_t size, size_t n, void *arg)
{
    struct slot *s = arg;
    size_t length = size * n;
    if (s->answer.len + length > HTTP_ANSWER_MAX) {
        length = HTTP_ANSWER_MAX - s->answer.len;
        s->cut = true;
    }
    buf_append(&s->answer, bytes, length);
    return s->cut || s->answer.error != 0 ? 0 : size * n; /* less than given: libcurl ends the transfer */
}

static void wipe(struct slot *s)
{
    for (struct curl_slist *line = s->headers; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(s->headers);
    s->headers = NULL;
    if (s->body.len > 0)
        explicit_bzero(s->body.data, s->body.len);
    buf_reset(&s->body);
    buf_reset(&s->answer);
    s->sent = 0;
    s->cut = false;
}

int http_client_open(const struct http_client_options *options, struct http_client **out)
{
    struct http_client *c cleanup(http_client_close) = calloc(1, sizeof(*c));
    if (c == NULL)
        return -ENOMEM;
    c->count = options->connections == 0 ? CONNECTIONS : options->connections;
    if (c->count > HTTP_CLIENT_MAX_CONNECTIONS)
        return -EINVAL;
    c->connect_timeout_ms = options->connect_timeout_ms == 0 ? CONNECT_TIMEOUT_MS : options->connect_timeout_ms;
    c->timeout_ms = options->timeout_ms == 0 ? TIMEOUT_MS : options->timeout_ms;
    c->allow_http = options->allow_http;
    c->ca_file = strdup(options->ca_file == NULL ? "" : options->ca_file);
    c->proxy = strdup(options->proxy == NULL ? "" : options->proxy);
    c->multi = curl_multi_init();
    c->slots = calloc(c->count, sizeof(*c->slots));
    if (c->ca_file == NULL || c->proxy == NULL || c->multi == NULL || c->slots == NULL)
        return -ENOMEM;
    curl_multi_setopt(c->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)c->count);
    curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)c->count);
    for (size_t i = 0; i < c->count; i++) {
        c->slots[i].client = c;
        buf_init(&c->slots[i].body, BODY_MAX);
        buf_init(&c->slots[i].answer, HTTP_ANSWER_MAX);
    }
    *out = take_ptr(c);
    return 0;
}

static void finish(struct slot *s, CURLcode code)
{
    struct http_client *c = s->client;
    long status = 0;
    curl_off_t retry_after = 0, connect = 0, total = 0;
    curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(s->easy, CURLINFO_RETRY_AFTER, &retry_after);
    curl_easy_getinfo(s->easy, CURLINFO_CONNECT_TIME_T, &connect);
    curl_easy_getinfo(s->easy, CURLINFO_TOTAL_TIME_T, &total);
    curl_multi_remove_handle(c->multi, s->easy);
    bool answered = status != 0 && (code == CURLE_OK || s->cut);
    struct http_outcome outcome = {
        .end = answered ? HTTP_ANSWERED : s->sent == 0 ? HTTP_NOT_SENT : HTTP_UNKNOWN,
        .status = (int)status,
        .body = buf_str(&s->answer),
        .body_cut = s->cut,
        .body_sent = (int64_t)s->sent,
        .retry_after_s = retry_after > 0 ? (int64_t)retry_after : -1,
        .why = answered ? NULL : curl_easy_strerror(code),
        .connect_us = (int64_t)connect,
        .total_us = (int64_t)total,
    };
    void (*done)(void *, const struct http_outcome *) = s->done;
    /* The slot is free only after the callback: the answer is its. */
    done(s->arg, &outcome);
    wipe(s);
    s->busy = false;
    c->busy--;
}

void http_client_close(struct http_client **client)
{
    struct http_client *c = *client;
    if (c == NULL)
        return;
    for (size_t i = 0; c->slots != NULL && i < c->count; i++) {
        struct slot *s = &c->slots[i];
        if (s->busy)
            finish(s, CURLE_ABORTED_BY_CALLBACK);
        curl_easy_cleanup(s->easy);
        wipe(s);
        buf_done(&s->body);
        buf_done(&s->answer);
    }
    curl_multi_cleanup(c->multi);
    free(c->slots);
    free(c->ca_file);
    free(c->proxy);
    free(c);
    *client = NULL;
}

static bool callable(const struct http_client *c, const char *url)
{
    return strncmp(url, "https://", 8) == 0 || (c->allow_http && strncmp(url, "http://", 7) == 0);
}

static int add_header(struct slot *s, const char *name, const char *value)
{
    char line[HEADER_MAX];
    int n = snprintf(line, sizeof(line), "%s: %s", name, value);
    if (n < 0 || (size_t)n >= sizeof(line))
        return -EINVAL;
    struct curl_slist *longer = curl_slist_append(s->headers, line);
    explicit_bzero(line, sizeof(line));
    if (longer == NULL)
        return -ENOMEM;
    s->headers = longer;
    return 0;
}

static void set_transport(const struct http_client *c, CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, c->allow_http ? "https,http" : "https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, c->proxy); /* "" also switches the environment's off */
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (c->ca_file[0] != '\0')
        curl_easy_setopt(easy, CURLOPT_CAINFO, c->ca_file);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)c->connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)c->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 60L);
    curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, 600L);
}

static int prepare(struct slot *s, const struct http_call *call)
{
    if (s->easy == NULL && (s->easy = curl_easy_init()) == NULL)
        return -ENOMEM;
    curl_easy_reset(s->easy);
    set_transport(s->client, s->easy);
    int error = add_header(s, "Expect", "");
    for (size_t i = 0; i < call->header_count && error == 0; i++)
        error = add_header(s, call->headers[i].name, call->headers[i].value);
    if (error < 0)
        return error;
    if (call->body.p != NULL) {
        buf_append_str(&s->body, call->body);
        if (s->body.error != 0)
            return s->body.error;
        curl_easy_setopt(s->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(s->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->body.len);
        curl_easy_setopt(s->easy, CURLOPT_READFUNCTION, feed);
        curl_easy_setopt(s->easy, CURLOPT_READDATA, s);
        curl_easy_setopt(s->easy, CURLOPT_SEEKFUNCTION, refuse_rewind);
    }
    curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers);
    curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(s->easy, CURLOPT_WRITEDATA, s);
    curl_easy_setopt(s->easy, CURLOPT_PRIVATE, s);
    if (curl_easy_setopt(s->easy, CURLOPT_URL, call->url) != CURLE_OK)
        return -ENOMEM;
    return 0;
}

int http_client_submit(struct http_client *c, const struct http_call *call)
{
    if (!callable(c, call->url) || (call->body.p != NULL && call->body.n == 0) || call->body.n > BODY_MAX)
        return -EINVAL;
    for (size_t i = 0; i < c->count; i++) {
        struct slot *s = &c->slots[i];
        if (s->busy)
            continue;
        int error = prepare(s, call);
        if (error == 0 && curl_multi_add_handle(c->multi, s->easy) != CURLM_OK)
            error = -ENOMEM;
        if (error < 0) {
            wipe(s);
            return error;
        }
        s->done = call->done;
        s->arg = call->arg;
        s->busy = true;
        c->busy++;
        return 0;
    }
    return -EAGAIN;
}

size_t http_client_busy(const struct http_client *c)
{
    return c->busy;
}

size_t http_client_free_slots(const struct http_client *c)
{
    return c->count - c->busy;
}

/* A place to die for tests: a request is on the wire, its answer unread. */
static void pass_fault_point(const struct http_client *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->slots[i].busy && c->slots[i].sent > 0 && c->slots[i].sent == c->slots[i].body.len)
            FAULT_POINT("after-body");
    }
}

int http_client_poll(struct http_client *c, int timeout_ms)
{
    int running, left;
    if (curl_multi_perform(c->multi, &running) != CURLM_OK)
        return -EIO;
    if (timeout_ms > 0 && (curl_multi_poll(c->multi, NULL, 0, timeout_ms, NULL) != CURLM_OK ||
                           curl_multi_perform(c->multi, &running) != CURLM_OK))
        return -EIO;
    pass_fault_point(c);
    CURLMsg *message;
    while ((message = curl_multi_info_read(c->multi, &left)) != NULL) {
        struct slot *s = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode code = message->data.result; /* the message is gone once the handle is removed */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &s);
        finish(s, code);
    }
    return 0;
}

void http_client_wakeup(struct http_client *c)
{
    curl_multi_wakeup(c->multi);
}
