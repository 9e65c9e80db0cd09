#include "common/core/backoff.h"

int64_t backoff_ms(uint32_t attempt, uint64_t random, int64_t base_ms, int64_t cap_ms)
{
    int64_t bound = base_ms;
    for (uint32_t i = 0; i < attempt && bound < cap_ms; i++)
        bound = bound > cap_ms / 2 ? cap_ms : bound * 2;
    if (bound > cap_ms)
        bound = cap_ms;
    return (int64_t)((unsigned __int128)random * ((uint64_t)bound + 1) >> 64);
}
