#include "common/io/http_client.h"

#include <errno.h>
#include <stdlib.h>

#include <curl/curl.h>

#include "common/core/buf.h"
#include "common/core/fault.h"

enum {
    CONNECTIONS = 24, CONNECT_TIMEOUT_MS = 3000, TIMEOUT_MS = 20000, MAX_AGE_S = 50, MAX_LIFETIME_S = 600,
    FIELD_MAX = 8192, BODY_MAX = 1024 * 1024,
};

/* One easy handle, used again and again: that keeps its connection. */
struct slot {
    struct http_client *client;
    struct slot *next_free;
    CURL *easy;
    bool busy;
    struct curl_slist *headers;
    struct buf body;      /* of the request */
    size_t given;         /* bytes of it that libcurl has taken */
    struct buf answer;
    bool cut;
    char why[CURL_ERROR_SIZE];
    void (*done)(void *arg, const struct http_outcome *outcome);
    void *arg;
};

struct http_client {
    CURLM *multi;
    bool allow_http, closing;
    int64_t connect_timeout_ms, timeout_ms;
    char *ca_file, *proxy;
    struct slot *slots, *free;
    size_t count, busy;
};

// ---- what libcurl calls

static size_t give_body(char *to, size_t size, size_t n, void *arg)
{
    struct slot *s = arg;
    size_t left = s->body.len - s->given, room = size * n;
    size_t take = left < room ? left : room;
    if (take > 0)
        memcpy(to, s->body.data + s->given, take);
    s->given += take;
    return take;
}

// A request that libcurl wants to send a second time: never. Nobody knows what became of the first.
static int refuse_rewind(void *arg, curl_off_t offset, int origin)
{
    (void)arg;
    (void)offset;
    (void)origin;
    return CURL_SEEKFUNC_FAIL;
}

static size_t take_answer(char *from, size_t size, size_t n, void *arg)
{
    struct slot *s = arg;
    size_t room = HTTP_ANSWER_MAX - s->answer.len, take = size * n < room ? size * n : room;
    buf_append(&s->answer, from, take);
    s->cut |= take < size * n;
    return size * n;
}

// ---- opening and closing

static int set_up_easy(struct http_client *c, struct slot *s)
{
    CURL *e = s->easy;
    CURLcode r = CURLE_OK;
#define SET(option, value) r = r != CURLE_OK ? r : curl_easy_setopt(e, option, value)
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_PROTOCOLS_STR, c->allow_http ? "http,https" : "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, c->proxy);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (c->ca_file[0] != '\0')
        SET(CURLOPT_CAINFO, c->ca_file);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)c->connect_timeout_ms);
    SET(CURLOPT_TIMEOUT_MS, (long)c->timeout_ms);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_MAXAGE_CONN, (long)MAX_AGE_S);
    SET(CURLOPT_MAXLIFETIME_CONN, (long)MAX_LIFETIME_S);
    SET(CURLOPT_READFUNCTION, give_body);
    SET(CURLOPT_READDATA, s);
    SET(CURLOPT_SEEKFUNCTION, refuse_rewind);
    SET(CURLOPT_SEEKDATA, s);
    SET(CURLOPT_WRITEFUNCTION, take_answer);
    SET(CURLOPT_WRITEDATA, s);
    SET(CURLOPT_ERRORBUFFER, s->why);
    SET(CURLOPT_PRIVATE, s);
#undef SET
    return r == CURLE_OK ? 0 : -EINVAL;
}

static int add_slots(struct http_client *c, size_t n)
{
    c->slots = calloc(n, sizeof(*c->slots));
    if (c->slots == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++) {
        struct slot *s = &c->slots[i];
        s->client = c;
        s->easy = curl_easy_init();
        c->count++;
        if (s->easy == NULL)
            return -ENOMEM;
        buf_init(&s->body, BODY_MAX);
        buf_init(&s->answer, HTTP_ANSWER_MAX);
        int error = set_up_easy(c, s);
        if (error != 0)
            return error;
        s->next_free = c->free;
        c->free = s;
    }
    return 0;
}

static int set_up(struct http_client *c, const struct http_client_options *o)
{
    size_t n = o->connections == 0 ? CONNECTIONS : o->connections;
    c->allow_http = o->allow_http;
    c->connect_timeout_ms = o->connect_timeout_ms == 0 ? CONNECT_TIMEOUT_MS : o->connect_timeout_ms;
    c->timeout_ms = o->timeout_ms == 0 ? TIMEOUT_MS : o->timeout_ms;
    c->ca_file = strdup(o->ca_file == NULL ? "" : o->ca_file);
    c->proxy = strdup(o->proxy == NULL ? "" : o->proxy); // "" keeps the environment's out
    c->multi = curl_multi_init();
    if (c->ca_file == NULL || c->proxy == NULL || c->multi == NULL)
        return -ENOMEM;
    if (n > HTTP_CLIENT_MAX_CONNECTIONS)
        return -EINVAL;
    curl_multi_setopt(c->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    curl_multi_setopt(c->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)n);
    curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)n);
    return add_slots(c, n);
}

int http_client_open(const struct http_client_options *options, struct http_client **out)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return -ENOMEM;
    struct http_client *c = calloc(1, sizeof(*c));
    int error = c == NULL ? -ENOMEM : set_up(c, options);
    if (error != 0) {
        if (c == NULL)
            curl_global_cleanup();
        http_client_close(&c);
        return error;
    }
    *out = c;
    return 0;
}

// The headers hold a token.
static void wipe_headers(struct slot *s)
{
    for (struct curl_slist *h = s->headers; h != NULL; h = h->next)
        explicit_bzero(h->data, strlen(h->data));
    curl_slist_free_all(s->headers);
    s->headers = NULL;
}

// ---- the end of a request

static void finish(struct slot *s, CURLcode rc)
{
    struct http_client *c = s->client;
    long status = 0;
    curl_off_t retry_after = 0, connect = 0, total = 0;
    struct curl_header *header = NULL;
    curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(s->easy, CURLINFO_RETRY_AFTER, &retry_after);
    curl_easy_getinfo(s->easy, CURLINFO_CONNECT_TIME_T, &connect);
    curl_easy_getinfo(s->easy, CURLINFO_TOTAL_TIME_T, &total);
    bool has_retry_after = curl_easy_header(s->easy, "Retry-After", 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
    const struct http_outcome outcome = {
        .end = rc == CURLE_OK && status >= 200 ? HTTP_ANSWERED : s->given == 0 && s->body.len > 0 ? HTTP_NOT_SENT
                                                                                                 : HTTP_UNKNOWN,
        .status = (int)status,
        .body = { s->answer.data == NULL ? "" : s->answer.data, s->answer.len },
        .body_cut = s->cut,
        .body_sent = (int64_t)s->given,
        .retry_after_s = has_retry_after ? (int64_t)retry_after : -1,
        .why = rc == CURLE_OK ? "" : curl_easy_strerror(rc), // the long text may hold the URL
        .connect_us = (int64_t)connect,
        .total_us = (int64_t)total,
    };
    curl_multi_remove_handle(c->multi, s->easy);
    wipe_headers(s);
    s->done(s->arg, &outcome);
    s->busy = false;
    c->busy--;
    s->next_free = c->free;
    c->free = s;
}

void http_client_close(struct http_client **pointer)
{
    struct http_client *c = take_ptr(*pointer);
    if (c == NULL)
        return;
    c->closing = true;
    for (size_t i = 0; i < c->count; i++) {
        struct slot *s = &c->slots[i];
        if (s->busy)
            finish(s, CURLE_ABORTED_BY_CALLBACK);
        if (s->easy != NULL)
            curl_easy_cleanup(s->easy);
        buf_done(&s->body);
        buf_done(&s->answer);
    }
    if (c->multi != NULL)
        curl_multi_cleanup(c->multi);
    free(c->slots);
    free(c->ca_file);
    free(c->proxy);
    free(c);
    curl_global_cleanup();
}

// ---- the beginning of one

static int add_header(struct slot *s, const char *name, const char *value)
{
    struct buf line;
    buf_init(&line, FIELD_MAX);
    buf_append_cstr(&line, name);
    buf_append_cstr(&line, value == NULL ? ":" : ": ");
    buf_append_cstr(&line, value == NULL ? "" : value);
    const char *text = buf_cstr(&line);
    struct curl_slist *list = text == NULL ? NULL : curl_slist_append(s->headers, text);
    if (line.data != NULL)
        explicit_bzero(line.data, line.capacity);
    buf_done(&line);
    if (list == NULL)
        return -ENOMEM;
    s->headers = list;
    return 0;
}

static bool may_call(const struct http_client *c, const struct http_call *call)
{
    if (call->url == NULL || (call->body.p != NULL && call->body.n == 0))
        return false;
    return strncmp(call->url, "https://", 8) == 0 || (c->allow_http && strncmp(call->url, "http://", 7) == 0);
}

static int prepare(struct slot *s, const struct http_call *call)
{
    buf_reset(&s->body);
    buf_reset(&s->answer);
    s->given = 0;
    s->cut = false;
    s->done = call->done;
    s->arg = call->arg;
    bool post = call->body.p != NULL;
    if (post)
        buf_append_str(&s->body, call->body);
    int error = s->body.error;
    if (error == 0 && post) // a wait for "100 Continue" is of no use here
        error = add_header(s, "Expect", NULL);
    for (size_t i = 0; i < call->header_count && error == 0; i++)
        error = add_header(s, call->headers[i].name, call->headers[i].value);
    if (error != 0)
        return error;
    curl_easy_setopt(s->easy, CURLOPT_URL, call->url);
    curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers);
    if (post) {
        curl_easy_setopt(s->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(s->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->body.len);
    } else {
        curl_easy_setopt(s->easy, CURLOPT_HTTPGET, 1L);
    }
    return 0;
}

int http_client_submit(struct http_client *c, const struct http_call *call)
{
    struct slot *s = c->free;
    if (!may_call(c, call))
        return -EINVAL;
    if (s == NULL || c->closing)
        return -EAGAIN;
    int error = prepare(s, call);
    if (error == 0 && curl_multi_add_handle(c->multi, s->easy) != CURLM_OK)
        error = -ENOMEM;
    if (error != 0) {
        wipe_headers(s);
        return error;
    }
    c->free = s->next_free;
    s->busy = true;
    c->busy++;
    return 0;
}

size_t http_client_busy(const struct http_client *c)
{
    return c->busy;
}

size_t http_client_free_slots(const struct http_client *c)
{
    return c->count - c->busy;
}

static bool finish_done(struct http_client *c)
{
    bool any = false;
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(c->multi, &left)) != NULL;) {
        if (m->msg != CURLMSG_DONE)
            continue;
        struct slot *s = NULL;
        CURLcode rc = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &s);
        finish(s, rc);
        any = true;
    }
    return any;
}

// A place to die for tests: a whole body is on the wire, its answer unread.
static void pass_fault_point(const struct http_client *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->slots[i].busy && c->slots[i].given > 0 && c->slots[i].given == c->slots[i].body.len)
            FAULT_POINT("after-body");
    }
}

int http_client_poll(struct http_client *c, int timeout_ms)
{
    int running;
    if (curl_multi_perform(c->multi, &running) != CURLM_OK)
        return -EIO;
    pass_fault_point(c);
    if (finish_done(c) || timeout_ms <= 0)
        return 0;
    if (curl_multi_poll(c->multi, NULL, 0, timeout_ms, NULL) != CURLM_OK ||
        curl_multi_perform(c->multi, &running) != CURLM_OK)
        return -EIO;
    (void)finish_done(c);
    return 0;
}

void http_client_wakeup(struct http_client *c)
{
    curl_multi_wakeup(c->multi);
}
