/*
 * Memory of one computation: many arrays, one release. Running out is remembered, not returned at each step:
 * take all arrays of a phase, then look at `failed` once before the first is used.
 */
#ifndef BERBAGI_ALLOCATOR_ARENA_H
#define BERBAGI_ALLOCATOR_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;
struct arena {
    struct arena_chunk *chunks;
    size_t bytes;                   /* taken since the last reset */
    size_t expected;                /* the most that was taken between two resets */
    bool failed;
};

/* n zeroed elements, aligned for any type; NULL only after a failure (n = 0 yields a valid pointer). */
void *arena_array(struct arena *a, size_t n, size_t size);
/* The same, not zeroed: for what is written before it is read. */
void *arena_raw(struct arena *a, size_t n, size_t size);
/*
 * Forgets everything but keeps memory for the next computation: as soon as one has been as large as any, the same
 * chunk serves all.
 */
void arena_reset(struct arena *a);
/* Frees everything; accepts a zeroed arena and leaves one. */
void arena_done(struct arena *a);

#define ARENA_NEW(arena, n, type) ((type *)arena_array((arena), (size_t)(n), sizeof(type)))
#define ARENA_RAW(arena, n, type) ((type *)arena_raw((arena), (size_t)(n), sizeof(type)))

#endif
