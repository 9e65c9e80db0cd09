/*
 * The only caller of clock_gettime().
 *
 * Two kinds of time: the real one (pacing, time-outs, back-off, log lines) and the *service clock*, by which due times
 * and quiet hours are decided, which can be set so that a month is played in a minute. Pure code gets time as a value.
 */
#ifndef BERBAGI_CORE_CLOCK_H
#define BERBAGI_CORE_CLOCK_H

#include <stdint.h>

#include "common/core/cleanup.h"
#include "common/core/str.h"

int64_t clock_now_ms(void);  /* since 1970-01-01T00:00:00Z */
int64_t clock_mono_ms(void); /* since some moment; never goes back */
int64_t clock_mono_us(void);

/* A service clock. Zeroed = the real time. */
struct clock {
    bool fixed;     /* stands still at `at` */
    int64_t at;     /* fixed: instant; else added to the real time, ms */
};

/*
 * "" or "real"; "+36h" / "-15m": that far from the real time; "2026-01-27T09:00:00+07:00": it is that instant at
 * `now_ms`, and time runs on; "=2026-01-27T09:00:00+07:00": stands still. 0 or -EINVAL.
 */
must_check int clock_parse(struct str s, int64_t now_ms, struct clock *out);

/* The service clock's time, when it is really now_ms. Pure. */
int64_t clock_at(const struct clock *c, int64_t now_ms);
/* The same now. */
int64_t clock_read(const struct clock *c);

#endif
