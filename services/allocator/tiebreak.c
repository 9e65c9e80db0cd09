#include "services/allocator/tiebreak.h"

#include <string.h>

enum { LEG_BITS = 39, VILLAGE_DIGITS = 10 };

void tiebreak_init(struct tiebreak *t, const struct alloc_problem *p)
{
    digest_start(&t->prefix);
    digest_add_cstr(&t->prefix, p->seed);
    digest_add(&t->prefix, "|", 1);
    digest_add_cstr(&t->prefix, p->period);
    digest_add(&t->prefix, "|", 1);
}

void tiebreak_hash(const struct tiebreak *t, const char *id, uint8_t out[DIGEST_BYTES])
{
    struct digest d = t->prefix;

    digest_add_cstr(&d, id);
    digest_end(&d, out);
}

static uint64_t first_eight(const uint8_t *bytes)
{
    uint64_t key = 0;

    for (int i = 0; i < 8; i++)
        key = key << 8 | bytes[i];
    return key;
}

uint64_t tiebreak_key(const struct tiebreak *t, const char *id)
{
    uint8_t hash[DIGEST_BYTES];

    tiebreak_hash(t, id, hash);
    return first_eight(hash);
}

void tiebreak_village_hash(const struct tiebreak *t, int64_t village, uint8_t out[DIGEST_BYTES])
{
    char digits[VILLAGE_DIGITS + 1] = "";

    for (int i = VILLAGE_DIGITS - 1; i >= 0; i--, village /= 10)
        digits[i] = (char)('0' + village % 10);
    tiebreak_hash(t, digits, out);
}

uint64_t tiebreak_village_key(const struct tiebreak *t, int64_t village)
{
    uint8_t hash[DIGEST_BYTES];

    tiebreak_village_hash(t, village, hash);
    return first_eight(hash);
}

uint64_t tiebreak_nowhere_key(const struct tiebreak *t, enum alloc_kind kind)
{
    return tiebreak_key(t, kind == ALLOC_ASN ? "far" : "free");
}

static uint64_t finalise(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t tiebreak_mix(uint64_t a, uint64_t b, uint64_t kind)
{
    return finalise(a + finalise(b + kind));
}

int64_t tiebreak_leg(uint64_t a, uint64_t b, enum tiebreak_leg kind)
{
    int64_t leg = (int64_t)(tiebreak_mix(a, b, kind) >> (64 - LEG_BITS));

    return kind == TIEBREAK_TRAVEL || kind == TIEBREAK_DIRECT ? leg + (INT64_C(1) << LEG_BITS) : leg;
}
