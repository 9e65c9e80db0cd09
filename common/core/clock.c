#include "common/core/clock.h"

#include <errno.h>
#include <time.h>

#include "common/core/civil.h"
#include "common/core/parse.h"

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t); // can't fail for these clocks
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_now_ms(void)
{
    return read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_mono_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int clock_parse(struct str s, int64_t now_ms, struct clock *out)
{
    int64_t at;

    if (s.n == 0 || str_is(s, "real")) {
        *out = (struct clock){ 0 };
        return 0;
    }
    struct str rest = { s.p + 1, s.n - 1 };
    if (s.p[0] == '+' || s.p[0] == '-') {
        if (parse_duration_ms(rest, 0, INT64_C(36500) * MS_PER_DAY, &at) != 0)
            return -EINVAL;
        *out = (struct clock){ .at = s.p[0] == '-' ? -at : at };
        return 0;
    }
    bool fixed = s.p[0] == '=';
    if (instant_parse(fixed ? rest : s, &at) != 0)
        return -EINVAL;
    *out = (struct clock){ .fixed = fixed, .at = fixed ? at : at - now_ms };
    return 0;
}

int64_t clock_at(const struct clock *c, int64_t now_ms)
{
    return c->fixed ? c->at : now_ms + c->at;
}

int64_t clock_read(const struct clock *c)
{
    return clock_at(c, clock_now_ms());
}
