#include "common/io/redis.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/core/parse.h"

enum { PORT = 6379, CONNECT_TIMEOUT_MS = 3000, TIMEOUT_MS = 5000, HOST_SIZE = 256, SECRET_SIZE = 512 };

struct redis {
    char host[HOST_SIZE], user[SECRET_SIZE], password[SECRET_SIZE];
    int port;
    int64_t database;
    struct timeval connect_timeout, timeout;
    redisContext *context;
    size_t pending, bytes;
    int failed; /* of redis_command(): told by redis_run() */
    char error[160];
};

static struct timeval to_timeval(int64_t ms, int64_t fallback)
{
    int64_t value = ms == 0 ? fallback : ms;
    return (struct timeval){ .tv_sec = (time_t)(value / 1000), .tv_usec = (suseconds_t)(value % 1000 * 1000) };
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int decode(struct str in, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < in.n; i++) {
        char c = in.p[i];
        if (c == '%') {
            if (i + 2 >= in.n || hex(in.p[i + 1]) < 0 || hex(in.p[i + 2]) < 0)
                return -EINVAL;
            c = (char)(hex(in.p[i + 1]) << 4 | hex(in.p[i + 2]));
            i += 2;
        }
        if (n + 1 >= size)
            return -EINVAL;
        out[n++] = c;
    }
    out[n] = '\0';
    return 0;
}

/* What stands before `c`, which is taken away with it from *rest; false and nothing changed without `c`. */
static bool split(struct str *rest, char c, bool last, struct str *before)
{
    const char *at = rest->n == 0 ? NULL : last ? memrchr(rest->p, c, rest->n) : memchr(rest->p, c, rest->n);
    if (at == NULL)
        return false;
    *before = (struct str){ rest->p, (size_t)(at - rest->p) };
    *rest = (struct str){ at + 1, rest->n - before->n - 1 };
    return true;
}

static int read_user(struct redis *r, struct str user_info)
{
    struct str user;
    if (!split(&user_info, ':', false, &user)) {
        user = user_info;
        user_info = (struct str){ "", 0 };
    }
    int error = decode(user, r->user, sizeof(r->user));
    return error < 0 ? error : decode(user_info, r->password, sizeof(r->password));
}

static int read_url(struct redis *r, const char *url)
{
    static const char scheme[] = "redis://";
    if (strncmp(url, scheme, sizeof(scheme) - 1) != 0)
        return -EINVAL;
    struct str rest = str_from(url + sizeof(scheme) - 1), user_info, address = rest;
    int64_t port = PORT;
    if (split(&rest, '@', true, &user_info) && read_user(r, user_info) < 0)
        return -EINVAL;
    address = rest;
    if (split(&rest, '/', false, &address) && rest.n > 0 && parse_int(rest, 0, 1000000, &r->database) < 0)
        return -EINVAL;
    struct str host = address;
    if (split(&address, ':', true, &host) && parse_int(address, 1, 65535, &port) < 0)
        return -EINVAL;
    r->port = (int)port;
    return host.n == 0 ? -EINVAL : decode(host, r->host, sizeof(r->host));
}

int redis_open(const struct redis_options *options, struct redis **out)
{
    struct redis *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return -ENOMEM;
    r->connect_timeout = to_timeval(options->connect_timeout_ms, CONNECT_TIMEOUT_MS);
    r->timeout = to_timeval(options->timeout_ms, TIMEOUT_MS);
    int error = read_url(r, options->url);
    if (error == 0 && options->password != NULL && options->password[0] != '\0' &&
        !str_copy(r->password, sizeof(r->password), str_from(options->password)))
        error = -EINVAL;
    if (error < 0) {
        redis_close(&r);
        return error;
    }
    *out = r;
    return 0;
}

static void forget(struct redis *r)
{
    r->pending = r->bytes = 0;
    r->failed = 0;
}

static int broken(struct redis *r, const char *why)
{
    snprintf(r->error, sizeof(r->error), "%s", why);
    if (r->context != NULL)
        redisFree(r->context);
    r->context = NULL;
    forget(r);
    return -EAGAIN;
}

void redis_close(struct redis **r)
{
    if (*r == NULL)
        return;
    if ((*r)->context != NULL)
        redisFree((*r)->context);
    explicit_bzero((*r)->password, sizeof((*r)->password));
    free(*r);
    *r = NULL;
}

bool redis_connected(const struct redis *r)
{
    return r->context != NULL && r->context->err == 0;
}

/* The first word of an error is its code; the rest may quote an argument. */
static void keep_error(struct redis *r, const char *text, size_t n)
{
    size_t code = 0;
    while (code < n && code < 32 && text[code] != ' ' && text[code] != '\r')
        code++;
    snprintf(r->error, sizeof(r->error), "%.*s", (int)code, text);
}

/* One command while connecting: 0, -EAGAIN, -EPROTO. */
static int ask(struct redis *r, int argc, const char **argv)
{
    redisReply *reply = redisCommandArgv(r->context, argc, argv, NULL);
    if (reply == NULL)
        return broken(r, "connection lost");
    int error = 0;
    if (reply->type == REDIS_REPLY_ERROR) {
        keep_error(r, reply->str, (size_t)reply->len);
        error = strcmp(r->error, "LOADING") == 0 ? broken(r, "LOADING") : -EPROTO;
    }
    freeReplyObject(reply);
    return error;
}

static int log_in(struct redis *r)
{
    char database[24];
    const char *auth[] = { "AUTH", r->user, r->password }, *auth_default[] = { "AUTH", r->password };
    const char *choose[] = { "SELECT", database }, *ping[] = { "PING" };
    snprintf(database, sizeof(database), "%lld", (long long)r->database);
    int error = 0;
    if (r->password[0] != '\0')
        error = r->user[0] == '\0' ? ask(r, 2, auth_default) : ask(r, 3, auth);
    if (error == 0 && r->database != 0)
        error = ask(r, 2, choose);
    return error < 0 ? error : ask(r, 1, ping);
}

int redis_connect(struct redis *r)
{
    forget(r);
    if (redis_connected(r))
        return 0;
    if (r->context != NULL)
        redisFree(r->context);
    r->context = redisConnectWithTimeout(r->host, r->port, r->connect_timeout);
    if (r->context == NULL || r->context->err != 0)
        return broken(r, "no connection");
    if (redisSetTimeout(r->context, r->timeout) != REDIS_OK || redisEnableKeepAlive(r->context) != REDIS_OK)
        return broken(r, "socket options");
    int error = log_in(r);
    if (error == -EPROTO) {
        char why[sizeof(r->error)];
        memcpy(why, r->error, sizeof(why));
        broken(r, why);
    }
    return error;
}

void redis_command(struct redis *r, size_t argc, const struct str *argv)
{
    enum { ARGS_ON_STACK = 64 };
    const char *few[ARGS_ON_STACK], **words = few;
    size_t few_lengths[ARGS_ON_STACK], *lengths = few_lengths;
    if (r->failed != 0 || !redis_connected(r))
        return;
    if (argc > ARGS_ON_STACK) {
        words = reallocarray(NULL, argc, sizeof(*words));
        lengths = reallocarray(NULL, argc, sizeof(*lengths));
    }
    if (words != NULL && lengths != NULL) {
        for (size_t i = 0; i < argc; i++) {
            words[i] = argv[i].n == 0 ? "" : argv[i].p;
            lengths[i] = argv[i].n;
            r->bytes += argv[i].n;
        }
        if (r->bytes > REDIS_PIPELINE_BYTES_MAX || r->pending == REDIS_PIPELINE_MAX)
            r->failed = -E2BIG;
        else if (redisAppendCommandArgv(r->context, (int)argc, words, lengths) != REDIS_OK)
            r->failed = -ENOMEM;
        else
            r->pending++;
    } else {
        r->failed = -ENOMEM;
    }
    if (words != few)
        free(words);
    if (lengths != few_lengths)
        free(lengths);
}

size_t redis_pending(const struct redis *r)
{
    return r->pending;
}

static struct redis_reply to_reply(const redisReply *raw)
{
    switch (raw->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        return (struct redis_reply){ .type = REDIS_TEXT, .text = { raw->str, (size_t)raw->len } };
    case REDIS_REPLY_INTEGER:
        return (struct redis_reply){ .type = REDIS_INTEGER, .integer = raw->integer };
    case REDIS_REPLY_ARRAY:
        return (struct redis_reply){ .type = REDIS_ARRAY, .count = raw->elements, .items = raw->element };
    default:
        return (struct redis_reply){ .type = REDIS_NIL };
    }
}

struct redis_reply redis_item(const struct redis_reply *reply, size_t i)
{
    return to_reply(((redisReply *const *)reply->items)[i]);
}

/* An error, at the top or (within EXEC) one level below. */
static const redisReply *find_error(const redisReply *raw)
{
    if (raw->type == REDIS_REPLY_ERROR)
        return raw;
    for (size_t i = 0; raw->type == REDIS_REPLY_ARRAY && i < raw->elements; i++) {
        if (raw->element[i]->type == REDIS_REPLY_ERROR)
            return raw->element[i];
    }
    return NULL;
}

int redis_run(struct redis *r, void (*each)(void *arg, size_t index, const struct redis_reply *reply), void *arg)
{
    int failed = r->failed;
    size_t count = r->pending;
    if (!redis_connected(r))
        return broken(r, "no connection");
    if (failed < 0) {
        /* Some commands lie in the output buffer already: the connection can't be used any more. */
        broken(r, "too much for one pipeline");
        return failed;
    }
    forget(r);
    int error = 0;
    for (size_t i = 0; i < count; i++) {
        redisReply *raw = NULL;
        if (redisGetReply(r->context, (void **)&raw) != REDIS_OK || raw == NULL)
            return broken(r, "connection lost");
        const redisReply *wrong = find_error(raw);
        if (wrong != NULL) {
            keep_error(r, wrong->str, (size_t)wrong->len);
            error = -EPROTO;
        } else if (each != NULL) {
            struct redis_reply reply = to_reply(raw);
            each(arg, i, &reply);
        }
        freeReplyObject(raw);
    }
    return error;
}

const char *redis_error(const struct redis *r)
{
    return r->error;
}
