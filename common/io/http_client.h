/*
 * HTTP/1.1 requests, many at a time from one thread: the only place libcurl is included.
 *
 * libcurl silently sends a POST again when a reused connection dies before the first byte of the answer. Here the body
 * is fed by a callback that refuses to rewind, so it never does, and how much of the body was handed out tells whether
 * it can have left: nothing = certainly not sent; something without a complete answer = nobody knows.
 *
 * No redirects, no environment's proxy, no verification switched off, TLS 1.2 at least, answers up to 64 KiB. The
 * client has as many slots as connections: a queue and its pacing are the caller's.
 */
#ifndef BERBAGI_IO_HTTP_CLIENT_H
#define BERBAGI_IO_HTTP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/cleanup.h"
#include "common/core/str.h"

struct http_client;

enum { HTTP_ANSWER_MAX = 64 * 1024, HTTP_CLIENT_MAX_CONNECTIONS = 1024 };

struct http_client_options {
    unsigned connections;       /* 1 to HTTP_CLIENT_MAX_CONNECTIONS; 0 = 24 */
    int64_t connect_timeout_ms; /* 0 = 3000 */
    int64_t timeout_ms;         /* of a whole request; 0 = 20000 */
    const char *ca_file;        /* NULL or "" = the system's */
    const char *proxy;          /* NULL or "" = none */
    bool allow_http;            /* plain http:// too: loopback and tests */
};

/* What became of a request. Pointers are valid until `done` returns. */
struct http_outcome {
    enum http_end {
        HTTP_ANSWERED, /* a complete answer: status, headers, body */
        HTTP_NOT_SENT, /* not one byte of the body left: may be tried again */
        HTTP_UNKNOWN,  /* it may have arrived; there is no answer to tell */
    } end;
    int status;              /* of the answer, 0 without one (HTTP_UNKNOWN may have one that was cut off) */
    struct str body;         /* at most HTTP_ANSWER_MAX */
    bool body_cut;           /* the answer was longer */
    int64_t body_sent;       /* bytes of the request's body that were handed out */
    int64_t retry_after_s;   /* Retry-After, a date counted from now; -1 without */
    const char *why;         /* libcurl's text for an end that isn't ANSWERED; holds no URL, no header */
    int64_t connect_us, total_us;
};

struct http_field {
    const char *name, *value;
};

struct http_call {
    const char *url;
    const struct http_field *headers; /* copied, wiped after use */
    size_t header_count;
    struct str body;                  /* POST, at least one byte, copied; p = NULL: GET */
    /* Exactly once per accepted call, within http_client_poll() or http_client_close(); may submit to slots that are
     * free. */
    void (*done)(void *arg, const struct http_outcome *outcome);
    void *arg;
};

must_check int http_client_open(const struct http_client_options *options, struct http_client **out);
/* Ends what is under way (done: NOT_SENT or UNKNOWN), frees. Accepts NULL and nulls the pointer. */
void http_client_close(struct http_client **c);

/* 0; -EAGAIN: every slot is taken; -EINVAL: not a URL we may call, no body; -ENOMEM. */
must_check int http_client_submit(struct http_client *c, const struct http_call *call);
/* Slots taken, and free. */
size_t http_client_busy(const struct http_client *c);
size_t http_client_free_slots(const struct http_client *c);

/* Moves everything on, waiting up to timeout_ms for something to happen. 0, or a negative errno (libcurl is
 * broken). */
must_check int http_client_poll(struct http_client *c, int timeout_ms);
/* Ends another thread's (or the next) wait in http_client_poll(). Thread-safe. */
void http_client_wakeup(struct http_client *c);

#endif
