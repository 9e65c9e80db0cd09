#include "common/domain/partition.h"

static inline uint32_t byte_at(struct str s, size_t i)
{
    return (unsigned char)s.p[i];
}

uint32_t partition_murmur2(struct str s)
{
    static const uint32_t m = 0x5bd1e995, seed = 0x9747b28c;
    size_t whole = s.n & ~(size_t)3;
    uint32_t h = seed ^ (uint32_t)s.n;

    for (size_t i = 0; i < whole; i += 4) {
        uint32_t k = byte_at(s, i) | byte_at(s, i + 1) << 8 | byte_at(s, i + 2) << 16 | byte_at(s, i + 3) << 24;
        k *= m;
        k ^= k >> 24;
        h = h * m ^ k * m;
    }
    if (s.n > whole) {
        for (size_t i = s.n; i-- > whole;)
            h ^= byte_at(s, i) << (8 * (i - whole));
        h *= m;
    }
    h ^= h >> 13;
    h *= m;
    return h ^ h >> 15;
}

int32_t partition_of_key(struct str key, int32_t count)
{
    return (int32_t)(partition_murmur2(key) & 0x7fffffff) % count;
}

int32_t partition_of_regency(int32_t regency, int32_t count)
{
    char digits[4];
    for (size_t i = 4; i-- > 0; regency /= 10)
        digits[i] = (char)('0' + regency % 10);
    return partition_of_key((struct str){ digits, sizeof(digits) }, count);
}
