#include "common/io/redis_url.h"

#include <errno.h>

#include "common/core/parse.h"

static int decode(struct str s, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        int c = (unsigned char)s.p[i];
        if (c == '%') {
            uint8_t byte;
            if (i + 2 >= s.n || parse_hex((struct str){ s.p + i + 1, 2 }, &byte, 1) < 0)
                return -EINVAL;
            c = byte;
            i += 2;
        }
        if (c == 0 || n + 1 >= size)
            return -EINVAL;
        out[n++] = (char)c;
    }
    out[n] = '\0';
    return 0;
}

static struct str before(struct str s, const char *at)
{
    return (struct str){ s.p, (size_t)(at - s.p) };
}

static struct str behind(struct str s, const char *at)
{
    return (struct str){ at + 1, s.n - (size_t)(at + 1 - s.p) };
}

static int parse_user(struct str s, struct redis_url *out)
{
    const char *colon = memchr(s.p, ':', s.n);
    if (colon == NULL)
        return decode(s, out->user, sizeof(out->user));
    int error = decode(before(s, colon), out->user, sizeof(out->user));
    return error != 0 ? error : decode(behind(s, colon), out->password, sizeof(out->password));
}

static int parse_host(struct str s, struct redis_url *out)
{
    const char *bracket = s.n > 0 && s.p[0] == '[' ? memchr(s.p, ']', s.n) : NULL;
    struct str host = s, rest = { "", 0 };
    if (bracket != NULL) {
        host = (struct str){ s.p + 1, (size_t)(bracket - s.p - 1) };
        rest = behind(s, bracket);
        if (rest.n > 0 && rest.p[0] != ':')
            return -EINVAL;
    } else if (memchr(s.p, ':', s.n) != NULL) {
        host = before(s, memchr(s.p, ':', s.n));
        rest = (struct str){ host.p + host.n, s.n - host.n };
    }
    if (host.n == 0 || !str_copy(out->host, sizeof(out->host), host))
        return -EINVAL;
    int64_t port = 6379;
    if (rest.n > 0 && parse_int((struct str){ rest.p + 1, rest.n - 1 }, 1, 65535, &port) != 0)
        return -EINVAL;
    out->port = (int)port;
    return 0;
}

int redis_url_parse(const char *url, struct redis_url *out)
{
    struct redis_url u = { .port = 6379 };
    struct str s = str_from(url);
    const struct str scheme = STR_LIT("redis://");
    if (s.n <= scheme.n || memcmp(s.p, scheme.p, scheme.n) != 0)
        return -EINVAL;
    s = (struct str){ s.p + scheme.n, s.n - scheme.n };
    const char *at = memrchr(s.p, '@', s.n);
    if (at != NULL) {
        if (parse_user(before(s, at), &u) != 0)
            return -EINVAL;
        s = behind(s, at);
    }
    const char *slash = s.n > 0 ? memchr(s.p, '/', s.n) : NULL;
    if (slash != NULL) {
        struct str number = behind(s, slash);
        int64_t db = 0;
        if (number.n > 0 && parse_int(number, 0, 65535, &db) != 0)
            return -EINVAL;
        u.db = (int)db;
        s = before(s, slash);
    }
    if (s.n == 0 || parse_host(s, &u) != 0)
        return -EINVAL;
    *out = u;
    return 0;
}
