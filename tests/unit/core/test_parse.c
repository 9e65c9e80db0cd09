#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/core/parse.h"

static void integers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t min, max;
        int result;
        int64_t value;
    } cases[] = {
        { "0", 0, 9, 0, 0 },
        { "7", 0, 9, 0, 7 },
        { "-7", -9, 9, 0, -7 },
        { "9223372036854775807", INT64_MIN, INT64_MAX, 0, INT64_MAX },
        { "-9223372036854775808", INT64_MIN, INT64_MAX, 0, INT64_MIN },
        { "9223372036854775808", INT64_MIN, INT64_MAX, -ERANGE, 0 },
        { "-9223372036854775809", INT64_MIN, INT64_MAX, -ERANGE, 0 },
        { "99999999999999999999999", INT64_MIN, INT64_MAX, -ERANGE, 0 },
        { "10", 0, 9, -ERANGE, 0 },
        { "-1", 0, 9, -ERANGE, 0 },
        { "", 0, 9, -EINVAL, 0 },
        { "-", -9, 9, -EINVAL, 0 },
        { "-0", -9, 9, -EINVAL, 0 },
        { "+1", 0, 9, -EINVAL, 0 },
        { "01", 0, 9, -EINVAL, 0 },
        { "00", 0, 9, -EINVAL, 0 },
        { " 1", 0, 9, -EINVAL, 0 },
        { "1 ", 0, 9, -EINVAL, 0 },
        { "1x", 0, 9, -EINVAL, 0 },
        { "0x1", 0, 9, -EINVAL, 0 },
        { "1.0", 0, 9, -EINVAL, 0 },
        { "1e1", 0, 99, -EINVAL, 0 },
        { "--1", -9, 9, -EINVAL, 0 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t value = 4711;
        assert_int_equal(parse_int(str_from(cases[i].text), cases[i].min, cases[i].max, &value), cases[i].result);
        assert_int_equal(value, cases[i].result == 0 ? cases[i].value : 4711);
    }
}

static void durations_and_sizes(void **state)
{
    (void)state;
    static const struct {
        bool size;
        const char *text;
        int result;
        int64_t value;
    } cases[] = {
        { false, "250ms", 0, 250 },
        { false, "15s", 0, 15000 },
        { false, "3m", 0, 180000 },
        { false, "2h", 0, 7200000 },
        { false, "30d", 0, INT64_C(2592000000) },
        { false, "0", 0, 0 },
        { false, "15", -EINVAL, 0 },
        { false, "s", -EINVAL, 0 },
        { false, "1.5s", -EINVAL, 0 },
        { false, "-1s", -EINVAL, 0 },
        { false, "1 s", -EINVAL, 0 },
        { false, "1S", -EINVAL, 0 },
        { false, "", -EINVAL, 0 },
        { false, "999999999999999999d", -ERANGE, 0 },
        { true, "0", 0, 0 },
        { true, "100", 0, 100 },
        { true, "64KiB", 0, 65536 },
        { true, "2MiB", 0, 2097152 },
        { true, "3GiB", 0, INT64_C(3221225472) },
        { true, "64KB", -EINVAL, 0 },
        { true, "64kib", -EINVAL, 0 },
        { true, "9999999999999GiB", -ERANGE, 0 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t value = 4711;
        struct str s = str_from(cases[i].text);
        int r = cases[i].size ? parse_size(s, 0, INT64_MAX, &value) : parse_duration_ms(s, 0, INT64_MAX, &value);
        assert_int_equal(r, cases[i].result);
        assert_int_equal(value, r == 0 ? cases[i].value : 4711);
    }
    int64_t value;
    assert_int_equal(parse_duration_ms(STR_LIT("11s"), 1000, 10000, &value), -ERANGE);
    assert_int_equal(parse_size(STR_LIT("1"), 2, 10, &value), -ERANGE);
}

static void digits_of_fixed_length(void **state)
{
    (void)state;
    int64_t value = 1;
    assert_int_equal(parse_digits(STR_LIT("0042"), 4, &value), 0);
    assert_int_equal(value, 42);
    assert_int_equal(parse_digits(STR_LIT("042"), 4, &value), -EINVAL);
    assert_int_equal(parse_digits(STR_LIT("00x2"), 4, &value), -EINVAL);
    assert_int_equal(parse_digits(STR_LIT(""), 0, &value), -EINVAL);
    assert_int_equal(value, 42);
}

static void hex_of_fixed_length(void **state)
{
    (void)state;
    static const char *const bad[] = { "",         "00ff9",    "00ff9aB",  "00ff9aBc0",
                                       "00ff9aBg", "00ff9a-b", "0x00ff9a", "00ff9aB " };
    uint8_t bytes[4] = { 1, 2, 3, 4 };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(parse_hex(str_from(bad[i]), bytes, 4), -EINVAL);
    assert_memory_equal(bytes, "\1\2\3\4", 4);
    assert_int_equal(parse_hex(STR_LIT("00ff9aBc"), bytes, 4), 0);
    assert_memory_equal(bytes, "\x00\xff\x9a\xbc", 4);
    for (int c = 0; c < 256; c++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF", *at = c == 0 ? NULL : strchr(digits, c);
        assert_int_equal(parse_hex_digit((char)c), at == NULL ? -1 : (at - digits) % 16);
        assert_int_equal(parse_is_digit((char)c), c >= '0' && c <= '9');
    }
}

static void booleans(void **state)
{
    (void)state;
    static const char *const yes[] = { "true", "yes", "on", "1" }, *const no[] = { "false", "no", "off", "0" },
                             *const neither[] = { "", "TRUE", "y", "2", "true " };
    bool b;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(parse_bool(str_from(yes[i]), &b), 0);
        assert_true(b);
        assert_int_equal(parse_bool(str_from(no[i]), &b), 0);
        assert_false(b);
    }
    for (size_t i = 0; i < ARRAY_LEN(neither); i++)
        assert_int_equal(parse_bool(str_from(neither[i]), &b), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers),
        cmocka_unit_test(durations_and_sizes),
        cmocka_unit_test(digits_of_fixed_length),
        cmocka_unit_test(hex_of_fixed_length),
        cmocka_unit_test(booleans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
