#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/core/buf.h"

static void appends_in_order(void **state)
{
    (void)state;
    cleanup(buf_done) struct buf b;
    buf_init(&b, 1000);
    buf_append_cstr(&b, "a");
    buf_append_char(&b, 'b');
    buf_append_str(&b, STR_LIT("cd"));
    buf_append_str(&b, (struct str){ NULL, 0 });
    buf_append_int(&b, INT64_MIN);
    buf_append_int(&b, 0);
    buf_append_int(&b, INT64_MAX);
    buf_printf(&b, "%s-%d", "x", 7);
    assert_string_equal(buf_cstr(&b), "abcd-922337203685477580809223372036854775807x-7");
    buf_reset(&b);
    assert_int_equal(b.len, 0);
    assert_string_equal(buf_cstr(&b), "");
}

static void max_is_kept_and_error_sticks(void **state)
{
    (void)state;
    for (size_t max = 0; max < 600; max += 37) {
        cleanup(buf_done) struct buf b;
        buf_init(&b, max);
        for (size_t i = 0; i < max; i++)
            buf_append_char(&b, 'x');
        assert_int_equal(b.error, 0);
        assert_int_equal(b.len, max);
        assert_int_equal(strlen(buf_cstr(&b)), max);
        buf_append_char(&b, 'y');
        assert_int_equal(b.error, -E2BIG);
        assert_int_equal(b.len, max);
        buf_append(&b, "", 0);
        buf_printf(&b, "%d", 1);
        assert_int_equal(b.len, max);
        assert_null(buf_cstr(&b));
        buf_reset(&b);
        assert_int_equal(b.error, 0);
    }
}

static void printf_fits_to_the_byte(void **state)
{
    (void)state;
    cleanup(buf_done) struct buf b;
    buf_init(&b, 256);
    buf_printf(&b, "%256s", "");
    assert_int_equal(b.error, 0);
    assert_int_equal(b.len, 256);
    buf_reset(&b);
    buf_printf(&b, "%257s", "");
    assert_int_equal(b.error, -E2BIG);
    assert_int_equal(b.len, 0);
}

static void reserve_gives_room(void **state)
{
    (void)state;
    cleanup(buf_done) struct buf b;
    buf_init(&b, 10000);
    for (int i = 0; i < 10; i++) {
        char *p = buf_reserve(&b, 1000);
        assert_non_null(p);
        memset(p, 'z', 1000);
        b.len += 1000;
    }
    assert_null(buf_reserve(&b, 1));
    buf_done(&b);
    buf_done(&b); // twice does no harm
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_in_order),
        cmocka_unit_test(max_is_kept_and_error_sticks),
        cmocka_unit_test(printf_fits_to_the_byte),
        cmocka_unit_test(reserve_gives_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
