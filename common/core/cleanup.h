/*
 * Ownership and contract annotations.
 *
 *   cleanup(f)        runs f(&variable) when the variable leaves its scope
 *   take_ptr(p)       yields p and sets it to NULL: ownership moves to the caller's expression
 *   must_check        ignoring the result is a compile error under -Werror
 *   printf_like(f, a) the compiler checks format argument f against arguments from a
 */
#ifndef BERBAGI_CORE_CLEANUP_H
#define BERBAGI_CORE_CLEANUP_H

#include <stddef.h>

#define cleanup(f) __attribute__((cleanup(f)))
#define must_check __attribute__((warn_unused_result))
#define printf_like(f, a) __attribute__((format(printf, f, a)))

#define take_ptr(p)                                                                                                   \
    ({                                                                                                                \
        __typeof__(p) taken_ = (p);                                                                                   \
        (p) = NULL;                                                                                                   \
        taken_;                                                                                                       \
    })

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Clean-up for memory from malloc: `cleanup(free_ptr) char *s = ...`. */
void free_ptr(void *pointer_to_pointer);

#endif
