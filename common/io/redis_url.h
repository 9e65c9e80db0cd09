/* redis://[user[:password]@]host[:port][/db]. Pure. */
#ifndef BERBAGI_IO_REDIS_URL_H
#define BERBAGI_IO_REDIS_URL_H

#include "common/core/cleanup.h"

struct redis_url {
    char host[256];
    int port;          /* 6379 */
    char user[128], password[256];
    int db;            /* 0 */
};

/* 0 or -EINVAL. [v6] hosts are in brackets. "redis://:secret@host" has a password and no user. */
must_check int redis_url_parse(const char *url, struct redis_url *out);

#endif
