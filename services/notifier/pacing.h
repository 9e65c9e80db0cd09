/*
 * Pure: a token bucket in whole tokens per second, with a burst of one second's worth. Time is given.
 */
#ifndef BERBAGI_NOTIFIER_PACING_H
#define BERBAGI_NOTIFIER_PACING_H

#include <stdint.h>

struct pacing {
    int64_t rate;      /* tokens per second, > 0 */
    int64_t level;     /* thousandths of a token */
    int64_t at;        /* monotonic ms of the last look */
};

/* Starts full. */
void pacing_init(struct pacing *p, int64_t rate, int64_t now_ms);
/* Up to `want` tokens, taken. */
int64_t pacing_take(struct pacing *p, int64_t want, int64_t now_ms);
/* Gives back what was taken and not used. */
void pacing_return(struct pacing *p, int64_t tokens);
/* Empties the bucket and halves the rate, but not below `least`: the gateway said that we are too fast. */
void pacing_slow_down(struct pacing *p, int64_t least);

#endif
