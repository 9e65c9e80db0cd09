#include "common/io/http_server.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/core/buf.h"
#include "common/core/parse.h"

enum { MAX_CONNECTIONS = 256, TIMEOUT_S = 15, HEADER_MEMORY = 16 * 1024, HOST_SIZE = 64, BODY_ROOM = 1 };
enum { STOP_TURN_US = 5000, STOP_TURNS = 7000 };

/*
 * A request's life: the server's thread collects the body, calls the handler, and suspends the connection unless the
 * answer is there already. Whoever answers puts it here and resumes; the server's thread sends it and frees.
 */
struct exchange {
    struct http_request request; /* first: the handler's pointer is ours */
    struct http_server *server;
    struct MHD_Connection *connection;
    const struct http_route *route;
    struct buf body;
    int refused; /* status decided before a handler was called */
    pthread_mutex_t lock;
    bool called, suspended;
    struct MHD_Response *answer;
    unsigned status;
};

struct http_server {
    struct MHD_Daemon *daemon;
    const struct http_route *routes;
    size_t route_count;
    uint16_t port;
    atomic_int waiting; /* requests that are answered later */
};

static struct MHD_Response *make_answer(int status, const char *content_type, struct str body)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY);
    if (r == NULL)
        return NULL;
    MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
    if (status == 503)
        MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, "5");
    return r;
}

void http_answer(struct http_request *request, int status, const char *content_type, struct str body)
{
    struct exchange *e = (struct exchange *)request;
    struct MHD_Response *answer = make_answer(status, content_type, body);
    pthread_mutex_lock(&e->lock);
    e->answer = answer;
    e->status = (unsigned)status;
    bool resume = e->suspended;
    pthread_mutex_unlock(&e->lock);
    /* After this the server's thread may free the exchange: nothing of it is touched any more. */
    if (resume) {
        struct http_server *server = e->server;
        MHD_resume_connection(e->connection);
        atomic_fetch_sub(&server->waiting, 1);
    }
}

const char *http_request_header(const struct http_request *request, const char *name)
{
    const struct exchange *e = (const struct exchange *)request;
    return MHD_lookup_connection_value(e->connection, MHD_HEADER_KIND, name);
}

const char *http_request_query(const struct http_request *request, const char *name)
{
    const struct exchange *e = (const struct exchange *)request;
    return MHD_lookup_connection_value(e->connection, MHD_GET_ARGUMENT_KIND, name);
}

static bool serves(const struct http_route *route, const char *method)
{
    return strcmp(route->method, method) == 0 || (strcmp(route->method, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

/* The route, or NULL and the status that says why there is none. */
static const struct http_route *find_route(const struct http_server *s, const char *method, const char *path, int *status)
{
    *status = 404;
    for (size_t i = 0; i < s->route_count; i++) {
        if (strcmp(s->routes[i].path, path) != 0)
            continue;
        if (serves(&s->routes[i], method))
            return &s->routes[i];
        *status = 405;
    }
    return NULL;
}

struct framing {
    int lengths, encodings, odd;
};

static enum MHD_Result look_at_header(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct framing *f = arg;
    (void)kind;
    f->lengths += strcasecmp(name, "Content-Length") == 0;
    f->encodings += strcasecmp(name, "Transfer-Encoding") == 0;
    for (const char *c = name; *c != '\0'; c++)
        f->odd += !isalnum((unsigned char)*c) && strchr("!#$%&'*+-.^_`|~", *c) == NULL;
    for (const char *c = value == NULL ? "" : value; *c != '\0'; c++)
        f->odd += (unsigned char)*c < ' ' && *c != '\t';
    return MHD_YES;
}

/* A request whose end two readers could see in different places is nobody's friend. */
static bool ambiguous(struct MHD_Connection *connection)
{
    struct framing f = { 0 };
    MHD_get_connection_values(connection, MHD_HEADER_KIND, look_at_header, &f);
    return f.lengths > 1 || f.encodings > 1 || (f.lengths > 0 && f.encodings > 0) || f.odd > 0;
}

static struct exchange *begin(struct http_server *s, struct MHD_Connection *connection, const char *path,
                              const char *method)
{
    struct exchange *e = calloc(1, sizeof(*e));
    if (e == NULL)
        return NULL;
    pthread_mutex_init(&e->lock, NULL);
    e->server = s;
    e->connection = connection;
    e->route = find_route(s, method, path, &e->refused);
    if (e->route != NULL)
        e->refused = ambiguous(connection) ? 400 : 0;
    const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t announced = 0;
    if (e->refused == 0 && length != NULL && (parse_int(str_from(length), 0, INT64_MAX, &announced) < 0 ||
                                              announced > (int64_t)e->route->max_body))
        e->refused = 413;
    buf_init(&e->body, e->route == NULL ? BODY_ROOM : e->route->max_body + BODY_ROOM);
    e->request.method = method;
    e->request.path = path;
    return e;
}

static enum MHD_Result send_refusal(struct exchange *e)
{
    struct MHD_Response *r = make_answer(e->refused, "text/plain", STR_LIT(""));
    if (r == NULL)
        return MHD_NO;
    MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result result = MHD_queue_response(e->connection, (unsigned)e->refused, r);
    MHD_destroy_response(r);
    return result;
}

static enum MHD_Result send_answer(struct exchange *e)
{
    if (e->answer == NULL)
        return MHD_NO; /* no memory for one: the connection is closed */
    enum MHD_Result result = MHD_queue_response(e->connection, e->status, e->answer);
    MHD_destroy_response(e->answer);
    e->answer = NULL;
    return result;
}

/* The body is whole: the handler answers now, or later and the connection waits without a thread. */
static enum MHD_Result call_handler(struct exchange *e)
{
    e->called = true;
    e->request.body = buf_str(&e->body);
    e->route->handle(e->route->arg, &e->request);
    pthread_mutex_lock(&e->lock);
    bool answered = e->status != 0;
    if (!answered) {
        atomic_fetch_add(&e->server->waiting, 1);
        MHD_suspend_connection(e->connection);
        e->suspended = true;
    }
    pthread_mutex_unlock(&e->lock);
    return answered ? send_answer(e) : MHD_YES;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *path, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **state)
{
    struct exchange *e = *state;
    (void)version;
    if (e == NULL) { /* headers only */
        e = *state = begin(arg, connection, path, method);
        if (e == NULL)
            return MHD_NO;
        return e->refused == 413 || e->refused == 400 ? send_refusal(e) : MHD_YES;
    }
    if (*upload_size > 0) {
        if (e->refused == 0)
            buf_append(&e->body, upload, *upload_size);
        if (e->body.error != 0 || (e->route != NULL && e->body.len > e->route->max_body))
            e->refused = 413;
        *upload_size = 0;
        return MHD_YES;
    }
    if (e->refused != 0)
        return send_refusal(e);
    return e->called ? send_answer(e) : call_handler(e);
}

static void on_end(void *arg, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
    struct exchange *e = *state;
    (void)arg;
    (void)connection;
    (void)code;
    if (e == NULL)
        return;
    if (e->answer != NULL)
        MHD_destroy_response(e->answer);
    pthread_mutex_destroy(&e->lock);
    buf_done(&e->body);
    free(e);
    *state = NULL;
}

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* host:port or [v6]:port; an address, no name. */
static int read_listen(const char *text, union address *out)
{
    char host[HOST_SIZE];
    const char *colon = strrchr(text, ':');
    int64_t port;
    if (colon == NULL || parse_int(str_from(colon + 1), 0, 65535, &port) < 0)
        return -EINVAL;
    struct str name = { text, (size_t)(colon - text) };
    bool v6 = name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']';
    if (v6)
        name = (struct str){ name.p + 1, name.n - 2 };
    if (!str_copy(host, sizeof(host), name))
        return -EINVAL;
    memset(out, 0, sizeof(*out));
    if (v6) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons((uint16_t)port);
        return inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1 ? 0 : -EINVAL;
    }
    out->v4.sin_family = AF_INET;
    out->v4.sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, host, &out->v4.sin_addr) == 1 ? 0 : -EINVAL;
}

static unsigned or_default(unsigned value, unsigned fallback)
{
    return value == 0 ? fallback : value;
}

static int start(struct http_server *s, const struct http_server_options *o, const union address *address)
{
    unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     (address->any.sa_family == AF_INET6 ? MHD_USE_IPv6 : 0u);
    errno = 0;
    s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s,
                                 MHD_OPTION_SOCK_ADDR, &address->any,
                                 MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL,
                                 MHD_OPTION_CONNECTION_LIMIT, or_default(o->max_connections, MAX_CONNECTIONS),
                                 MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->max_per_address,
                                 MHD_OPTION_CONNECTION_TIMEOUT, or_default(o->timeout_s, TIMEOUT_S),
                                 MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_MEMORY,
                                 MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (s->daemon == NULL)
        return errno == 0 ? -EADDRINUSE : -errno;
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
    s->port = info == NULL ? 0 : info->port;
    return 0;
}

int http_server_start(const struct http_server_options *options, struct http_server **out)
{
    union address address;
    int error = read_listen(options->listen, &address);
    if (error < 0)
        return error;
    struct http_server *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return -ENOMEM;
    s->routes = options->routes;
    s->route_count = options->route_count;
    error = start(s, options, &address);
    if (error < 0) {
        free(s);
        return error;
    }
    *out = s;
    return 0;
}

uint16_t http_server_port(const struct http_server *s)
{
    return s->port;
}

void http_server_stop(struct http_server **s)
{
    if (*s == NULL)
        return;
    MHD_socket listener = MHD_quiesce_daemon((*s)->daemon);
    if (listener != MHD_INVALID_SOCKET)
        close(listener);
    /* The library must not be stopped with a suspended connection. Who never answers has broken the contract: then the
     * server is left to the end of the process. */
    for (int turn = 0; turn < STOP_TURNS && atomic_load(&(*s)->waiting) > 0; turn++)
        usleep(STOP_TURN_US);
    if (atomic_load(&(*s)->waiting) == 0) {
        MHD_stop_daemon((*s)->daemon);
        free(*s);
    }
    *s = NULL;
}
