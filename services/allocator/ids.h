/*
 * Interned strings: every id a regency has met gets a small number, in order of arrival, that never changes. The ids
 * lie in one array of fixed stride, as the solver wants them.
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
    char *text;          /* number n at text + n * stride, ended by NUL */
    uint32_t stride;     /* longest id + 1; set before first use */
    uint32_t count, capacity;
    uint32_t *slots;     /* open addressing: number + 1, 0 = free */
    uint32_t slot_count; /* a power of two, 0 at first */
};

/* Frees the memory; accepts a zeroed struct; leaves an empty table of the same stride. */
void ids_done(struct ids *t);

/* The number of `s`, NO_ID if it was never interned or is empty. */
uint32_t ids_find(const struct ids *t, struct str s);

/* The number of `s` (1 to stride - 1 bytes, no NUL), a new one if need be; NO_ID without memory. */
must_check uint32_t ids_intern(struct ids *t, struct str s);

static inline const char *ids_text(const struct ids *t, uint32_t id)
{
    return t->text + (size_t)id * t->stride;
}

/* Grows *array (elements of `size` bytes) to hold `need`; new elements are zero. 0 or -ENOMEM. */
must_check int grow_array(void *array, uint32_t *capacity, uint32_t need, size_t size);

/* Strings that change now and then, none of them shared: refs. A place is kept and written over where the new text
 * fits. */
struct texts {
    char *text;
    uint32_t len, capacity;
};
void texts_done(struct texts *t);
/* Puts `s` at *at (NO_ID = nowhere yet); "" sets *at to NO_ID. 0 or -ENOMEM. */
must_check int texts_set(struct texts *t, uint32_t *at, const char *s);
static inline const char *texts_get(const struct texts *t, uint32_t at)
{
    return at == NO_ID ? "" : t->text + at;
}

#endif
