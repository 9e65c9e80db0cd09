/*
 * The strict reader: which values are taken at all, what each getter takes, and that the first fault is final.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/core/buf.h"
#include "common/wire/json_in.h"

enum { A, B, C };
static const struct str NAMES[] = { JSON_NAME("a"), JSON_NAME("b"), JSON_NAME("c") };

#define S(text) { (text), sizeof(text) - 1 }

// ---- the value as a whole ------------------------------------------------------------------------------------------

struct whole {
    const char *title;
    struct str text;
    enum reject_code code; /* REJECT_NONE: taken */
    int unknown;
};

#define DEEP7 "{\"x\":[[[[[["
#define UP7 "]]]]]]}"

static const struct whole wholes[] = {
    { "empty object", S("{}"), REJECT_NONE, 0 },
    { "blanks around", S(" \t\r\n{ } \n"), REJECT_NONE, 0 },
    { "known fields", S("{\"a\":1,\"b\":2,\"c\":3}"), REJECT_NONE, 0 },
    { "another order", S("{\"c\":1,\"a\":2,\"b\":3}"), REJECT_NONE, 0 },
    { "unknown fields counted", S("{\"x\":1,\"a\":2,\"y\":{\"z\":1}}"), REJECT_NONE, 2 },
    { "empty", S(""), REJECT_NOT_JSON, 0 },
    { "blank", S("  "), REJECT_NOT_JSON, 0 },
    { "an array", S("[]"), REJECT_NOT_JSON, 0 },
    { "a string", S("\"a\""), REJECT_NOT_JSON, 0 },
    { "null", S("null"), REJECT_NOT_JSON, 0 },
    { "a byte order mark", S("\xef\xbb\xbf{}"), REJECT_NOT_JSON, 0 },
    { "UTF-16", S("{\0}\0"), REJECT_NOT_JSON, 0 },
    { "something behind", S("{}x"), REJECT_NOT_JSON, 0 },
    { "two values", S("{}{}"), REJECT_NOT_JSON, 0 },
    { "NUL behind", S("{}\0"), REJECT_NOT_JSON, 0 },
    { "NUL within", S("{\"a\":\"\0\"}"), REJECT_NOT_JSON, 0 },
    { "a raw control character", S("{\"a\":\"\t\"}"), REJECT_NOT_JSON, 0 },
    { "a comma too many", S("{\"a\":1,}"), REJECT_NOT_JSON, 0 },
    { "a comment", S("{/**/}"), REJECT_NOT_JSON, 0 },
    { "single quotes", S("{'a':1}"), REJECT_NOT_JSON, 0 },
    { "a leading zero", S("{\"x\":01}"), REJECT_NOT_JSON, 0 },
    { "NaN", S("{\"x\":NaN}"), REJECT_NOT_JSON, 0 },
    { "not closed", S("{\"a\":1"), REJECT_NOT_JSON, 0 },
    { "a stray byte", S("{\"x\":\"\xff\"}"), REJECT_NOT_JSON, 0 },
    { "an overlong form", S("{\"x\":\"\xc0\xaf\"}"), REJECT_NOT_JSON, 0 },
    { "a surrogate in UTF-8", S("{\"x\":\"\xed\xa0\x80\"}"), REJECT_NOT_JSON, 0 },
    { "a high surrogate alone", S("{\"x\":\"\\ud83d\"}"), REJECT_NOT_JSON, 0 },
    { "a low surrogate alone", S("{\"x\":\"\\ude00\"}"), REJECT_NOT_JSON, 0 },
    { "a surrogate alone in a key", S("{\"\\ud83d\":1}"), REJECT_NOT_JSON, 0 },
    { "a pair of surrogates", S("{\"x\":\"\\ud83d\\ude00\"}"), REJECT_NONE, 1 },
    { "a known key twice", S("{\"a\":1,\"b\":2,\"a\":1}"), REJECT_NOT_JSON, 0 },
    { "an unknown key twice", S("{\"x\":1,\"a\":2,\"x\":1}"), REJECT_NOT_JSON, 0 },
    { "a key twice, once escaped", S("{\"a\":1,\"\\u0061\":2}"), REJECT_NOT_JSON, 0 },
    { "the empty key twice", S("{\"\":1,\"\":2}"), REJECT_NOT_JSON, 0 },
    { "a key twice in what nobody reads", S("{\"x\":{\"y\":1,\"y\":2}}"), REJECT_NONE, 1 },
    { "eight levels", S(DEEP7 "[]" UP7), REJECT_NONE, 1 },
    { "nine levels", S(DEEP7 "[[]]" UP7), REJECT_NOT_JSON, 0 },
    { "eight levels, again and again", S("{\"x\":[" DEEP7 "[]" UP7 "]}"), REJECT_NOT_JSON, 0 },
    { "siblings are no levels", S("{\"x\":[[],[],[],[],[],[],[],[[]]]}"), REJECT_NONE, 1 },
    { "numbers of any size where nobody reads", S("{\"x\":[1e999,-1e999,123456789012345678901234567890,0.1]}"),
      REJECT_NONE, 1 },
};

static void test_whole(void **state)
{
    const struct whole *row = *state;
    struct json_in in JSON_UNINITIALISED;
    struct json_node root;
    struct reject error = { .code = REJECT_NONE };
    int result = json_in_parse(&in, row->text, NAMES, ARRAY_LEN(NAMES), &root, &error);
    assert_int_equal(error.code, row->code);
    assert_int_equal(result, row->code == REJECT_NONE ? 0 : -EBADMSG);
    assert_int_equal(json_in_result(&in), row->code == REJECT_NONE ? row->unknown : -EBADMSG);
    if (row->code != REJECT_NONE) {
        assert_string_equal(error.pointer, "");
        assert_true(error.expected[0] != '\0');
    }
    json_in_done(&in);
}

/* {"x":"…"} of exactly n bytes */
static void fill(struct buf *b, size_t n)
{
    buf_append_cstr(b, "{\"x\":\"");
    while (b->len < n - 2)
        buf_append_char(b, 'y');
    buf_append_cstr(b, "\"}");
}

static void test_size(void **state)
{
    (void)state;
    for (size_t n = JSON_MAX_BYTES; n <= JSON_MAX_BYTES + 1; n++) {
        struct json_in in JSON_UNINITIALISED;
        struct json_node root;
        struct reject error = { .code = REJECT_NONE };
        struct buf b;
        buf_init(&b, n);
        fill(&b, n);
        assert_int_equal(b.len, n);
        int result = json_in_parse(&in, buf_str(&b), NAMES, ARRAY_LEN(NAMES), &root, &error);
        assert_int_equal(result, n <= JSON_MAX_BYTES ? 0 : -EBADMSG);
        assert_int_equal(error.code, n <= JSON_MAX_BYTES ? REJECT_NONE : REJECT_TOO_LARGE);
        json_in_done(&in);
        buf_done(&b);
    }
}

/* As many keys as fit: each once, then the first once more. Both answers come in a moment. */
static void test_many_keys(void **state)
{
    (void)state;
    for (int repeat = 0; repeat <= 1; repeat++) {
        struct json_in in JSON_UNINITIALISED;
        struct json_node root;
        struct reject error = { .code = REJECT_NONE };
        struct buf b;
        buf_init(&b, JSON_MAX_BYTES);
        buf_append_char(&b, '{');
        for (int i = 0; i < 25000; i++)
            buf_printf(&b, "\"%d\":0,", i);
        buf_append_cstr(&b, repeat ? "\"0\":0}" : "\"a\":0}");
        assert_int_equal(b.error, 0);
        int result = json_in_parse(&in, buf_str(&b), NAMES, ARRAY_LEN(NAMES), &root, &error);
        assert_int_equal(result, repeat ? -EBADMSG : 0);
        assert_int_equal(json_in_result(&in), repeat ? -EBADMSG : 25000);
        json_in_done(&in);
        buf_done(&b);
    }
}

// ---- getters -------------------------------------------------------------------------------------------------------

/* One getter with its bounds: true if it set its output. */
typedef bool getter(const struct json_node *node, int slot, enum json_need need);

static bool get_text(const struct json_node *node, int slot, enum json_need need)
{
    struct str s;
    return json_text(node, slot, need, 5, &s);
}
static bool get_name(const struct json_node *node, int slot, enum json_need need)
{
    char out[21];
    return json_name(node, slot, need, 5, out, sizeof out);
}
static bool get_ref(const struct json_node *node, int slot, enum json_need need)
{
    char out[REF_SIZE];
    return json_ref(node, slot, need, out);
}
static bool get_part(const struct json_node *node, int slot, enum json_need need)
{
    char out[REF_SIZE];
    return json_ref_part(node, slot, need, out);
}
static bool get_token(const struct json_node *node, int slot, enum json_need need)
{
    char out[TOKEN_SIZE];
    return json_token(node, slot, need, out);
}
static bool get_uuid(const struct json_node *node, int slot, enum json_need need)
{
    char out[VISIT_SIZE];
    return json_uuid(node, slot, need, out);
}
static bool get_hex(const struct json_node *node, int slot, enum json_need need)
{
    char out[5];
    return json_hex(node, slot, need, out, sizeof out);
}
static bool get_int(const struct json_node *node, int slot, enum json_need need)
{
    int64_t out;
    return json_int(node, slot, need, -1, 10, &out);
}
static bool get_int64(const struct json_node *node, int slot, enum json_need need)
{
    int64_t out;
    return json_int(node, slot, need, INT64_MIN, INT64_MAX, &out);
}
static bool get_bool(const struct json_node *node, int slot, enum json_need need)
{
    bool out;
    return json_bool(node, slot, need, &out);
}
static bool get_word(const struct json_node *node, int slot, enum json_need need)
{
    return json_word(node, slot, need, &wire_healths) != 0;
}
static bool get_words(const struct json_node *node, int slot, enum json_need need)
{
    uint32_t out;
    return json_word_set(node, slot, need, &wire_children, &out);
}
static bool get_regency(const struct json_node *node, int slot, enum json_need need)
{
    int32_t out;
    return json_regency(node, slot, need, &out);
}
static bool get_district(const struct json_node *node, int slot, enum json_need need)
{
    int32_t out;
    return json_district(node, slot, need, &out);
}
static bool get_village(const struct json_node *node, int slot, enum json_need need)
{
    int64_t out;
    return json_village(node, slot, need, &out);
}
static bool get_date(const struct json_node *node, int slot, enum json_need need)
{
    int32_t out;
    return json_date(node, slot, need, &out);
}
static bool get_edition(const struct json_node *node, int slot, enum json_need need)
{
    int32_t out;
    return json_edition(node, slot, need, &out);
}
static bool get_instant(const struct json_node *node, int slot, enum json_need need)
{
    int64_t out;
    return json_instant(node, slot, need, &out);
}
static bool get_object(const struct json_node *node, int slot, enum json_need need)
{
    struct json_node out;
    return json_object(node, slot, need, NAMES, ARRAY_LEN(NAMES), &out);
}
static bool get_array(const struct json_node *node, int slot, enum json_need need)
{
    struct json_node out;
    return json_array(node, slot, need, 2, &out);
}

struct field {
    getter *get;
    const char *name, *json; /* the field's value; "" = absent */
    enum reject_code code;
    const char *pointer;     /* of the fault; NULL: "/b" */
};

#define FIELD(get, json, code) { get_##get, #get, json, REJECT_##code, NULL }

static const struct field fields[] = {
    FIELD(text, "\"a\"", NONE), FIELD(text, "\"abcde\"", NONE), FIELD(text, "\"\\u00e9\\u00e9\"", NONE),
    FIELD(text, "\"\"", OUT_OF_RANGE), FIELD(text, "\"abcdef\"", OUT_OF_RANGE),
    FIELD(text, "\"a\\u0000\"", OUT_OF_RANGE), FIELD(text, "\"\\n\"", OUT_OF_RANGE),
    FIELD(text, "\"\\u007f\"", OUT_OF_RANGE), FIELD(text, "\"\\u0080\"", OUT_OF_RANGE),
    FIELD(text, "\"\\u009f\"", OUT_OF_RANGE), FIELD(text, "\"\\u00a0\"", NONE), FIELD(text, "1", WRONG_TYPE),
    FIELD(name, "\"\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\"", NONE), FIELD(name, "\"abcdef\"", OUT_OF_RANGE),
    FIELD(ref, "\"!~/#\"", NONE), FIELD(ref, "\"a b\"", OUT_OF_RANGE), FIELD(ref, "\"\\u00e9\"", OUT_OF_RANGE),
    FIELD(ref, "\"\"", OUT_OF_RANGE), FIELD(ref, "\"123456789012345\"", NONE),
    FIELD(ref, "\"x1234567890123456\"", FORBIDDEN_CONTENT), FIELD(ref, "[]", WRONG_TYPE),
    FIELD(ref, "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"", NONE),
    FIELD(ref, "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefX\"", OUT_OF_RANGE),
    FIELD(part, "\"a.b\"", NONE), FIELD(part, "\"a/b\"", OUT_OF_RANGE), FIELD(part, "\"a b\"", OUT_OF_RANGE),
    FIELD(token, "\"k1.abcdefghijklmnopqrstuvwxyz234567\"", NONE),
    FIELD(token, "\"k999.abcdefghijklmnopqrstuvwxyz234567\"", NONE),
    FIELD(token, "\"k1000.abcdefghijklmnopqrstuvwxyz234567\"", OUT_OF_RANGE),
    FIELD(token, "\"k0.abcdefghijklmnopqrstuvwxyz234567\"", OUT_OF_RANGE),
    FIELD(token, "\"k.abcdefghijklmnopqrstuvwxyz234567\"", OUT_OF_RANGE),
    FIELD(token, "\"k1.abcdefghijklmnopqrstuvwxyz23456\"", OUT_OF_RANGE),
    FIELD(token, "\"k1.abcdefghijklmnopqrstuvwxyz234561\"", OUT_OF_RANGE),
    FIELD(token, "\"K1.abcdefghijklmnopqrstuvwxyz234567\"", OUT_OF_RANGE), FIELD(token, "7", WRONG_TYPE),
    FIELD(uuid, "\"7f0c2a51-0f7e-4b7a-9d51-2f1f0c9a3b10\"", NONE),
    FIELD(uuid, "\"7F0C2A51-0F7E-4B7A-9D51-2F1F0C9A3B10\"", NONE),
    FIELD(uuid, "\"7f0c2a510f7e-4b7a-9d51-2f1f0c9a3b10-\"", OUT_OF_RANGE),
    FIELD(uuid, "\"7f0c2a51-0f7e-4b7a-9d51-2f1f0c9a3b1g\"", OUT_OF_RANGE),
    FIELD(uuid, "\"7f0c2a51-0f7e-4b7a-9d51-2f1f0c9a3b1\"", OUT_OF_RANGE),
    FIELD(hex, "\"0a9f\"", NONE), FIELD(hex, "\"0A9f\"", OUT_OF_RANGE), FIELD(hex, "\"0a9\"", OUT_OF_RANGE),
    FIELD(hex, "\"0a9f0\"", OUT_OF_RANGE), FIELD(hex, "false", WRONG_TYPE),
    FIELD(int, "-1", NONE), FIELD(int, "10", NONE), FIELD(int, "-2", OUT_OF_RANGE), FIELD(int, "11", OUT_OF_RANGE),
    FIELD(int, "-0", NONE), FIELD(int, "1.0", WRONG_TYPE), FIELD(int, "1e0", WRONG_TYPE),
    FIELD(int, "0.5", WRONG_TYPE), FIELD(int, "-0.0", WRONG_TYPE), FIELD(int, "\"1\"", WRONG_TYPE),
    FIELD(int, "true", WRONG_TYPE), FIELD(int, "1e400", WRONG_TYPE), FIELD(int, "{}", WRONG_TYPE),
    FIELD(int64, "9223372036854775807", NONE), FIELD(int64, "-9223372036854775808", NONE),
    FIELD(int64, "9223372036854775808", OUT_OF_RANGE), FIELD(int64, "-9223372036854775809", OUT_OF_RANGE),
    FIELD(int64, "18446744073709551615", OUT_OF_RANGE), FIELD(int64, "18446744073709551616", OUT_OF_RANGE),
    FIELD(int64, "123456789012345678901234567890", OUT_OF_RANGE), FIELD(int64, "9223372036854775807.0", WRONG_TYPE),
    FIELD(bool, "true", NONE), FIELD(bool, "false", NONE), FIELD(bool, "0", WRONG_TYPE),
    FIELD(bool, "\"true\"", WRONG_TYPE),
    FIELD(word, "\"ill\"", NONE), FIELD(word, "\"Ill\"", UNKNOWN_VALUE), FIELD(word, "\"il\"", UNKNOWN_VALUE),
    FIELD(word, "\"ill\\u0000\"", UNKNOWN_VALUE), FIELD(word, "\"\"", UNKNOWN_VALUE), FIELD(word, "2", WRONG_TYPE),
    FIELD(words, "[]", NONE), FIELD(words, "[\"working\",\"in_trouble\"]", NONE), FIELD(words, "{}", WRONG_TYPE),
    { get_words, "words", "[\"working\",\"x\"]", REJECT_UNKNOWN_VALUE, "/b/1" },
    { get_words, "words", "[\"working\",\"working\"]", REJECT_INCONSISTENT, "/b/1" },
    { get_words, "words", "[null]", REJECT_MISSING_FIELD, "/b/0" },
    FIELD(regency, "\"3510\"", NONE), FIELD(regency, "\"0510\"", OUT_OF_RANGE),
    FIELD(regency, "\"35.10\"", OUT_OF_RANGE),
    FIELD(regency, "\"351\"", OUT_OF_RANGE), FIELD(regency, "\"35100\"", OUT_OF_RANGE),
    FIELD(regency, "\"35 0\"", OUT_OF_RANGE), FIELD(regency, "\"\"", OUT_OF_RANGE), FIELD(regency, "3510", WRONG_TYPE),
    FIELD(district, "\"351016\"", NONE), FIELD(district, "\"3510\"", OUT_OF_RANGE),
    FIELD(village, "\"3510161002\"", NONE), FIELD(village, "\"351016100\"", OUT_OF_RANGE),
    FIELD(date, "\"2024-02-29\"", NONE),
    FIELD(date, "\"2026-02-29\"", BAD_DATE), FIELD(date, "\"26-02-01\"", BAD_DATE),
    FIELD(date, "\"2026-02-01T00:00:00Z\"", BAD_DATE), FIELD(date, "20260201", WRONG_TYPE),
    FIELD(edition, "\"2026-12\"", NONE),
    FIELD(edition, "\"2026-13\"", BAD_DATE), FIELD(edition, "\"2026-1\"", BAD_DATE),
    FIELD(instant, "\"2026-01-28T08:03:04.123Z\"", NONE), FIELD(instant, "\"2026-01-28T08:03:04Z\"", BAD_DATE),
    FIELD(instant, "\"2026-01-28T15:03:04.123+07:00\"", BAD_DATE),
    FIELD(instant, "\"2026-01-28t08:03:04.123z\"", BAD_DATE), FIELD(instant, "1769587384123", WRONG_TYPE),
    FIELD(object, "{}", NONE), FIELD(object, "{\"a\":1,\"x\":1}", NONE), FIELD(object, "[]", WRONG_TYPE),
    FIELD(object, "{\"x\":1,\"x\":1}", NOT_JSON),
    FIELD(array, "[]", NONE), FIELD(array, "[1,\"a\"]", NONE), FIELD(array, "[1,2,3]", OUT_OF_RANGE),
    FIELD(array, "{}", WRONG_TYPE),
};

static void test_field(void **state)
{
    const struct field *row = *state;
    char text[256];
    struct json_in in JSON_UNINITIALISED;
    struct json_node root;
    struct reject error = { .code = REJECT_NONE };
    snprintf(text, sizeof text, "{\"a\":true,\"b\":%s,\"c\":false}", row->json);
    assert_int_equal(json_in_parse(&in, str_from(text), NAMES, ARRAY_LEN(NAMES), &root, &error), 0);
    assert_int_equal(row->get(&root, B, OPTIONAL), row->code == REJECT_NONE);
    assert_int_equal(error.code, row->code);
    if (row->code != REJECT_NONE) {
        assert_string_equal(error.pointer, row->pointer != NULL ? row->pointer : "/b");
        assert_null(strstr(error.expected, "x1234567890123456"));
        assert_int_equal(json_in_result(&in), -EBADMSG);
    }
    json_in_done(&in);
}

/* Absent and null are the same: nothing where it may be, missing_field where it must not. */
static void test_absent(void **state)
{
    getter *get = ((const struct field *)*state)->get;
    static const char *const texts[] = { "{\"a\":1}", "{\"a\":1,\"b\":null}" };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        for (int need = OPTIONAL; need <= REQUIRED; need++) {
            struct json_in in JSON_UNINITIALISED;
            struct json_node root;
            struct reject error = { .code = REJECT_NONE };
            assert_int_equal(json_in_parse(&in, str_from(texts[i]), NAMES, ARRAY_LEN(NAMES), &root, &error), 0);
            assert_false(get(&root, B, (enum json_need)need));
            assert_int_equal(error.code, need == REQUIRED ? REJECT_MISSING_FIELD : REJECT_NONE);
            assert_string_equal(error.pointer, need == REQUIRED ? "/b" : "");
            json_in_done(&in);
        }
    }
}

/* After a fault every getter does nothing, and the fault stays as it was. */
static void test_first_fault_is_final(void **state)
{
    getter *get = ((const struct field *)*state)->get;
    struct json_in in JSON_UNINITIALISED;
    struct json_node root;
    struct reject error;
    assert_int_equal(json_in_parse(&in, str_from("{\"a\":1.5}"), NAMES, ARRAY_LEN(NAMES), &root, &error), 0);
    assert_false(get_int(&root, A, REQUIRED));
    assert_false(get(&root, B, REQUIRED));
    assert_false(get(&root, A, REQUIRED));
    json_fault(&root, C, REJECT_INCONSISTENT, "nothing");
    assert_int_equal(error.code, REJECT_WRONG_TYPE);
    assert_string_equal(error.pointer, "/a");
    json_in_done(&in);
}

// ---- nodes ---------------------------------------------------------------------------------------------------------

static void test_pointers_of_inner_nodes(void **state)
{
    (void)state;
    struct json_in in JSON_UNINITIALISED;
    struct json_node root, list, inner, deeper;
    struct reject error;
    int64_t n;
    assert_int_equal(json_in_parse(&in, str_from("{\"a\":[0,{\"b\":{\"c\":\"x\"}}]}"), NAMES, ARRAY_LEN(NAMES), &root,
                                   &error), 0);
    assert_true(json_array(&root, A, REQUIRED, 2, &list));
    assert_int_equal(list.count, 2);
    assert_true(json_int(&list, 0, REQUIRED, 0, 0, &n));
    assert_true(json_object(&list, 1, REQUIRED, NAMES, ARRAY_LEN(NAMES), &inner));
    assert_true(json_object(&inner, B, REQUIRED, NAMES, ARRAY_LEN(NAMES), &deeper));
    assert_false(json_int(&deeper, C, REQUIRED, 0, 1, &n));
    assert_int_equal(error.code, REJECT_WRONG_TYPE);
    assert_string_equal(error.pointer, "/a/1/b/c");
    json_in_done(&in);
}

/* Who forgives may count a long array and read its head; nothing is a fault but a key twice. */
static void test_peeking(void **state)
{
    (void)state;
    struct json_in in JSON_UNINITIALISED;
    struct json_node root, list, object;
    struct reject error = { .code = REJECT_NONE };
    struct str s;
    int64_t n;
    bool flag;
    struct buf b;
    buf_init(&b, JSON_MAX_BYTES);
    buf_append_cstr(&b, "{\"a\":[0");
    for (int i = 1; i < 1000; i++)
        buf_printf(&b, ",%d", i);
    buf_append_cstr(&b, "],\"b\":\"\\u0000\\n\",\"c\":{\"x\":1,\"x\":1}}");
    assert_int_equal(json_in_parse(&in, buf_str(&b), NAMES, ARRAY_LEN(NAMES), &root, &error), 0);
    assert_true(json_peek_array(&root, A, &list));
    assert_int_equal(list.count, 1000);
    assert_true(json_peek_integer(&list, JSON_MAX_SLOTS - 1, &n));
    assert_int_equal(n, JSON_MAX_SLOTS - 1);
    assert_int_equal(json_type(&list, JSON_MAX_SLOTS), JSON_NULL);
    assert_false(json_peek_string(&root, A, &s));
    assert_false(json_peek_bool(&root, B, &flag));
    assert_true(json_peek_string(&root, B, &s));
    assert_int_equal(s.n, 2);
    assert_int_equal(error.code, REJECT_NONE);
    assert_false(json_peek_object(&root, C, NAMES, ARRAY_LEN(NAMES), &object));
    assert_int_equal(error.code, REJECT_NOT_JSON);
    assert_string_equal(error.pointer, "/c");
    json_in_done(&in);
    buf_done(&b);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(wholes) + 3 * ARRAY_LEN(fields) + 8];
    static char titles[ARRAY_LEN(tests)][160];
    size_t n = 0;
#define ADD(function, row, ...)                                                                                       \
    (snprintf(titles[n], sizeof titles[n], __VA_ARGS__),                                                              \
     tests[n] = (struct CMUnitTest){ .name = titles[n], .test_func = function,                                       \
                                     .initial_state = (void *)(uintptr_t)(row) },                                    \
     n++)
    for (const struct whole *row = wholes; row < wholes + ARRAY_LEN(wholes); row++)
        ADD(test_whole, row, "value: %s", row->title);
    for (const struct field *row = fields; row < fields + ARRAY_LEN(fields); row++) {
        ADD(test_field, row, "%s: %.100s", row->name, row->json);
        if (row > fields && row[-1].get == row->get)
            continue;
        ADD(test_absent, row, "%s: absent", row->name);
        ADD(test_first_fault_is_final, row, "%s: after a fault", row->name);
    }
    ADD(test_size, NULL, "size");
    ADD(test_many_keys, NULL, "many keys");
    ADD(test_pointers_of_inner_nodes, NULL, "pointers of inner nodes");
    ADD(test_peeking, NULL, "peeking");
    // Rows that were not filled have no place in the group.
    return _cmocka_run_group_tests("json_in", tests, n, NULL, NULL);
}
