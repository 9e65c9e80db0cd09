/*
 * One connection to Redis, pipelined: the only place hiredis is included.
 *
 *     redis_command(r, 3, (struct str[]){ STR_LIT("HGET"), key, field });
 *     … more commands …
 *     redis_run(r, on_reply, self)   sends all, gives each reply with the index of its command
 *
 * MULTI and EXEC are commands as any other (QUEUED replies are given too). Calls block, each with a deadline. After
 * -EAGAIN the connection is closed; nobody knows which of the commands took effect, and none is sent again by itself.
 */
#ifndef BERBAGI_IO_REDIS_H
#define BERBAGI_IO_REDIS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/cleanup.h"
#include "common/core/str.h"

struct redis;

enum { REDIS_PIPELINE_BYTES_MAX = 64 * 1024 * 1024, REDIS_PIPELINE_MAX = 1000000 };

struct redis_options {
    const char *url;        /* redis://[user[:password]@]host[:port][/db]; percent-encoding in user and password */
    const char *password;   /* NULL or "" = the URL's */
    int64_t connect_timeout_ms; /* 0 = 3000 */
    int64_t timeout_ms;     /* of each send and receive; 0 = 5000 */
};

enum redis_type { REDIS_NIL, REDIS_TEXT, REDIS_INTEGER, REDIS_ARRAY };

struct redis_reply {
    enum redis_type type;
    struct str text;     /* REDIS_TEXT: a string or a status (OK, QUEUED); binary-safe */
    int64_t integer;
    size_t count;        /* REDIS_ARRAY */
    const void *items;   /* redis_item() reads them */
};

/* Element i < reply->count of an array. */
struct redis_reply redis_item(const struct redis_reply *reply, size_t i);

/* Reads the URL; connects to nothing yet. 0, -EINVAL, -ENOMEM. */
must_check int redis_open(const struct redis_options *options, struct redis **out);
/* Closes and frees; accepts NULL and nulls the pointer. */
void redis_close(struct redis **r);

/* Connects (and AUTH, SELECT) unless there is a connection in good order. Drops commands not yet run. 0, -EAGAIN
 * (can't be reached, or loading), -EPROTO (refused: password, database). */
must_check int redis_connect(struct redis *r);
bool redis_connected(const struct redis *r);

/* Adds a command (argv[0] its name). Copied. Failures are kept and told by redis_run(). */
void redis_command(struct redis *r, size_t argc, const struct str *argv);
/* Commands added and not yet run. */
size_t redis_pending(const struct redis *r);

/*
 * Sends what was added, reads every reply, gives each to `each` (may be NULL; the reply is valid during the call). 0;
 * -EAGAIN: there is no connection or it broke; -EPROTO: Redis answered at least one command, or one within EXEC, with
 * an error (all others were still read and given; the erroneous are not); -E2BIG, -ENOMEM: nothing was sent.
 */
must_check int redis_run(struct redis *r, void (*each)(void *arg, size_t index, const struct redis_reply *reply),
                         void *arg);

/* What went wrong last: Redis' error code and text without arguments, or the system's. Never NULL. */
const char *redis_error(const struct redis *r);

#endif
