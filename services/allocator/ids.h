/*
 * Interned strings: every id a regency has met gets a small number, in order of arrival, that never changes.
 *
 * Numbers are for memory only: no decision, order or output may depend on them (they depend on the order of events,
 * and a restored state numbers its ids differently).
 */
#ifndef BERBAGI_ALLOCATOR_IDS_H
#define BERBAGI_ALLOCATOR_IDS_H

#include <stdint.h>

#include "common/core/cleanup.h"
#include "common/core/str.h"

#define NO_ID UINT32_MAX

struct ids {
    char *text;          /* all strings, each ended by NUL */
    uint32_t text_len, text_capacity;
    uint32_t *offset;    /* of number n in text */
    uint32_t count, capacity;
    uint32_t *slots;     /* open addressing: number + 1, 0 = free */
    uint32_t slot_count; /* a power of two, 0 at first */
};

/* Frees the memory; accepts a zeroed struct (the empty table). */
void ids_done(struct ids *t);

/* The number of `s`, NO_ID if it was never interned. */
uint32_t ids_find(const struct ids *t, struct str s);

/* The number of `s`, a new one if need be; NO_ID without memory (or beyond 4 GiB of text). `s` holds no NUL. */
must_check uint32_t ids_intern(struct ids *t, struct str s);

static inline const char *ids_text(const struct ids *t, uint32_t id)
{
    return t->text + t->offset[id];
}

/* Grows an array of `size`-byte elements to hold `need`; new elements are zero. 0 or -ENOMEM. */
must_check int grow_array(void *array, uint32_t *capacity, uint32_t need, size_t size);

#endif
