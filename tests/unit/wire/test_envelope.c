#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/wire/envelope.h"

// Rows of a table leave out what does not matter to them.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define TRACE "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
#define NUMBER "3510161203120001"

struct pair {
    const char *name, *value;
};

enum { MAX_PAIRS = 16 };

static const struct pair sample[] = {
    { "ce_specversion", "1.0" },
    { "ce_id", "kel-1" },
    { "ce_source", "//smartkampung.uji/dtsen" },
    { "ce_type", "id.berbagi.raw.household.v1" },
    { "ce_time", "2026-01-28T10:00:00.250+07:00" },
    { "content-type", "application/json" },
    { "traceparent", TRACE },
    { "ce_subject", "KEL" },
};

/* The sample with one header changed; value NULL drops it, an unknown name or `twice` adds one. */
struct row {
    const char *title;
    struct pair change;
    bool twice;
    enum reject_code code;
    const char *expected; /* a word of the refusal */
    enum topic topic;
};

static size_t headers_with(const struct pair *change, bool twice, struct header *out)
{
    size_t n = 0;
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(sample); i++) {
        bool same = change->name != NULL && strcmp(sample[i].name, change->name) == 0;
        found |= same;
        const char *value = same && !twice ? change->value : sample[i].value;
        if (value != NULL)
            out[n++] = (struct header){ str_from(sample[i].name), str_from(value) };
    }
    if (change->name != NULL && change->value != NULL && (twice || !found))
        out[n++] = (struct header){ str_from(change->name), str_from(change->value) };
    return n;
}

#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16
#define X128 X64 X64
#define X252 X128 X64 X16 X16 X16 "xxxxxxxxxxxx"

static const struct row rows[] = {
    { "the sample", { 0 } },
    { "id of 128 characters", { "ce_id", X128 } },
    { "id of one character", { "ce_id", "a" } },
    { "id with every kind of character", { "ce_id", "!\"$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~" } },
    { "id of 15 digits", { "ce_id", "351016120312000" } },
    { "id missing", { "ce_id", NULL }, .code = REJECT_BAD_CLOUDEVENT, .expected = "id" },
    { "id empty", { "ce_id", "" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "id" },
    { "id of 129 characters", { "ce_id", X128 "x" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "id" },
    { "id with a space", { "ce_id", "kel 1" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "id" },
    { "id with #", { "ce_id", "kel#1" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "id" },
    { "id beyond ASCII", { "ce_id", "kel\xc3\xa9" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "id" },
    { "id hides a NIK", { "ce_id", "a" NUMBER }, .code = REJECT_BAD_CLOUDEVENT, .expected = "id" },
    { "id twice", { "ce_id", "kel-1" }, true, .code = REJECT_BAD_CLOUDEVENT, .expected = "id" },
    { "specversion missing", { "ce_specversion", NULL }, .code = REJECT_BAD_CLOUDEVENT, .expected = "specversion" },
    { "specversion 0.3", { "ce_specversion", "0.3" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "specversion" },
    { "specversion twice", { "ce_specversion", "1.0" }, true, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "specversion" },
    { "source: a relative reference", { "ce_source", "dtsen/kab?x=1#b" } },
    { "source: an escape", { "ce_source", "https://uji.example/a%20b" } },
    { "source: a URN", { "ce_source", "urn:uuid:7f0c0000-aaaa-4bbb-8ccc-000000000001" } },
    { "source: a colon after the first segment", { "ce_source", "./a:b" } },
    { "source of 256 characters", { "ce_source", "a://" X252 } },
    { "source missing", { "ce_source", NULL }, .code = REJECT_BAD_CLOUDEVENT, .expected = "source" },
    { "source empty", { "ce_source", "" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "source" },
    { "source of 257 characters", { "ce_source", "a://" X252 "x" },
      .code = REJECT_BAD_CLOUDEVENT, .expected = "source" },
    { "source with a space", { "ce_source", "a b" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "source" },
    { "source with a broken escape", { "ce_source", "a%2" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "source" },
    { "source with two fragments", { "ce_source", "a#b#c" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "source" },
    { "source with a scheme that is none", { "ce_source", "1a:b" }, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "source" },
    { "source with an underscore in its scheme", { "ce_source", "a_b:c" }, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "source" },
    { "source with a scheme of every kind", { "ce_source", "A1+-.:c" } },
    { "source with a scheme from end to end", { "ce_source", "zaZA09:c" } },
    { "source of one character", { "ce_source", "a" } },
    { "source: the ends of what an escape may be", { "ce_source", "%fa%af%FA%AF%09%90" } },
    { "source: an escape beyond them", { "ce_source", "%0g" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "source" },
    { "source: its first digit too", { "ce_source", "%G0" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "source" },
    { "source: an escape cut short", { "ce_source", "abc%a" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "source" },
    { "source: a colon in the query", { "ce_source", "1a?b:c" } },
    { "source: a colon in the fragment", { "ce_source", "1a#b:c" } },
    { "source hides a NIK", { "ce_source", "//uji/" NUMBER }, .code = REJECT_BAD_CLOUDEVENT, .expected = "source" },
    { "source twice", { "ce_source", "a" }, true, .code = REJECT_BAD_CLOUDEVENT, .expected = "source" },
    { "type missing", { "ce_type", NULL }, .code = REJECT_BAD_CLOUDEVENT, .expected = "id.berbagi.raw.household.v1" },
    { "type of another topic", { "ce_type", "id.berbagi.raw.asn.v1" }, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "id.berbagi.raw.household.v1" },
    { "another version of another topic's", { "ce_type", "id.berbagi.raw.asn.v2" }, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "type" },
    { "type of nobody", { "ce_type", "com.example.household.v1" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "type" },
    { "type of nobody, as long", { "ce_type", "id.berbagi.raw.hausehold.v1" }, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "type" },
    { "type without version", { "ce_type", "id.berbagi.raw.household" }, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "id.berbagi.raw.household.v1" },
    { "type with no number", { "ce_type", "id.berbagi.raw.household.v" }, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "id.berbagi.raw.household.v1" },
    { "type version 2", { "ce_type", "id.berbagi.raw.household.v2" }, .code = REJECT_UNSUPPORTED_VERSION,
      .expected = "id.berbagi.raw.household.v1" },
    { "type version 11", { "ce_type", "id.berbagi.raw.household.v11" }, .code = REJECT_UNSUPPORTED_VERSION,
      .expected = "id.berbagi.raw.household.v1" },
    { "type with a letter behind its number", { "ce_type", "id.berbagi.raw.household.v1a" },
      .code = REJECT_BAD_CLOUDEVENT, .expected = "id.berbagi.raw.household.v1" },
    { "type twice", { "ce_type", "id.berbagi.raw.household.v1" }, true, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "type" },
    { "type of this topic on another", { 0 }, .topic = TOPIC_RAW_PERIOD, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "id.berbagi.raw.period.v1" },
    { "time in UTC", { "ce_time", "2026-01-28T03:00:00.25Z" } },
    { "time with a fraction finer than ours", { "ce_time", "2026-01-28T03:00:00.250999999Z" } },
    { "time missing", { "ce_time", NULL }, .code = REJECT_BAD_CLOUDEVENT, .expected = "time" },
    { "time without offset", { "ce_time", "2026-01-28T03:00:00" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "time" },
    { "time with a leap second", { "ce_time", "2016-12-31T23:59:60Z" }, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "leap second" },
    { "time on 30 February", { "ce_time", "2026-02-30T03:00:00Z" },
      .code = REJECT_BAD_CLOUDEVENT, .expected = "time" },
    { "time twice", { "ce_time", "2026-01-28T03:00:00Z" }, true, .code = REJECT_BAD_CLOUDEVENT, .expected = "time" },
    { "content-type absent", { "content-type", NULL } },
    { "content-type with a charset", { "content-type", "Application/JSON; charset=UTF-8" } },
    { "content-type with blanks and quotes", { "content-type", " application/json ;\tcharset=\"utf-8\" " } },
    { "content-type XML", { "content-type", "application/xml" }, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "content-type" },
    { "content-type JSON in Latin-1", { "content-type", "application/json; charset=latin1" },
      .code = REJECT_BAD_CLOUDEVENT, .expected = "content-type" },
    { "content-type as long", { "content-type", "application/yson" }, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "content-type" },
    { "content-type of blanks", { "content-type", " \t " }, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "content-type" },
    { "content-type empty", { "content-type", "" }, .code = REJECT_BAD_CLOUDEVENT, .expected = "content-type" },
    { "content-type twice", { "content-type", "application/json" }, true, .code = REJECT_BAD_CLOUDEVENT,
      .expected = "content-type" },
    { "extensions are passed over", { "ce_partitionkey", "\xff\x01" } },
    { "our own headers are passed over", { "berbagi_reason", NUMBER } },
    { "our own headers are passed over, twice too", { "berbagi_origin", "raw.household/0/1" } },
    { "subject twice", { "ce_subject", "1199" }, true, .code = REJECT_BAD_CLOUDEVENT, .expected = "subject" },
    { "subject is passed over", { "ce_subject", NUMBER } },
};

static void raw_row(void **state)
{
    const struct row *row = *state;
    struct header headers[MAX_PAIRS];
    struct envelope e;
    struct reject error = { 0 };
    size_t n = headers_with(&row->change, row->twice, headers);
    int r = envelope_read_raw(row->topic, headers, n, &e, &error);

    if (row->code == REJECT_NONE) {
        assert_int_equal(r, 0);
        assert_int_equal(e.time, INT64_C(1769569200250));
        assert_string_equal(e.type, "id.berbagi.raw.household.v1");
        assert_string_equal(e.traceparent, TRACE);
        assert_string_equal(e.subject, "");
        assert_string_equal(e.origin, "");
        assert_string_equal(e.version, "");
        return;
    }
    assert_true(r < 0);
    assert_int_equal(error.code, row->code);
    assert_string_equal(error.pointer, "");
    assert_non_null(strstr(error.expected, row->expected));
    bool told = row->change.value != NULL && strstr(row->expected, row->change.value) != NULL;
    if (row->change.value != NULL && strlen(row->change.value) > 3 && !row->twice && !told)
        assert_null(strstr(error.expected, row->change.value));
}

/* Source and type of what is refused are named for the tally, but never what might hide a number. */
static void refused_but_named(void **state)
{
    (void)state;
    static const struct {
        struct pair change;
        const char *source, *type;
    } table[] = {
        { { "ce_id", NULL }, "//smartkampung.uji/dtsen", "id.berbagi.raw.household.v1" },
        { { "ce_type", "id.berbagi.raw.household.v2" }, "//smartkampung.uji/dtsen", "id.berbagi.raw.household.v2" },
        { { "ce_type", NUMBER }, "//smartkampung.uji/dtsen", "" },
        { { "ce_type", "with space" }, "//smartkampung.uji/dtsen", "" },
        { { "ce_type", X64 }, "//smartkampung.uji/dtsen", "" },
        { { "ce_source", "//uji/" NUMBER }, "", "id.berbagi.raw.household.v1" },
        { { "ce_source", NULL }, "", "id.berbagi.raw.household.v1" },
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct header headers[MAX_PAIRS];
        struct envelope e;
        struct reject error = { 0 };
        size_t n = headers_with(&table[i].change, false, headers);
        assert_true(envelope_read_raw(TOPIC_RAW_HOUSEHOLD, headers, n, &e, &error) < 0);
        assert_string_equal(e.source, table[i].source);
        assert_string_equal(e.type, table[i].type);
    }
}

static void broken_trace_is_dropped(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "", "00", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-" NUMBER "abcdefabcdefabcd-b7ad6b7169203331-01",
    };
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        struct pair change = { "traceparent", broken[i] };
        struct header headers[MAX_PAIRS];
        struct envelope e;
        struct reject error = { 0 };
        size_t n = headers_with(&change, false, headers);
        assert_int_equal(envelope_read_raw(TOPIC_RAW_HOUSEHOLD, headers, n, &e, &error), 0);
        assert_string_equal(e.traceparent, "");
    }
    struct pair again = { "traceparent", TRACE };
    struct header headers[MAX_PAIRS];
    struct envelope e;
    struct reject error = { 0 };
    size_t n = headers_with(&again, true, headers);
    assert_int_equal(envelope_read_raw(TOPIC_RAW_HOUSEHOLD, headers, n, &e, &error), 0);
    assert_string_equal(e.traceparent, "");
}

static void first_fault_counts(void **state)
{
    (void)state;
    struct header none[1] = { { STR_LIT("x"), STR_LIT("y") } };
    struct envelope e;
    struct reject error = { 0 };
    assert_true(envelope_read_raw(TOPIC_RAW_VISIT, none, 1, &e, &error) < 0);
    assert_int_equal(error.code, REJECT_BAD_CLOUDEVENT);
    assert_non_null(strstr(error.expected, "specversion"));
    assert_true(envelope_read_raw(TOPIC_RAW_VISIT, NULL, 0, &e, &error) < 0);
    assert_non_null(strstr(error.expected, "specversion"));
}

static bool same(const struct header *h, const char *name, const char *value)
{
    return str_is(h->name, name) && str_is(h->value, value);
}

static void written_and_read_again(void **state)
{
    (void)state;
    struct envelope e = {
        .id = "kel-1#household", .source = "//smartkampung.uji/dtsen", .type = "id.berbagi.household.v1",
        .subject = "1199", .time = INT64_C(1769569200250), .traceparent = TRACE, .origin = "raw.household/3/77",
        .version = "2026-01",
    };
    struct envelope back;
    struct header headers[ENVELOPE_MAX_HEADERS];
    struct buf scratch cleanup(buf_done);
    buf_init(&scratch, 4096);
    char *room = buf_reserve(&scratch, 4096);
    assert_non_null(room);

    size_t n = envelope_write(&e, headers, &scratch);
    assert_int_equal(n, 10);
    assert_true(same(&headers[0], "ce_specversion", "1.0"));
    assert_true(same(&headers[1], "ce_id", "kel-1#household"));
    assert_true(same(&headers[2], "ce_source", "//smartkampung.uji/dtsen"));
    assert_true(same(&headers[3], "ce_type", "id.berbagi.household.v1"));
    assert_true(same(&headers[4], "ce_subject", "1199"));
    assert_true(same(&headers[5], "ce_time", "2026-01-28T03:00:00.250Z"));
    assert_true(same(&headers[6], "content-type", "application/json"));
    assert_true(same(&headers[7], "traceparent", TRACE));
    assert_true(same(&headers[8], "berbagi_origin", "raw.household/3/77"));
    assert_true(same(&headers[9], "berbagi_version", "2026-01"));
    assert_int_equal(envelope_read(headers, n, &back), 0);
    assert_string_equal(back.id, e.id);
    assert_string_equal(back.source, e.source);
    assert_string_equal(back.type, e.type);
    assert_string_equal(back.subject, e.subject);
    assert_int_equal(back.time, e.time);
    assert_string_equal(back.traceparent, e.traceparent);
    assert_string_equal(back.origin, e.origin);
    assert_string_equal(back.version, e.version);

    /* A type without versions carries an empty one; an event without origin or subject says nothing of them. */
    e.version[0] = '\0';
    n = envelope_write(&e, headers, &scratch);
    assert_true(same(&headers[n - 1], "berbagi_version", ""));
    e.origin[0] = e.subject[0] = e.traceparent[0] = '\0';
    n = envelope_write(&e, headers, &scratch);
    assert_int_equal(n, 6);
    assert_int_equal(envelope_read(headers, n, &back), 0);
    assert_string_equal(back.subject, "");
}

/* Each required attribute missing, twice or broken stops a reader of our own topics; the output stays as it was. */
static void own_events_are_read_strictly(void **state)
{
    (void)state;
    static const struct row table[] = {
        { "id", { "ce_id", NULL } }, { "id", { "ce_id", "a" }, true }, { "id", { "ce_id", "" } },
        { "source", { "ce_source", NULL } }, { "source", { "ce_source", "" } }, { "type", { "ce_type", NULL } },
        { "time", { "ce_time", NULL } }, { "time", { "ce_time", "2026-01-28" } },
        { "specversion", { "ce_specversion", "2.0" } }, { "specversion", { "ce_specversion", NULL } },
        { "content-type", { "content-type", "text/plain" } }, { "subject", { "ce_subject", "12345678901234567" } },
        { "origin", { "berbagi_origin", X252 } }, { "version", { "berbagi_version", X64 } },
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct header headers[MAX_PAIRS];
        struct envelope e = { .subject = "kept" };
        size_t n = headers_with(&table[i].change, table[i].twice, headers);
        assert_true(envelope_read(headers, n, &e) < 0);
        assert_string_equal(e.subject, "kept");
    }
}

int main(void)
{
    enum { N = ARRAY_LEN(rows) };
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(refused_but_named),      cmocka_unit_test(broken_trace_is_dropped),
        cmocka_unit_test(first_fault_counts),     cmocka_unit_test(written_and_read_again),
        cmocka_unit_test(own_events_are_read_strictly),
    };
    static struct CMUnitTest tests[N + ARRAY_LEN(others)];
    for (size_t i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){ rows[i].title, raw_row, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    memcpy(tests + N, others, sizeof(others));
    return _cmocka_run_group_tests("envelope", tests, ARRAY_LEN(tests), NULL, NULL);
}
