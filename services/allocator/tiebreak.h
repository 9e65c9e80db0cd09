/*
 * The numbers that break ties (docs/allocation.md, "Level 4"): keys of ids from SHA-256, and the costs of the legs of
 * an assignment mixed from these keys. Functions of seed, period and ids alone; never of an order of input.
 */
#ifndef BERBAGI_ALLOCATOR_TIEBREAK_H
#define BERBAGI_ALLOCATOR_TIEBREAK_H

#include <stdint.h>

#include "common/domain/digest.h"
#include "services/allocator/problem.h"

struct tiebreak {
    struct digest prefix;           /* seed | period | */
};

void tiebreak_init(struct tiebreak *t, const struct alloc_problem *p);
/* SHA-256(seed | period | id), whole: the public lottery. */
void tiebreak_hash(const struct tiebreak *t, const char *id, uint8_t out[DIGEST_BYTES]);
/* Its first eight bytes as a big-endian number: an id's key. */
uint64_t tiebreak_key(const struct tiebreak *t, const char *id);
uint64_t tiebreak_village_key(const struct tiebreak *t, int64_t village);
void tiebreak_village_hash(const struct tiebreak *t, int64_t village, uint8_t out[DIGEST_BYTES]);

/* The keys of the two nowheres: an ASN without a known place, a partner without a base. */
uint64_t tiebreak_nowhere_key(const struct tiebreak *t, enum alloc_kind kind);

/*
 * A mixer of two keys: f(a + f(b + kind)), f = the finaliser of splitmix64. Legs of the plan that are compared are
 * below 2^40; one that keeps a foster pair is always cheaper than one that does not.
 */
enum tiebreak_leg {
    TIEBREAK_TYPE = 1,              /* (place, place) -> key of a type of givers; all 64 bits */
    TIEBREAK_START,                 /* (giver or type, place): 39 bits */
    TIEBREAK_TRAVEL,                /* (place, village): 2^39 + 39 bits */
    TIEBREAK_DIRECT,                /* (giver, village or cell): 2^39 + 39 bits */
    TIEBREAK_KEPT,                  /* (giver or type, cell): 39 bits */
    TIEBREAK_STAY,                  /* (giver, family): 39 bits; repairs */
    TIEBREAK_CELL = 16,             /* (village, 0) + decile -> key of a cell; all 64 bits */
};
uint64_t tiebreak_mix(uint64_t a, uint64_t b, uint64_t kind);
int64_t tiebreak_leg(uint64_t a, uint64_t b, enum tiebreak_leg kind);

#endif
