/*
 * Every canonical message against its golden file: the struct of samples.h gives exactly these bytes, and these bytes
 * give a struct that is written the same again.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/wire/codecs.h"
#include "tests/unit/wire/sample_list.h"

enum { MAX_VALUE = 1 << 20 };

static struct str golden(const char *file)
{
    static char text[MAX_VALUE];
    char path[256];
    snprintf(path, sizeof path, "tests/golden/%s.json", file);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    return (struct str){ text, n };
}

static void assert_bytes(const struct buf *b, struct str expected)
{
    assert_int_equal(b->error, 0);
    assert_int_equal(b->len, expected.n);
    assert_memory_equal(b->data, expected.p, expected.n);
}

/* encode(struct) = file */
static void test_written(void **state)
{
    const struct wire_sample *sample = *state;
    struct buf b;
    buf_init(&b, MAX_VALUE);
    codec_of(sample->file)->encode(&b, sample->value);
    assert_bytes(&b, golden(sample->file));
    buf_done(&b);
}

/* encode(decode(file)) = file, also over what lay in the struct before */
static void test_read_and_written_again(void **state)
{
    const struct wire_sample *sample = *state;
    const struct codec *codec = codec_of(sample->file);
    struct str text = golden(sample->file);
    struct reject error = { .code = REJECT_NONE };
    void *m = malloc(codec->size);
    assert_non_null(m);
    memset(m, 0xa5, codec->size);
    assert_int_equal(codec->decode(text, m, &error), 0);

    struct buf b;
    buf_init(&b, MAX_VALUE);
    codec->encode(&b, m);
    assert_bytes(&b, text);
    buf_done(&b);
    free(m);
}

/* A later field is passed over and counted, first or last; the rest is read as before. */
static void test_unknown_fields_counted(void **state)
{
    static const char front[] = "{\"later\":{\"a\":[1.5e300,{\"b\":null,\"b\":2}]},", back[] = ",\"latest\":\"x\"}";
    const struct wire_sample *sample = *state;
    const struct codec *codec = codec_of(sample->file);
    struct str text = golden(sample->file);
    struct reject error;
    void *m = malloc(codec->size);
    assert_non_null(m);
    struct buf b, again;
    buf_init(&b, MAX_VALUE);
    buf_init(&again, MAX_VALUE);
    buf_append_cstr(&b, front);
    buf_append(&b, text.p + 1, text.n - 2);
    buf_append_cstr(&b, back);
    assert_int_equal(codec->decode(buf_str(&b), m, &error), 2);
    codec->encode(&again, m);
    assert_bytes(&again, text);
    buf_done(&b);
    buf_done(&again);
    free(m);
}

/* A buffer too small leaves an error and never more than its maximum. */
static void test_bounded_buffer(void **state)
{
    const struct wire_sample *sample = *state;
    struct str text = golden(sample->file);
    for (size_t max = 0; max < text.n; max += 7) {
        struct buf b;
        buf_init(&b, max);
        codec_of(sample->file)->encode(&b, sample->value);
        assert_int_equal(b.error, -E2BIG);
        assert_true(b.len <= max);
        buf_done(&b);
    }
}

/* Every proper prefix is refused, and leaves the output alone. */
static void test_cut_short(void **state)
{
    const struct wire_sample *sample = *state;
    const struct codec *codec = codec_of(sample->file);
    struct str text = golden(sample->file);
    unsigned char *m = malloc(codec->size);
    assert_non_null(m);
    memset(m, 0xa5, codec->size);
    for (size_t n = 0; n < text.n; n += 3) {
        struct reject error = { .code = REJECT_NONE };
        assert_int_equal(codec->decode((struct str){ text.p, n }, m, &error), -EBADMSG);
        assert_int_equal(error.code, REJECT_NOT_JSON);
        assert_string_equal(error.pointer, "");
    }
    for (size_t i = 0; i < codec->size; i++)
        assert_int_equal(m[i], 0xa5);
    free(m);
}

enum { CHECKS = 5 };

int main(void)
{
    static const CMUnitTestFunction checks[CHECKS] = {
        test_written, test_read_and_written_again, test_unknown_fields_counted, test_bounded_buffer, test_cut_short,
    };
    static const char *const names[CHECKS] = { "written", "read and written again", "unknown fields counted",
                                               "bounded buffer", "cut short" };
    static struct CMUnitTest tests[ARRAY_LEN(samples) * CHECKS];
    static char titles[ARRAY_LEN(tests)][80];
    for (size_t i = 0; i < ARRAY_LEN(tests); i++) {
        const struct wire_sample *sample = &samples[i / CHECKS];
        snprintf(titles[i], sizeof titles[i], "%s: %s", sample->file, names[i % CHECKS]);
        tests[i] = (struct CMUnitTest){ .name = titles[i], .test_func = checks[i % CHECKS],
                                        .initial_state = (void *)(uintptr_t)sample };
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
