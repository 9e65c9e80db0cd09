/*
 * How long to wait before another attempt: full jitter (uniform from 0 to the bound), the bound doubling up to a cap.
 * Source: AWS Architecture Blog, "Exponential Backoff And Jitter" (2015): the least work for a contended server.
 */
#ifndef BERBAGI_CORE_BACKOFF_H
#define BERBAGI_CORE_BACKOFF_H

#include <stdint.h>

/* attempt from 0; random: 64 uniform bits, the caller's; 0 < base_ms <= cap_ms. 0 <= result <= min(cap,
 * base * 2^attempt). */
int64_t backoff_ms(uint32_t attempt, uint64_t random, int64_t base_ms, int64_t cap_ms);

#endif
