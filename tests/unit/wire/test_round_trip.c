/*
 * decode(encode(x)) = x over random structs of every message, bounds included: byte for byte of the struct, so that no
 * field is lost, exchanged or cut. (Both structs are zeroed first, so their padding is equal too.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/wire/codecs.h"
#include "tests/unit/wire/random_messages.h"

enum { ROUNDS = 300, MAX_VALUE = 256 * 1024 };

static void test_round_trip(void **state)
{
    const struct codec *codec = *state;
    struct dice dice = { 20260124 };
    unsigned char *x = malloc(codec->size), *y = malloc(codec->size);
    assert_non_null(x);
    assert_non_null(y);
    struct buf b, again;
    buf_init(&b, MAX_VALUE);
    buf_init(&again, MAX_VALUE);
    for (int round = 0; round < ROUNDS; round++) {
        struct reject error = { .code = REJECT_NONE };
        memset(x, 0, codec->size);
        memset(y, 0, codec->size);
        random_message(&dice, codec->name, x);
        buf_reset(&b);
        buf_reset(&again);
        codec->encode(&b, x);
        assert_int_equal(b.error, 0);
        int result = codec->decode(buf_str(&b), y, &error);
        if (result != 0)
            print_message("%s %s: %s\n%.*s\n", reject_code_name(error.code), error.pointer, error.expected, (int)b.len,
                          b.data);
        assert_int_equal(result, 0);
        codec->encode(&again, y);
        assert_true(str_equal(buf_str(&b), buf_str(&again)));
        assert_memory_equal(x, y, codec->size);
    }
    buf_done(&b);
    buf_done(&again);
    free(x);
    free(y);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(codecs)];
    for (size_t i = 0; i < ARRAY_LEN(codecs); i++)
        tests[i] = (struct CMUnitTest){ .name = codecs[i].name, .test_func = test_round_trip,
                                        .initial_state = (void *)(uintptr_t)&codecs[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
