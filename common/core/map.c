#include "common/core/map.h"

#include <errno.h>
#include <stdlib.h>

#include "common/core/hash.h"

enum { FIRST_CAPACITY = 16 };

/* Linear probing stays short up to 7/8 full. */
static size_t most_entries(size_t capacity)
{
    return capacity - capacity / 8 - 1;
}

void map_init(struct map *m, size_t key_max, size_t value_size, uint64_t seed0, uint64_t seed1)
{
    size_t align = 1;
    while (align < 8 && value_size != 0 && value_size % (align * 2) == 0)
        align *= 2;
    *m = (struct map){
        .key_max = (uint32_t)key_max,
        .value_size = (uint32_t)value_size,
        .stride = (uint32_t)((value_size + key_max + align - 1) / align * align),
        .seed = { seed0, seed1 },
    };
}

void map_done(struct map *m)
{
    free(m->lengths);
    free(m->slots);
    m->lengths = NULL;
    m->slots = NULL;
    m->capacity = m->count = 0;
}

void map_clear(struct map *m)
{
    if (m->capacity != 0)
        memset(m->lengths, 0, m->capacity);
    m->count = 0;
}

static inline char *slot_at(const struct map *m, size_t i)
{
    return m->slots + i * m->stride;
}

static inline struct str key_at(const struct map *m, size_t i)
{
    return (struct str){ slot_at(m, i) + m->value_size, m->lengths[i] };
}

/* The hash scaled to the capacity: no modulo, and the capacity need not be a power of two. */
static inline size_t home_of(const struct map *m, struct str key)
{
    uint64_t hash = hash_sip13(m->seed[0], m->seed[1], key);
    return (size_t)((unsigned __int128)hash * m->capacity >> 64);
}

/* The slot of the key, or the free one where it belongs. There always is a free one. */
static size_t find(const struct map *m, struct str key)
{
    size_t i = home_of(m, key);
    while (m->lengths[i] != 0) {
        if (m->lengths[i] == key.n && memcmp(slot_at(m, i) + m->value_size, key.p, key.n) == 0)
            break;
        i = i + 1 == m->capacity ? 0 : i + 1;
    }
    return i;
}

static int resize(struct map *m, size_t capacity)
{
    struct map bigger = *m;

    bigger.capacity = capacity;
    bigger.lengths = calloc(capacity, 1);
    bigger.slots = calloc(capacity, m->stride);
    if (bigger.lengths == NULL || bigger.slots == NULL) {
        free(bigger.lengths);
        free(bigger.slots);
        return -ENOMEM;
    }
    for (size_t i = 0; i < m->capacity; i++) {
        if (m->lengths[i] == 0)
            continue;
        size_t to = find(&bigger, key_at(m, i));
        bigger.lengths[to] = m->lengths[i];
        memcpy(slot_at(&bigger, to), slot_at(m, i), m->stride);
    }
    free(m->lengths);
    free(m->slots);
    *m = bigger;
    return 0;
}

int map_reserve(struct map *m, size_t count)
{
    if (m->capacity != 0 && count <= most_entries(m->capacity))
        return 0;
    if (count > SIZE_MAX / 2 / m->stride)
        return -ENOMEM;
    size_t need = count + count / 7 + FIRST_CAPACITY;
    size_t half_more = m->capacity + m->capacity / 2;
    return resize(m, need > half_more ? need : half_more);
}

void *map_get(const struct map *m, struct str key)
{
    if (m->count == 0 || key.n == 0 || key.n > m->key_max)
        return NULL;
    size_t i = find(m, key);
    return m->lengths[i] != 0 ? slot_at(m, i) : NULL;
}

void *map_put(struct map *m, struct str key, bool *added)
{
    if (key.n == 0 || key.n > m->key_max || m->key_max > MAP_KEY_MAX)
        return NULL;
    void *found = map_get(m, key);
    if (added != NULL)
        *added = found == NULL;
    if (found != NULL)
        return found;
    if (map_reserve(m, m->count + 1) != 0)
        return NULL;
    size_t i = find(m, key);
    memset(slot_at(m, i), 0, m->stride);
    memcpy(slot_at(m, i) + m->value_size, key.p, key.n);
    m->lengths[i] = (uint8_t)key.n;
    m->count++;
    return slot_at(m, i);
}

/* How far `to` lies behind `from`, round the end. */
static size_t distance(const struct map *m, size_t from, size_t to)
{
    return to >= from ? to - from : to + m->capacity - from;
}

/* What follows moves up, so that no grave is left to be searched past. */
bool map_remove(struct map *m, struct str key)
{
    if (map_get(m, key) == NULL)
        return false;
    size_t hole = find(m, key);
    for (size_t i = hole + 1 == m->capacity ? 0 : hole + 1; m->lengths[i] != 0; i = i + 1 == m->capacity ? 0 : i + 1) {
        size_t home = home_of(m, key_at(m, i));
        if (distance(m, home, i) < distance(m, hole, i))
            continue; // it would leave its home behind
        memcpy(slot_at(m, hole), slot_at(m, i), m->stride);
        m->lengths[hole] = m->lengths[i];
        hole = i;
    }
    m->lengths[hole] = 0;
    m->count--;
    return true;
}

bool map_next(const struct map *m, size_t *at, struct str *key, void **value)
{
    while (*at < m->capacity && m->lengths[*at] == 0)
        ++*at;
    if (*at >= m->capacity)
        return false;
    if (key != NULL)
        *key = key_at(m, *at);
    if (value != NULL)
        *value = slot_at(m, *at);
    ++*at;
    return true;
}

size_t map_memory(const struct map *m)
{
    return m->capacity * ((size_t)m->stride + 1);
}
