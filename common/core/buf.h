/*
 * A growing byte buffer with a maximum given at init.
 *
 * Appends never overrun: one that would pass `max`, or that finds no memory, sets the sticky `error` (-E2BIG, -ENOMEM)
 * and from then on every append does nothing. So a writer appends freely and looks at `error` once, at the end.
 * `data` is not NUL-terminated; buf_cstr() ends it.
 */
#ifndef BERBAGI_CORE_BUF_H
#define BERBAGI_CORE_BUF_H

#include <stdint.h>

#include "common/core/cleanup.h"
#include "common/core/str.h"

struct buf {
    char *data;
    size_t len, capacity, max;
    int error;
};

void buf_init(struct buf *b, size_t max);
/* Frees the memory; accepts a zeroed buffer; leaves it as after buf_init. */
void buf_done(struct buf *b);
/* Forgets the content and the error, keeps the memory. */
void buf_reset(struct buf *b);

void buf_append(struct buf *b, const void *bytes, size_t n);
void buf_append_char(struct buf *b, char c);
void buf_append_str(struct buf *b, struct str s);
void buf_append_cstr(struct buf *b, const char *s);
void buf_append_int(struct buf *b, int64_t value);
void buf_printf(struct buf *b, const char *format, ...) printf_like(2, 3);

/* Reserves room for n more bytes and returns where they go, NULL on error; the caller adds what it wrote to len. */
must_check char *buf_reserve(struct buf *b, size_t n);

/* The content with a NUL behind it (not counted in len); NULL if an error stands. Valid until the next append. */
must_check const char *buf_cstr(struct buf *b);

static inline struct str buf_str(const struct buf *b)
{
    return (struct str){ b->data, b->len };
}

#endif
