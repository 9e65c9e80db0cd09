#include "services/allocator/chord.h"

/*
 * Newton's method with growing precision: the argument is shifted so that its top bit is one of the two highest, each
 * line doubles the digits of the root, and the result is at most one too large (Zimmermann, "Karatsuba square root",
 * 1999; as in CPython's math.isqrt).
 */
int64_t chord_isqrt(int64_t n)
{
    if (n <= 0)
        return 0;
    int shift = __builtin_clzll((uint64_t)n) & ~1;
    uint64_t x = (uint64_t)n << shift;
    uint32_t u = 1U + (uint32_t)(x >> 62);

    u = (u << 1) + (uint32_t)(x >> 59) / u;
    u = (u << 3) + (uint32_t)(x >> 53) / u;
    u = (u << 7) + (uint32_t)(x >> 41) / u;
    uint64_t root = (((uint64_t)u << 15) + (x >> 17) / u) >> (shift / 2);

    while (root * root > (uint64_t)n)
        root--;
    while ((root + 1) * (root + 1) <= (uint64_t)n)
        root++;
    return (int64_t)root;
}

int32_t chord_m(const struct alloc_village *a, const struct alloc_village *b)
{
    int64_t dx = (int64_t)a->x - b->x, dy = (int64_t)a->y - b->y, dz = (int64_t)a->z - b->z;

    return (int32_t)chord_isqrt(dx * dx + dy * dy + dz * dz);
}
