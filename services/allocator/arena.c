#include "services/allocator/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct arena_chunk {
    struct arena_chunk *next;
    size_t used, size;
    max_align_t data[];
};

enum { CHUNK_BYTES = 256 << 10 };

static struct arena_chunk *chunk_with_room(struct arena *a, size_t bytes)
{
    struct arena_chunk *c = a->chunks;

    if (c != NULL && c->size - c->used >= bytes)
        return c;
    size_t size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;

    if (a->chunks == NULL && size < a->expected)
        size = a->expected;
    // Not calloc(): it may hand pages back to the system to have them zeroed, and each comes again as a fault.
    c = malloc(sizeof(*c) + size);
    if (c == NULL)
        return NULL;
    *c = (struct arena_chunk){ .size = size };
    // A large array gets a chunk of its own behind the present one, whose room stays in use.
    if (a->chunks != NULL && size > CHUNK_BYTES) {
        c->next = a->chunks->next;
        a->chunks->next = c;
    } else {
        c->next = a->chunks;
        a->chunks = c;
    }
    return c;
}

void *arena_raw(struct arena *a, size_t n, size_t size)
{
    size_t bytes;

    if (a->failed || __builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 2) {
        a->failed = true;
        return NULL;
    }
    bytes = (bytes + sizeof(max_align_t)) / sizeof(max_align_t) * sizeof(max_align_t);
    struct arena_chunk *c = chunk_with_room(a, bytes);

    if (c == NULL) {
        a->failed = true;
        return NULL;
    }
    void *p = (char *)c->data + c->used;

    c->used += bytes;
    a->bytes += bytes;
    return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    void *p = arena_raw(a, n, size);

    if (p != NULL)
        memset(p, 0, n * size);
    return p;
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *keep = a->chunks;
    size_t expected = a->bytes > a->expected ? a->bytes : a->expected;

    if (keep != NULL && keep->next != NULL) {
        arena_done(a);
        keep = NULL;
    }
    if (keep != NULL)
        keep->used = 0;
    *a = (struct arena){ .chunks = keep, .expected = expected };
}

void arena_done(struct arena *a)
{
    while (a->chunks != NULL) {
        struct arena_chunk *next = a->chunks->next;

        free(a->chunks);
        a->chunks = next;
    }
    *a = (struct arena){ 0 };
}
