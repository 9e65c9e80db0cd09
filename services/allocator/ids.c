#include "services/allocator/ids.h"

#include <errno.h>
#include <stdlib.h>

int grow_array(void *array, uint32_t *capacity, uint32_t need, size_t size)
{
    if (need <= *capacity)
        return 0;
    uint64_t wanted = *capacity + (uint64_t)*capacity / 2 + 16;
    if (wanted < need)
        wanted = need;
    if (wanted > UINT32_MAX - 1)
        return -ENOMEM;
    void *old;
    memcpy(&old, array, sizeof(old));
    void *grown = reallocarray(old, (size_t)wanted, size);
    if (grown == NULL)
        return -ENOMEM;
    memset((char *)grown + (size_t)*capacity * size, 0, (size_t)(wanted - *capacity) * size);
    memcpy(array, &grown, sizeof(grown));
    *capacity = (uint32_t)wanted;
    return 0;
}

void ids_done(struct ids *t)
{
    free(t->text);
    free(t->slots);
    *t = (struct ids){ .stride = t->stride };
}

/* FNV-1a with a final mix: only the speed of look-ups depends on it. */
static uint32_t hash_of(struct str s)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
    h ^= h >> 29;
    return (uint32_t)(h ^ (h >> 32));
}

static bool is_text(const struct ids *t, uint32_t id, struct str s)
{
    const char *text = ids_text(t, id);
    return memcmp(text, s.p, s.n) == 0 && text[s.n] == '\0';
}

uint32_t ids_find(const struct ids *t, struct str s)
{
    if (t->slot_count == 0 || s.n == 0 || s.n >= t->stride)
        return NO_ID;
    for (uint32_t i = hash_of(s);; i++) {
        uint32_t slot = t->slots[i & (t->slot_count - 1)];
        if (slot == 0)
            return NO_ID;
        if (is_text(t, slot - 1, s))
            return slot - 1;
    }
}

static void place(uint32_t *slots, uint32_t slot_count, uint32_t hash, uint32_t id)
{
    uint32_t i = hash & (slot_count - 1);
    while (slots[i] != 0)
        i = (i + 1) & (slot_count - 1);
    slots[i] = id + 1;
}

/* Keeps the table at most two thirds full. */
static int grow_slots(struct ids *t)
{
    if (((uint64_t)t->count + 1) * 3 <= (uint64_t)t->slot_count * 2)
        return 0;
    uint32_t slot_count = t->slot_count == 0 ? 64 : t->slot_count * 2;
    uint32_t *slots = calloc(slot_count, sizeof(*slots));
    if (slots == NULL)
        return -ENOMEM;
    for (uint32_t id = 0; id < t->count; id++)
        place(slots, slot_count, hash_of(str_from(ids_text(t, id))), id);
    free(t->slots);
    t->slots = slots;
    t->slot_count = slot_count;
    return 0;
}

uint32_t ids_intern(struct ids *t, struct str s)
{
    uint32_t id = ids_find(t, s);
    if (id != NO_ID)
        return id;
    if (s.n == 0 || s.n >= t->stride || grow_slots(t) != 0 ||
        grow_array(&t->text, &t->capacity, t->count + 1, t->stride) != 0)
        return NO_ID;
    id = t->count++;
    char *text = t->text + (size_t)id * t->stride;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    place(t->slots, t->slot_count, hash_of(s), id);
    return id;
}

void texts_done(struct texts *t)
{
    free(t->text);
    *t = (struct texts){ 0 };
}

int texts_set(struct texts *t, uint32_t *at, const char *s)
{
    size_t n = strlen(s);
    if (n == 0) {
        *at = NO_ID;
        return 0;
    }
    if (*at == NO_ID || strlen(t->text + *at) < n) {
        if (n >= UINT32_MAX - 1 - t->len || grow_array(&t->text, &t->capacity, t->len + (uint32_t)n + 1, 1) != 0)
            return -ENOMEM;
        *at = t->len;
        t->len += (uint32_t)n + 1;
    }
    memcpy(t->text + *at, s, n + 1);
    return 0;
}
