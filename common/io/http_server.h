/*
 * A small HTTP/1.1 server: the only place libmicrohttpd is included. For health, metrics and webhooks; TLS ends before
 * us.
 *
 * One thread of its own serves all connections. A handler runs in it and must not block: it answers at once, or keeps
 * the request and answers later from any thread (a webhook that waits for Kafka). Whatever a stranger sends is
 * bounded: the size of header and body, the number of connections, in all and per address, and the time a request may
 * take to arrive. Requests that could be read in two ways (two lengths, length and chunks, odd header names …) are
 * answered 400 and the connection is closed, before any handler sees them.
 */
#ifndef BERBAGI_IO_HTTP_SERVER_H
#define BERBAGI_IO_HTTP_SERVER_H

#include <stdint.h>

#include "common/core/cleanup.h"
#include "common/core/str.h"

struct http_server;

/* One request, valid until it is answered. */
struct http_request {
    const char *method; /* "GET", "POST" … */
    const char *path;   /* without query */
    struct str body;    /* as it came, whole */
};

/* The value of a header (name in any case) or of a query parameter (percent-decoded); NULL if it is absent. Only
 * before the answer, only in the handler's own call. */
const char *http_request_header(const struct http_request *request, const char *name);
const char *http_request_query(const struct http_request *request, const char *name);

/*
 * Answers. Exactly once per request, from any thread; the request is gone after it. Body and content type
 * ("text/plain", …) are copied. A status of 503 carries Retry-After: 5.
 */
void http_answer(struct http_request *request, int status, const char *content_type, struct str body);

struct http_route {
    const char *method;  /* "GET" also serves HEAD */
    const char *path;    /* compared whole */
    size_t max_body;     /* a longer body is answered 413; 0 = none allowed */
    void (*handle)(void *arg, struct http_request *request);
    void *arg;
};

struct http_server_options {
    const char *listen;                  /* "127.0.0.1:8080", "0.0.0.0:8080", "[::]:8080"; port 0 = any free one */
    const struct http_route *routes;     /* must outlive the server; other paths: 404, other methods: 405 */
    size_t route_count;
    unsigned max_connections;            /* 0 = 256 */
    unsigned max_per_address;            /* 0 = no bound of its own */
    unsigned timeout_s;                  /* silence on a connection; 0 = 15 */
};

/* 0; -EINVAL (listen can't be read), -EADDRINUSE, -EACCES or another negative errno. */
must_check int http_server_start(const struct http_server_options *options, struct http_server **out);
uint16_t http_server_port(const struct http_server *s);
/* No new connections, requests under way get their answers (who answers later must still be alive), then frees.
 * Accepts NULL and nulls the pointer. */
void http_server_stop(struct http_server **s);

#endif
