/*
 * A hash map from byte keys (1 to key_max bytes) to values of a fixed size: open addressing, one byte per slot besides
 * key and value, grows by half; made for tens of millions of entries.
 *
 * Pointers to values and keys are valid until the next map_put, map_remove, map_reserve or map_clear. The order of
 * iteration means nothing and differs between processes.
 */
#ifndef BERBAGI_CORE_MAP_H
#define BERBAGI_CORE_MAP_H

#include <stdint.h>

#include "common/core/cleanup.h"
#include "common/core/str.h"

enum { MAP_KEY_MAX = 255 };

struct map {
    uint8_t *lengths;    /* of each slot's key; 0 = free */
    char *slots;         /* value, then key */
    size_t capacity, count;
    uint32_t key_max, value_size, stride;
    uint64_t seed[2];
};

/* key_max 1 to MAP_KEY_MAX, value_size 0 to 65,536 (0 = a set). Allocates nothing. Values are aligned to the largest
 * power of two (up to 8) that divides value_size. */
void map_init(struct map *m, size_t key_max, size_t value_size, uint64_t seed0, uint64_t seed1);
/* Frees the memory; accepts a zeroed map; leaves an empty one of the same sizes. */
void map_done(struct map *m);
/* Forgets the entries, keeps the memory. */
void map_clear(struct map *m);
/* Makes room for `count` entries in all. 0 or -ENOMEM. */
must_check int map_reserve(struct map *m, size_t count);

/* The value, NULL if there is none. */
void *map_get(const struct map *m, struct str key);
/* The value, a new one (all zero, *added true) if there was none; NULL without memory or if the key's length is out of
 * bounds. `added` may be NULL. */
must_check void *map_put(struct map *m, struct str key, bool *added);
/* True if there was one. */
bool map_remove(struct map *m, struct str key);

/* for (size_t at = 0; map_next(&m, &at, &key, &value);) …   Either pointer may be NULL. No change meanwhile. */
bool map_next(const struct map *m, size_t *at, struct str *key, void **value);

/* Bytes allocated. */
size_t map_memory(const struct map *m);

#endif
