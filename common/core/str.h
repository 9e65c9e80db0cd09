/*
 * A slice: a pointer and a length, passed by value. It owns nothing and need not end in NUL. `p` may be NULL only when
 * `n` is 0.
 */
#ifndef BERBAGI_CORE_STR_H
#define BERBAGI_CORE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
    const char *p;
    size_t n;
};

#define STR_LIT(s) ((struct str){ (s), sizeof(s) - 1 })

static inline struct str str_from(const char *s)
{
    return (struct str){ s, strlen(s) };
}

static inline bool str_equal(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *s)
{
    return str_equal(a, str_from(s));
}

/* Copies into dst of `size` bytes and ends it in NUL. False, dst untouched, if it doesn't fit or holds a NUL. */
static inline bool str_copy(char *dst, size_t size, struct str s)
{
    if (s.n >= size || (s.n != 0 && memchr(s.p, '\0', s.n) != NULL))
        return false;
    if (s.n != 0)
        memcpy(dst, s.p, s.n);
    dst[s.n] = '\0';
    return true;
}

#endif
