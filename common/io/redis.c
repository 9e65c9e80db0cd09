#include "common/io/redis.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <hiredis/hiredis.h>

#include "common/core/buf.h"
#include "common/io/redis_url.h"

enum { CONNECT_TIMEOUT_MS = 3000, TIMEOUT_MS = 5000, ERROR_SIZE = 160,
       ARGUMENTS_MAX = 1 << 20 }; // Redis itself takes no more in one command

struct redis {
    redisContext *context;
    struct redis_url url;
    int64_t connect_timeout_ms, timeout_ms;
    size_t pending, bytes;
    int failed;               /* of redis_command(), told by redis_run() */
    char error[ERROR_SIZE];
    /* Arguments in hiredis' shape. */
    const char **argv;
    size_t *lengths;
    size_t capacity;
};

static int note(struct redis *r, const char *text, int error)
{
    snprintf(r->error, sizeof(r->error), "%s", text);
    return error;
}

int redis_open(const struct redis_options *options, struct redis **out)
{
    struct redis *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return -ENOMEM;
    r->connect_timeout_ms = options->connect_timeout_ms == 0 ? CONNECT_TIMEOUT_MS : options->connect_timeout_ms;
    r->timeout_ms = options->timeout_ms == 0 ? TIMEOUT_MS : options->timeout_ms;
    int error = redis_url_parse(options->url, &r->url);
    if (error == 0 && options->password != NULL && options->password[0] != '\0' &&
        !str_copy(r->url.password, sizeof(r->url.password), str_from(options->password)))
        error = -EINVAL;
    if (error != 0) {
        redis_close(&r);
        return error;
    }
    *out = r;
    return 0;
}

static void hang_up(struct redis *r)
{
    if (r->context != NULL)
        redisFree(r->context);
    r->context = NULL;
    r->pending = r->bytes = 0;
    r->failed = 0;
}

void redis_close(struct redis **pointer)
{
    struct redis *r = take_ptr(*pointer);
    if (r == NULL)
        return;
    hang_up(r);
    explicit_bzero(&r->url, sizeof(r->url));
    free(r->argv);
    free(r->lengths);
    free(r);
}

bool redis_connected(const struct redis *r)
{
    return r->context != NULL && r->context->err == 0;
}

const char *redis_error(const struct redis *r)
{
    return r->error;
}

// ---- commands and replies

static int reserve(struct redis *r, size_t argc)
{
    if (argc <= r->capacity)
        return 0;
    const char **argv = reallocarray(r->argv, argc, sizeof(*argv));
    if (argv == NULL)
        return -ENOMEM;
    r->argv = argv;
    size_t *lengths = reallocarray(r->lengths, argc, sizeof(*lengths));
    if (lengths == NULL)
        return -ENOMEM;
    r->lengths = lengths;
    r->capacity = argc;
    return 0;
}

void redis_command(struct redis *r, size_t argc, const struct str *argv)
{
    if (r->failed != 0)
        return;
    size_t bytes = 0;
    for (size_t i = 0; i < argc; i++)
        bytes += argv[i].n + 16;
    if (r->context == NULL)
        r->failed = -EAGAIN;
    else if (argc == 0 || argc > ARGUMENTS_MAX || r->pending == REDIS_PIPELINE_MAX ||
             r->bytes + bytes > REDIS_PIPELINE_BYTES_MAX)
        r->failed = -E2BIG;
    else
        r->failed = reserve(r, argc);
    if (r->failed != 0)
        return;
    for (size_t i = 0; i < argc; i++) {
        r->argv[i] = argv[i].p == NULL ? "" : argv[i].p;
        r->lengths[i] = argv[i].n;
    }
    if (redisAppendCommandArgv(r->context, (int)argc, r->argv, r->lengths) != REDIS_OK) {
        r->failed = -ENOMEM;
        return;
    }
    r->pending++;
    r->bytes += bytes;
}

size_t redis_pending(const struct redis *r)
{
    return r->pending;
}

static struct redis_reply shape(const redisReply *raw)
{
    switch (raw->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
        return (struct redis_reply){ .type = REDIS_TEXT, .text = { raw->str, raw->len } };
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
    redisReply *const *items = reply->items;
    return shape(items[i]);
}

// An error, or an array (EXEC's) that holds one.
static const redisReply *find_error(const redisReply *raw)
{
    if (raw->type == REDIS_REPLY_ERROR)
        return raw;
    for (size_t i = 0; raw->type == REDIS_REPLY_ARRAY && i < raw->elements; i++)
        if (raw->element[i]->type == REDIS_REPLY_ERROR)
            return raw->element[i];
    return NULL;
}

// Its code and first words; what follows a quote may be an argument.
static void note_error(struct redis *r, const redisReply *raw)
{
    size_t n = strcspn(raw->str, "'\"`");
    snprintf(r->error, sizeof(r->error), "%.*s", (int)(n < 100 ? n : 100), raw->str);
}

static int break_off(struct redis *r)
{
    note(r, r->context->errstr[0] == '\0' ? "connection lost" : r->context->errstr, 0);
    hang_up(r);
    return -EAGAIN;
}

int redis_run(struct redis *r, void (*each)(void *arg, size_t index, const struct redis_reply *reply), void *arg)
{
    if (r->failed != 0) { // nothing was sent: what was added is dropped with the connection
        int failed = r->failed;
        hang_up(r);
        return note(r, failed == -EAGAIN ? "not connected" : "commands refused", failed);
    }
    int error = 0;
    for (size_t i = 0, n = r->pending; i < n; i++) {
        void *pointer = NULL;
        if (redisGetReply(r->context, &pointer) != REDIS_OK || pointer == NULL)
            return break_off(r);
        const redisReply *raw = pointer, *bad = find_error(raw);
        struct redis_reply reply = shape(raw);
        if (bad != NULL) {
            if (error == 0)
                note_error(r, bad);
            error = -EPROTO;
        } else if (each != NULL) {
            each(arg, i, &reply);
        }
        freeReplyObject(pointer);
    }
    r->pending = r->bytes = 0;
    return error;
}

// ---- connecting

static struct timeval after(int64_t ms)
{
    return (struct timeval){ .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
}

static int greet(struct redis *r)
{
    if (r->url.password[0] != '\0') {
        const struct str words[] = { STR_LIT("AUTH"), str_from(r->url.user), str_from(r->url.password) };
        const struct str old[] = { words[0], words[2] }; // Redis before 6 knows no user
        redis_command(r, r->url.user[0] == '\0' ? 2 : 3, r->url.user[0] == '\0' ? old : words);
    }
    char db[16];
    snprintf(db, sizeof(db), "%d", r->url.db);
    redis_command(r, 2, (struct str[]){ STR_LIT("SELECT"), str_from(db) });
    redis_command(r, 1, (struct str[]){ STR_LIT("PING") });
    return redis_run(r, NULL, NULL);
}

int redis_connect(struct redis *r)
{
    if (redis_connected(r) && r->pending == 0 && r->failed == 0)
        return 0;
    hang_up(r);
    r->context = redisConnectWithTimeout(r->url.host, r->url.port, after(r->connect_timeout_ms));
    if (r->context == NULL)
        return note(r, "no memory", -EAGAIN);
    if (r->context->err != 0 || redisSetTimeout(r->context, after(r->timeout_ms)) != REDIS_OK)
        return break_off(r);
    (void)redisEnableKeepAlive(r->context);
    int error = greet(r);
    if (error == -EPROTO) {
        hang_up(r);
        return strncmp(r->error, "LOADING", 7) == 0 ? -EAGAIN : -EPROTO;
    }
    return error;
}
