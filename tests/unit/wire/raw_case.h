/*
 * What the tests of the raw decoders share: a sample record as a list of fields, of which a case changes one.
 *
 * The effect of a field is seen in the canonical form: a case names the text of the sample's canonical form that
 * changes and what it becomes; everything else must stay as it was.
 */
#ifndef BERBAGI_TESTS_RAW_CASE_H
#define BERBAGI_TESTS_RAW_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/buf.h"
#include "common/wire/json_in.h"
#include "common/wire/raw.h"

// Rows of a table leave out what does not matter to them.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

enum { CASE_MAX_JSON = 1024 * 1024, CASE_TEXT_SIZE = 16 * 1024 };

/* One field of a sample: its name and its JSON; json NULL = the field isn't there. */
struct field {
    const char *name, *json;
};

enum { MAX_CHANGES = 4 };

/* A message's sample, its regions and clock, and how to decode it into the canonical form that cases look at. */
struct sample {
    const struct field *fields;
    size_t count;
    int (*decode)(struct str value, const struct raw_context *context, struct buf *canonical,
                  struct warnings *warnings, struct reject *error);
};

/*
 * One case: the sample with up to four fields changed. Either it is refused (code, pointer, what `expected` says), or
 * accepted: `from` in the sample's canonical form becomes `to` (and `from_too` `to_too`; NULL = nothing changes), with
 * so many warnings of one code.
 */
struct raw_case {
    const char *title;
    struct field changes[MAX_CHANGES];
    enum reject_code code;
    const char *pointer, *expected, *unexpected; /* pieces that `expected` must and must not hold */
    const char *from, *to, *from_too, *to_too;
    enum warning_code warning;
    uint32_t warnings;
    int64_t time; /* the event's and the record's, if not the message's own */
};

/* What a case's initial state points at. */
struct bound_case {
    const struct sample *sample;
    const struct raw_context *context;
    const struct raw_case *row;
};

static inline const char *changed(const struct field *changes, const struct field *field)
{
    for (int i = 0; i < MAX_CHANGES && changes[i].name != NULL; i++)
        if (strcmp(changes[i].name, field->name) == 0)
            return changes[i].json;
    return field->json;
}

static inline bool in_sample(const struct sample *sample, const char *name)
{
    for (size_t i = 0; i < sample->count; i++)
        if (strcmp(sample->fields[i].name, name) == 0)
            return true;
    return false;
}

static inline void append_field(struct buf *b, const char *name, const char *json)
{
    if (json != NULL)
        buf_printf(b, "%s\"%s\":%s", b->len == 0 ? "{" : ",", name, json);
}

/* The sample as JSON with the changes: json NULL drops a field, a name that the sample lacks is added. */
static inline void sample_write(struct buf *b, const struct sample *sample, const struct field *changes)
{
    for (size_t i = 0; i < sample->count; i++)
        append_field(b, sample->fields[i].name, changed(changes, &sample->fields[i]));
    for (int i = 0; i < MAX_CHANGES && changes[i].name != NULL; i++)
        if (!in_sample(sample, changes[i].name))
            append_field(b, changes[i].name, changes[i].json);
    buf_append_cstr(b, b->len == 0 ? "{}" : "}");
    assert_int_equal(b->error, 0);
}

/* `text` with its only occurrence of `from` replaced by `to`. */
static inline void replace_once(const char *text, const char *from, const char *to, char *out, size_t size)
{
    const char *at = strstr(text, from);
    if (at == NULL || strstr(at + 1, from) != NULL)
        fail_msg("\"%s\" must stand once in %s", from, text);
    int n = snprintf(out, size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    assert_true(n >= 0 && (size_t)n < size);
}

/* A word or number of a JSON text that a report must not repeat: the text without quotes, if it says anything. */
static inline bool repeats_value(const char *report, const char *json)
{
    char value[CASE_TEXT_SIZE];
    size_t n = strlen(json);
    if (n >= 2 && json[0] == '"' && json[n - 1] == '"') {
        json++;
        n -= 2;
    }
    if (n < 4 || n >= sizeof(value) || strchr("[{", json[0]) != NULL)
        return false;
    memcpy(value, json, n);
    value[n] = '\0';
    return strstr(report, value) != NULL;
}

/* The refusal must name code and place, say something useful, and never repeat the value. */
static inline void check_refusal(const char *title, int result, const struct reject *error, enum reject_code code,
                                 const char *pointer, const char *expected, const char *json)
{
    if (result == 0)
        fail_msg("%s: accepted, not refused", title);
    if (error->code != code || strcmp(error->pointer, pointer) != 0)
        fail_msg("%s: %s at \"%s\" (%s), not %s at \"%s\"", title, reject_code_name(error->code), error->pointer,
                 error->expected, reject_code_name(code), pointer);
    if (expected == NULL)
        expected = "";
    if (error->expected[0] == '\0' || strstr(error->expected, expected) == NULL)
        fail_msg("%s: expected says \"%s\", not \"%s\"", title, error->expected, expected);
    if (json != NULL && (repeats_value(error->expected, json) || repeats_value(error->pointer, json)))
        fail_msg("%s: the report repeats the value", title);
}

static inline uint32_t warnings_sum(const struct warnings *w)
{
    uint32_t sum = 0;
    for (int i = 0; i < WARNING_CODES; i++)
        sum += w->count[i];
    return sum;
}

/* Exactly `count` warnings of one code and no other; WARNING_NONE = none at all. */
static inline void check_warnings(const char *title, const struct warnings *w, enum warning_code code, uint32_t count)
{
    uint32_t wanted = code == WARNING_NONE ? 0 : count;
    if (warnings_sum(w) != wanted || (code != WARNING_NONE && w->count[code] != count)) {
        for (int i = 1; i < WARNING_CODES; i++)
            if (w->count[i] != 0)
                print_error("%s: %u × %s\n", title, w->count[i], warning_code_name((enum warning_code)i));
        fail_msg("%s: wanted %u × %s", title, wanted, code == WARNING_NONE ? "nothing" : warning_code_name(code));
    }
}

/* Decodes the sample with changes; the canonical form is in *text. */
static inline int decode_sample(const struct sample *sample, const struct raw_context *context,
                                const struct field *changes, char text[CASE_TEXT_SIZE], struct warnings *warnings,
                                struct reject *error)
{
    struct buf json cleanup(buf_done), canonical cleanup(buf_done);
    buf_init(&json, CASE_MAX_JSON);
    buf_init(&canonical, CASE_TEXT_SIZE - 1);
    sample_write(&json, sample, changes);
    int r = sample->decode(buf_str(&json), context, &canonical, warnings, error);
    assert_int_equal(canonical.error, 0);
    if (canonical.len != 0)
        memcpy(text, canonical.data, canonical.len);
    text[canonical.len] = '\0';
    return r;
}

static inline void run_raw_case(void **state)
{
    static const struct field unchanged[MAX_CHANGES];
    const struct bound_case *bound = *state;
    const struct raw_case *row = bound->row;
    struct raw_context context = *bound->context;
    char text[CASE_TEXT_SIZE], before[CASE_TEXT_SIZE], wanted[CASE_TEXT_SIZE];
    struct warnings warnings;
    struct reject error = { 0 };

    if (row->time != 0)
        context.ce_time = context.append_time = row->time;
    int r = decode_sample(bound->sample, &context, row->changes, text, &warnings, &error);
    if (row->code != REJECT_NONE) {
        check_refusal(row->title, r, &error, row->code, row->pointer, row->expected, row->changes[0].json);
        if (row->unexpected != NULL && strstr(error.expected, row->unexpected) != NULL)
            fail_msg("%s: expected says \"%s\"", row->title, error.expected);
        return;
    }
    if (r != 0)
        fail_msg("%s: refused: %s at \"%s\" (%s)", row->title, reject_code_name(error.code), error.pointer,
                 error.expected);
    check_warnings(row->title, &warnings, row->warning, row->warnings != 0 ? row->warnings : 1);
    assert_int_equal(decode_sample(bound->sample, bound->context, unchanged, before, &warnings, &error), 0);
    if (row->from != NULL) {
        replace_once(before, row->from, row->to, wanted, sizeof(wanted));
        memcpy(before, wanted, sizeof(before));
    }
    if (row->from_too != NULL) {
        replace_once(before, row->from_too, row->to_too, wanted, sizeof(wanted));
        memcpy(before, wanted, sizeof(before));
    }
    assert_string_equal(text, before);
}

/*
 * Whatever stands in a field, a decoder ends in acceptance or in a refusal that points into that field or names a
 * fault of two fields; a refusal never repeats what stood there.
 */
static inline void run_odd_values(void **state)
{
    static char too_long[JSON_MAX_STRING + 16]; /* a string of one byte more than a field may have */
    const char *const values[] = {
        too_long,
        "null", "true", "false", "0", "-1", "1.0", "1e3", "18446744073709551616", "\"\"", "\" \"", "\"secretvalue\"",
        "\"3510161203120001\"", "\"199001012015051001\"", "\"\\u0000\\u0007\"", "\"\\ud83d\\ude00\"", "[]", "[null]",
        "[[]]", "{}", "{\"secretkey\":\"secretvalue\"}", "\"2026-01-28\"", "\"any\"",
    };
    const struct bound_case *bound = *state;

    memset(too_long, '.', JSON_MAX_STRING + 3);
    too_long[0] = too_long[JSON_MAX_STRING + 2] = '"';
    memcpy(too_long + 1, "1199", 4);
    for (size_t f = 0; f < bound->sample->count; f++) {
        for (size_t v = 0; v < ARRAY_LEN(values); v++) {
            const char *name = bound->sample->fields[f].name;
            const struct field changes[MAX_CHANGES] = { { name, values[v] } };
            char text[CASE_TEXT_SIZE];
            struct warnings warnings;
            struct reject error = { 0 };
            int r = decode_sample(bound->sample, bound->context, changes, text, &warnings, &error);
            if (r == 0)
                continue;
            if (error.code == REJECT_NONE || error.expected[0] == '\0' || error.pointer[0] != '/' ||
                (strncmp(error.pointer + 1, name, strlen(name)) != 0 && error.code != REJECT_INCONSISTENT &&
                 error.code != REJECT_OUT_OF_RANGE && error.code != REJECT_AMBIGUOUS_CODE &&
                 error.code != REJECT_UNKNOWN_VALUE))
                fail_msg("%s = %s: %s at \"%s\" (%s)", name, values[v], reject_code_name(error.code), error.pointer,
                         error.expected);
            if (strstr(error.expected, "secret") != NULL || strstr(error.pointer, "secret") != NULL ||
                strstr(error.expected, "3510161203120001") != NULL || strstr(error.expected, "199001012015") != NULL)
                fail_msg("%s = %s: the report repeats the value", name, values[v]);
        }
    }
}

/* What is wrong with a value or its clock is the same for every message. */
static inline void run_bad_values(void **state)
{
    static const struct {
        const char *value;
        enum reject_code code;
    } rows[] = {
        { "", REJECT_NOT_JSON }, { "null", REJECT_NOT_JSON }, { "[]", REJECT_NOT_JSON }, { "\"x\"", REJECT_NOT_JSON },
        { "{", REJECT_NOT_JSON }, { "{}x", REJECT_NOT_JSON }, { "{\"a\":01}", REJECT_NOT_JSON },
        { "{\"a\":\"\\ud800\"}", REJECT_NOT_JSON }, { "{\"a\":\"\xff\"}", REJECT_NOT_JSON },
        { "\xef\xbb\xbf{}", REJECT_NOT_JSON }, { "{\"a\":1,\"a\":1}", REJECT_NOT_JSON },
        { "{\"a\":[[[[[[[[]]]]]]]]}", REJECT_NOT_JSON }, { "{\"a\":NaN}", REJECT_NOT_JSON },
        { "{\"a\":1,}", REJECT_NOT_JSON }, { "{/**/}", REJECT_NOT_JSON },
    };
    const struct bound_case *bound = *state;
    struct buf canonical cleanup(buf_done), large cleanup(buf_done);
    struct warnings warnings;
    struct reject error = { 0 };

    buf_init(&canonical, CASE_TEXT_SIZE);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int r = bound->sample->decode(str_from(rows[i].value), bound->context, &canonical, &warnings, &error);
        check_refusal(rows[i].value, r, &error, rows[i].code, "", NULL, NULL);
    }
    buf_init(&large, CASE_MAX_JSON);
    buf_append_char(&large, '{');
    for (int i = 0; i < 256 * 1024; i++)
        buf_append_char(&large, ' ');
    buf_append_char(&large, '}');
    int r = bound->sample->decode(buf_str(&large), bound->context, &canonical, &warnings, &error);
    check_refusal("256 KiB and two bytes", r, &error, REJECT_TOO_LARGE, "", NULL, NULL);
}

static inline void run_clock(void **state)
{
    static const struct field unchanged[MAX_CHANGES];
    const struct bound_case *bound = *state;
    struct raw_context context = *bound->context;
    char text[CASE_TEXT_SIZE];
    struct warnings warnings;
    struct reject error = { 0 };

    context.append_time = context.ce_time - 10 * 60 * 1000;
    assert_int_equal(decode_sample(bound->sample, &context, unchanged, text, &warnings, &error), 0);
    context.append_time--;
    int r = decode_sample(bound->sample, &context, unchanged, text, &warnings, &error);
    check_refusal("ten minutes and a millisecond ahead", r, &error, REJECT_OUT_OF_RANGE, "", "time", NULL);
}

enum { MAX_CASES = 256, COMMON_TESTS = 3 };

/* Runs every case as a test of its own, and what holds for every message. */
static inline int run_raw_cases(const char *message, const struct sample *sample, const struct raw_context *context,
                                const struct raw_case *rows, size_t n)
{
    static struct bound_case bound[MAX_CASES];
    static struct CMUnitTest tests[MAX_CASES + COMMON_TESTS];

    if (n == 0 || n >= MAX_CASES)
        abort();
    for (size_t i = 0; i <= n; i++)
        bound[i] = (struct bound_case){ sample, context, i < n ? &rows[i] : NULL };
    for (size_t i = 0; i < n; i++)
        tests[i] = (struct CMUnitTest){ rows[i].title, run_raw_case, NULL, NULL, &bound[i] };
    tests[n] = (struct CMUnitTest){ "odd values in every field", run_odd_values, NULL, NULL, &bound[n] };
    tests[n + 1] = (struct CMUnitTest){ "values that are no record", run_bad_values, NULL, NULL, &bound[n] };
    tests[n + 2] = (struct CMUnitTest){ "an event from the future", run_clock, NULL, NULL, &bound[n] };
    return _cmocka_run_group_tests(message, tests, n + COMMON_TESTS, NULL, NULL);
}

#endif
