#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/core/backoff.h"
#include "common/core/civil.h"
#include "common/core/clock.h"

static void service_clock(void **state)
{
    (void)state;
    const int64_t now = INT64_C(1770000000000);
    static const struct {
        const char *text;
        int64_t later; /* what it shows at now + 5 s, from now; or */
        const char *shows;
    } cases[] = {
        { "", 5000, NULL },
        { "real", 5000, NULL },
        { "+36h", 5000 + 36 * 3600000, NULL },
        { "-15m", 5000 - 900000, NULL },
        { "2026-01-27T09:00:00+07:00", 0, "2026-01-27T02:00:05.000Z" },
        { "=2026-01-27T09:00:00+07:00", 0, "2026-01-27T02:00:00.000Z" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct clock c;
        char text[INSTANT_TEXT_SIZE];
        assert_int_equal(clock_parse(str_from(cases[i].text), now, &c), 0);
        if (cases[i].shows == NULL) {
            assert_int_equal(clock_at(&c, now + 5000), now + cases[i].later);
            continue;
        }
        instant_format(clock_at(&c, now + 5000), text);
        assert_string_equal(text, cases[i].shows);
    }
    static const char *const bad[] = { "now", "+", "36h", "+36", "=", "2026-01-27", "=+1h" };
    struct clock c;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(clock_parse(str_from(bad[i]), now, &c), -EINVAL);
}

static void real_clocks_go_on(void **state)
{
    (void)state;
    struct clock real = { 0 };
    int64_t mono = clock_mono_us(), now = clock_now_ms();
    assert_true(now > INT64_C(1700000000000));
    assert_true(clock_mono_us() >= mono);
    assert_in_range(clock_read(&real) - now, 0, 60000);
    assert_in_range(clock_mono_ms() - mono / 1000, 0, 60000);
}

static void jitter_fills_its_range(void **state)
{
    (void)state;
    for (uint32_t attempt = 0; attempt < 200; attempt++) {
        int64_t bound = attempt > 9 ? 30000 : (int64_t)100 << attempt;
        bound = bound > 30000 ? 30000 : bound;
        assert_int_equal(backoff_ms(attempt, 0, 100, 30000), 0);
        assert_int_equal(backoff_ms(attempt, UINT64_MAX, 100, 30000), bound);
        assert_in_range(backoff_ms(attempt, UINT64_MAX / 2, 100, 30000), bound / 2 - 1, bound / 2 + 1);
    }
    assert_int_equal(backoff_ms(UINT32_MAX, UINT64_MAX, 1, INT64_MAX / 2), INT64_MAX / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(service_clock),
        cmocka_unit_test(real_clocks_go_on),
        cmocka_unit_test(jitter_fills_its_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
