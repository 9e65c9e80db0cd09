#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/json_out.h"

static void canonical_form(void **state)
{
    (void)state;
    cleanup(buf_done) struct buf b;
    buf_init(&b, 1000);
    struct json_out w = { .b = &b };
    json_out_open(&w, '{');
    json_out_key(&w, "a");
    json_out_int(&w, -1);
    json_out_key(&w, "b");
    json_out_open(&w, '[');
    json_out_close(&w, ']');
    json_out_key(&w, "c");
    json_out_open(&w, '[');
    json_out_text(&w, "x");
    json_out_text(&w, "");
    json_out_text(&w, NULL);
    json_out_bool(&w, false);
    json_out_raw(&w, STR_LIT("{}"));
    json_out_open(&w, '{');
    json_out_close(&w, '}');
    json_out_str(&w, STR_LIT(""));
    json_out_close(&w, ']');
    json_out_key(&w, "d");
    json_out_null(&w);
    json_out_close(&w, '}');
    assert_string_equal(buf_cstr(&b), "{\"a\":-1,\"b\":[],\"c\":[\"x\",null,null,false,{},{},\"\"],\"d\":null}");
}

static void only_mandatory_escapes(void **state)
{
    (void)state;
    static const struct {
        struct str raw;
        const char *quoted;
    } cases[] = {
        { { "", 0 }, "\"\"" },
        { { "a/b", 3 }, "\"a/b\"" },
        { { "\"\\\b\t\n\f\r", 7 }, "\"\\\"\\\\\\b\\t\\n\\f\\r\"" },
        { { "\0\x01\x1f", 3 }, "\"\\u0000\\u0001\\u001f\"" },
        { { "\x7f \xc3\xa9 \xe2\x80\xa8", 8 }, "\"\x7f \xc3\xa9 \xe2\x80\xa8\"" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        cleanup(buf_done) struct buf b;
        buf_init(&b, 100);
        json_out_quote(&b, cases[i].raw);
        assert_string_equal(buf_cstr(&b), cases[i].quoted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(canonical_form), cmocka_unit_test(only_mandatory_escapes) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
