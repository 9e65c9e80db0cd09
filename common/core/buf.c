#include "common/core/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 256 };

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){ .max = max };
}

void buf_done(struct buf *b)
{
    free(b->data);
    buf_init(b, b->max);
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->error = 0;
}

/* Grows to hold `need` bytes; one byte more is kept for buf_cstr(). */
static bool grow(struct buf *b, size_t need)
{
    size_t capacity = b->capacity != 0 ? b->capacity : FIRST_CAPACITY;
    while (capacity <= need)
        capacity = capacity > SIZE_MAX / 2 ? SIZE_MAX : capacity * 2;
    if (capacity > b->max)
        capacity = b->max < SIZE_MAX ? b->max + 1 : SIZE_MAX;
    char *data = realloc(b->data, capacity);
    if (data == NULL) {
        b->error = -ENOMEM;
        return false;
    }
    b->data = data;
    b->capacity = capacity;
    return true;
}

char *buf_reserve(struct buf *b, size_t n)
{
    if (b->error != 0)
        return NULL;
    if (n > b->max - b->len) {
        b->error = -E2BIG;
        return NULL;
    }
    if (b->len + n >= b->capacity && !grow(b, b->len + n))
        return NULL;
    return b->data + b->len;
}

void buf_append(struct buf *b, const void *bytes, size_t n)
{
    char *to = buf_reserve(b, n);
    if (to == NULL || n == 0)
        return;
    memcpy(to, bytes, n);
    b->len += n;
}

void buf_append_char(struct buf *b, char c)
{
    buf_append(b, &c, 1);
}

void buf_append_str(struct buf *b, struct str s)
{
    buf_append(b, s.p, s.n);
}

void buf_append_cstr(struct buf *b, const char *s)
{
    buf_append(b, s, strlen(s));
}

void buf_append_int(struct buf *b, int64_t value)
{
    char text[20];
    size_t at = sizeof(text);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (value < 0)
        text[--at] = '-';
    buf_append(b, text + at, sizeof(text) - at);
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    /* vsnprintf() ends its text by NUL: the byte that buf_reserve() keeps beyond what was asked for. */
    char *to = n < 0 ? NULL : buf_reserve(b, (size_t)n);
    if (to != NULL) {
        vsnprintf(to, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    } else if (b->error == 0) {
        b->error = -EINVAL;
    }
    va_end(again);
}

const char *buf_cstr(struct buf *b)
{
    if (buf_reserve(b, 0) == NULL)
        return NULL;
    b->data[b->len] = '\0';
    return b->data;
}
