/*
 * No memory: the n-th allocation fails, for n = 1, 2, 3 … until there are no more. An encoder then says -ENOMEM in the
 * buffer, a decoder returns it and leaves its output alone; nothing leaks (the sanitizer looks).
 *
 * The two modules that allocate are compiled in here with an allocator that fails to order.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Allocations until one fails; negative = none does. */
static int left = -1;
static int made;

static bool fails(void)
{
    made++;
    return left >= 0 && left-- == 0;
}

static void *failing_malloc(size_t n)
{
    return fails() ? NULL : malloc(n);
}

static void *failing_realloc(void *p, size_t n)
{
    return fails() ? NULL : realloc(p, n);
}

#define malloc failing_malloc
#define realloc failing_realloc
#include "common/core/buf.c"
#include "common/wire/json_in.c"
#undef malloc
#undef realloc

#include "tests/unit/wire/codecs.h"
#include "tests/unit/wire/random_messages.h"

static void encode_full(const struct codec *codec, const void *m, struct buf *b)
{
    left = -1;
    buf_init(b, JSON_MAX_BYTES);
    codec->encode(b, m);
    assert_int_equal(b->error, 0);
}

/* Encodes with the n-th allocation failing; true once it succeeds. */
static bool encode_at(const struct codec *codec, const void *m, int n, struct str expected)
{
    struct buf b;
    buf_init(&b, JSON_MAX_BYTES);
    left = n;
    codec->encode(&b, m);
    bool good = left >= 0;
    left = -1;
    assert_int_equal(b.error, good ? 0 : -ENOMEM);
    if (good)
        assert_true(str_equal(buf_str(&b), expected));
    buf_done(&b);
    return good;
}

/* Decodes with the n-th allocation failing; true once it succeeds. */
static bool decode_at(const struct codec *codec, struct str value, unsigned char *m, int n)
{
    struct reject error = { .code = REJECT_NONE };
    memset(m, 0xa5, codec->size);
    left = n;
    int result = codec->decode(value, m, &error);
    bool good = left >= 0;
    left = -1;
    assert_int_equal(error.code, REJECT_NONE);
    assert_int_equal(result, good ? 0 : -ENOMEM);
    for (size_t i = 0; !good && i < codec->size; i++)
        assert_int_equal(m[i], 0xa5);
    return good;
}

static void test_no_memory(void **state)
{
    const struct codec *codec = *state;
    struct dice dice = { 7 };
    unsigned char *x = malloc(codec->size), *y = malloc(codec->size);
    assert_non_null(x);
    assert_non_null(y);
    for (int round = 0; round < 5; round++) {
        struct buf whole;
        memset(x, 0, codec->size);
        random_message(&dice, codec->name, x);
        encode_full(codec, x, &whole);
        int n = 0;
        while (!encode_at(codec, x, n, buf_str(&whole)))
            assert_true(++n < 100);
        assert_true(n > 0);
        n = 0;
        while (!decode_at(codec, buf_str(&whole), y, n))
            assert_true(++n < 100);
        buf_done(&whole);
    }
    free(x);
    free(y);
}

/* {"k0":0,"k1":0, …} */
static void object_of_keys(struct buf *b, int keys)
{
    buf_init(b, JSON_MAX_BYTES);
    for (int i = 0; i < keys; i++)
        buf_printf(b, "%c\"k%d\":0", i == 0 ? '{' : ',', i);
    buf_append_char(b, '}');
}

/* Parses with the n-th allocation failing; the number of allocations once it succeeds, else -1. */
static int parse_at(struct str value, int keys, int n)
{
    static const struct str names[] = { JSON_NAME("a") };
    struct json_in in JSON_UNINITIALISED;
    struct json_node root;
    struct reject error = { .code = REJECT_NONE };
    made = 0;
    left = n;
    int result = json_in_parse(&in, value, names, 1, &root, &error);
    bool good = left >= 0;
    left = -1;
    assert_int_equal(result, good ? 0 : -ENOMEM);
    assert_int_equal(json_in_result(&in), good ? keys : -ENOMEM);
    assert_int_equal(error.code, REJECT_NONE);
    json_in_done(&in);
    return good ? made : -1;
}

/* What fits the reader allocates nothing; the search for a key twice among many, and a big value, do. */
static void test_big_values(void **state)
{
    (void)state;
    static const struct { int keys, least, most; } rows[] = { { 60, 0, 0 }, { 100, 1, 1 }, { 20000, 3, 20 } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b;
        object_of_keys(&b, rows[i].keys);
        int allocations, n = 0;
        while ((allocations = parse_at(buf_str(&b), rows[i].keys, n)) < 0)
            assert_true(++n <= rows[i].most);
        assert_in_range(allocations, rows[i].least, rows[i].most);
        buf_done(&b);
    }
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(codecs) + 1];
    for (size_t i = 0; i < ARRAY_LEN(codecs); i++)
        tests[i] = (struct CMUnitTest){ .name = codecs[i].name, .test_func = test_no_memory,
                                        .initial_state = (void *)(uintptr_t)&codecs[i] };
    tests[ARRAY_LEN(codecs)] = (struct CMUnitTest)cmocka_unit_test(test_big_values);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
