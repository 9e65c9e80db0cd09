#include "services/allocator/chord.h"

/* Newton's method from above: it falls until it meets the floor. */
int64_t chord_isqrt(int64_t n)
{
    if (n < 2)
        return n;
    int64_t x = INT64_C(1) << ((64 - __builtin_clzll((unsigned long long)n) + 1) / 2);

    for (;;) {
        int64_t y = (x + n / x) / 2;

        if (y >= x)
            return x;
        x = y;
    }
}

int32_t chord_m(const struct alloc_village *a, const struct alloc_village *b)
{
    int64_t dx = (int64_t)a->x - b->x, dy = (int64_t)a->y - b->y, dz = (int64_t)a->z - b->z;

    return (int32_t)chord_isqrt(dx * dx + dy * dy + dz * dz);
}
