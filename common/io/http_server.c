#include "common/io/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "common/core/buf.h"
#include "common/core/clock.h"
#include "common/core/parse.h"
#include "common/io/http_guard.h"

enum { MAX_CONNECTIONS = 256, TIMEOUT_S = 15, MEMORY_PER_CONNECTION = 32 * 1024, STOP_PATIENCE_MS = 10000 };

struct http_server {
    struct MHD_Daemon *daemon;
    struct http_server_options options;
    uint16_t port;
    pthread_mutex_t lock;      /* of all exchanges' `stage` and of `waiting` */
    pthread_cond_t all_answered;
    size_t waiting;            /* exchanges handed to a handler and not answered yet */
};

/* One request and what becomes of it. */
struct exchange {
    struct http_request request; /* first: handlers hold this */
    struct http_server *server;
    struct MHD_Connection *connection;
    const struct http_route *route;
    struct buf body;
    int refused;                 /* a status, before any handler sees it */
    enum { READING, HANDLING, SUSPENDED, ANSWERED } stage;
    struct MHD_Response *response;
    int status;
};

static struct MHD_Response *make_response(const char *content_type, struct str body, int status)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return NULL;
    if (content_type != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
    if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "5");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    return response;
}

void http_answer(struct http_request *request, int status, const char *content_type, struct str body)
{
    struct exchange *x = (struct exchange *)request;
    struct http_server *s = x->server;
    struct MHD_Response *response = make_response(content_type, body, status);
    pthread_mutex_lock(&s->lock);
    bool suspended = x->stage == SUSPENDED;
    x->response = response;
    x->status = status;
    x->stage = ANSWERED;
    s->waiting--;
    if (s->waiting == 0)
        pthread_cond_broadcast(&s->all_answered);
    if (suspended)
        MHD_resume_connection(x->connection);
    pthread_mutex_unlock(&s->lock);
}

const char *http_request_header(const struct http_request *request, const char *name)
{
    const struct exchange *x = (const struct exchange *)request;
    return MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
}

const char *http_request_query(const struct http_request *request, const char *name)
{
    const struct exchange *x = (const struct exchange *)request;
    return MHD_lookup_connection_value(x->connection, MHD_GET_ARGUMENT_KIND, name);
}

// ---- a request comes in

static bool serves(const struct http_route *route, const char *method)
{
    return strcmp(route->method, method) == 0 || (strcmp(route->method, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

static void choose_route(struct exchange *x)
{
    const struct http_server_options *o = &x->server->options;
    x->refused = MHD_HTTP_NOT_FOUND;
    for (size_t i = 0; i < o->route_count; i++) {
        if (strcmp(o->routes[i].path, x->request.path) != 0)
            continue;
        x->refused = MHD_HTTP_METHOD_NOT_ALLOWED;
        if (serves(&o->routes[i], x->request.method)) {
            x->route = &o->routes[i];
            x->refused = 0;
            return;
        }
    }
}

static enum MHD_Result guard_field(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                   const char *value, size_t value_size)
{
    (void)kind;
    http_guard_field(arg, (struct str){ name, name_size }, (struct str){ value, value == NULL ? 0 : value_size });
    return MHD_YES;
}

static void check_head(struct exchange *x, const char *version)
{
    struct http_guard guard = { .fields = 0 };
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, guard_field, &guard);
    if (!http_guard_allows(&guard, version)) {
        x->refused = MHD_HTTP_BAD_REQUEST;
        return;
    }
    choose_route(x);
    if (x->refused == 0 && guard.length > (int64_t)x->route->max_body)
        x->refused = MHD_HTTP_CONTENT_TOO_LARGE;
}

static struct exchange *begin(struct http_server *s, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version)
{
    struct exchange *x = calloc(1, sizeof(*x));
    if (x == NULL)
        return NULL;
    x->server = s;
    x->connection = connection;
    x->request.method = method;
    x->request.path = url;
    check_head(x, version);
    buf_init(&x->body, x->route == NULL ? 0 : x->route->max_body);
    return x;
}

static enum MHD_Result queue(struct exchange *x, int status, struct MHD_Response *response, bool close)
{
    if (response == NULL)
        return MHD_NO; // no memory: the connection ends
    if (close)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result result = MHD_queue_response(x->connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct exchange *x)
{
    return queue(x, x->refused, make_response("text/plain", STR_LIT("refused\n"), x->refused),
                 x->refused != MHD_HTTP_NOT_FOUND && x->refused != MHD_HTTP_METHOD_NOT_ALLOWED);
}

static enum MHD_Result hand_over(struct exchange *x)
{
    struct http_server *s = x->server;
    pthread_mutex_lock(&s->lock);
    x->stage = HANDLING;
    s->waiting++;
    pthread_mutex_unlock(&s->lock);
    x->request.body = (struct str){ x->body.data == NULL ? "" : x->body.data, x->body.len };
    x->route->handle(x->route->arg, &x->request);
    pthread_mutex_lock(&s->lock);
    bool answered = x->stage == ANSWERED;
    if (!answered) {
        x->stage = SUSPENDED;
        MHD_suspend_connection(x->connection);
    }
    pthread_mutex_unlock(&s->lock);
    return answered ? queue(x, x->status, take_ptr(x->response), false) : MHD_YES;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **state)
{
    struct exchange *x = *state;
    if (x == NULL) { // head only. An answer given now closes the connection: right where the body can't be trusted
        *state = x = begin(arg, connection, url, method, version);
        if (x == NULL)
            return MHD_NO;
        return x->refused == MHD_HTTP_BAD_REQUEST || x->refused == MHD_HTTP_CONTENT_TOO_LARGE ? refuse(x) : MHD_YES;
    }
    if (x->stage == ANSWERED) // it was suspended
        return queue(x, x->status, take_ptr(x->response), false);
    if (*size > 0) {
        if (x->refused == 0)
            buf_append(&x->body, data, *size);
        if (x->body.error != 0 && x->refused == 0)
            x->refused = x->body.error == -E2BIG ? MHD_HTTP_CONTENT_TOO_LARGE : MHD_HTTP_SERVICE_UNAVAILABLE;
        *size = 0;
        return MHD_YES;
    }
    return x->refused != 0 ? refuse(x) : hand_over(x);
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    (void)arg;
    (void)connection;
    (void)code;
    struct exchange *x = take_ptr(*state);
    if (x == NULL)
        return;
    if (x->response != NULL) // the client was gone before the answer
        MHD_destroy_response(x->response);
    buf_done(&x->body);
    free(x);
}

// ---- life

// "host:port" or "[v6]:port", numeric.
static int parse_listen(const char *listen, struct sockaddr_storage *out, socklen_t *size)
{
    char host[64];
    const char *colon = strrchr(listen, ':');
    if (colon == NULL)
        return -EINVAL;
    struct str name = { listen, (size_t)(colon - listen) };
    if (name.n >= 2 && name.p[0] == '[' && name.p[name.n - 1] == ']')
        name = (struct str){ name.p + 1, name.n - 2 };
    int64_t port;
    if (!str_copy(host, sizeof(host), name) || parse_int(str_from(colon + 1), 0, 65535, &port) != 0)
        return -EINVAL;
    const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
        return -EINVAL;
    memcpy(out, found->ai_addr, found->ai_addrlen);
    *size = found->ai_addrlen;
    freeaddrinfo(found);
    return 0;
}

// Our own socket, so that a refusal has its errno.
static int open_socket(const char *listen_at, uint16_t *port)
{
    struct sockaddr_storage address;
    socklen_t size;
    int error = parse_listen(listen_at, &address, &size);
    if (error != 0)
        return error;
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    const int on = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, SOMAXCONN) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        error = -errno;
        close(fd);
        return error;
    }
    *port = ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                                : ((struct sockaddr_in *)&address)->sin_port);
    return fd;
}

static void no_log(void *arg, const char *format, va_list arguments)
{
    (void)arg;
    (void)format;
    (void)arguments;
}

static struct MHD_Daemon *start(struct http_server *s, int fd)
{
    const struct http_server_options *o = &s->options;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, s,
                            MHD_OPTION_EXTERNAL_LOGGER, no_log, NULL,
                            MHD_OPTION_LISTEN_SOCKET, fd,
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
                            MHD_OPTION_CONNECTION_LIMIT,
                            o->max_connections == 0 ? MAX_CONNECTIONS : o->max_connections,
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->max_per_address,
                            MHD_OPTION_CONNECTION_TIMEOUT, o->timeout_s == 0 ? TIMEOUT_S : o->timeout_s,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_PER_CONNECTION,
                            MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_END);
}

int http_server_start(const struct http_server_options *options, struct http_server **out)
{
    uint16_t port = 0;
    int fd = open_socket(options->listen, &port);
    if (fd < 0)
        return fd;
    struct http_server *s = calloc(1, sizeof(*s));
    if (s == NULL) {
        close(fd);
        return -ENOMEM;
    }
    s->options = *options;
    s->port = port;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->all_answered, NULL);
    s->daemon = start(s, fd);
    if (s->daemon == NULL) {
        close(fd);
        http_server_stop(&s);
        return -EIO;
    }
    *out = s;
    return 0;
}

uint16_t http_server_port(const struct http_server *s)
{
    return s->port;
}

static bool wait_for_answers(struct http_server *s)
{
    const struct timespec end = { .tv_sec = (clock_now_ms() + STOP_PATIENCE_MS) / 1000 };
    pthread_mutex_lock(&s->lock);
    int error = 0;
    while (s->waiting > 0 && error == 0)
        error = pthread_cond_timedwait(&s->all_answered, &s->lock, &end);
    bool none = s->waiting == 0;
    pthread_mutex_unlock(&s->lock);
    return none;
}

void http_server_stop(struct http_server **pointer)
{
    struct http_server *s = take_ptr(*pointer);
    if (s == NULL)
        return;
    if (s->daemon != NULL) {
        MHD_socket fd = MHD_quiesce_daemon(s->daemon);
        bool none = wait_for_answers(s);
        if (fd != MHD_INVALID_SOCKET)
            close(fd);
        if (!none)
            return; // somebody still holds a request: better a leak at the end than memory that is gone
        MHD_stop_daemon(s->daemon);
    }
    pthread_cond_destroy(&s->all_answered);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
