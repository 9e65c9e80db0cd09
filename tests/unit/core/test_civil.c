#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/core/civil.h"

static void every_day_of_four_centuries(void **state)
{
    (void)state;
    int32_t expected = 0;
    assert_int_equal(civil_to_date((struct civil){ 1970, 1, 1 }), 0);
    for (int32_t y = 1970; y <= 2370; y++)
        for (int32_t m = 1; m <= 12; m++)
            for (int32_t d = 1; d <= 31; d++) {
                struct civil c = { y, m, d };
                if (!civil_valid(c))
                    continue;
                assert_int_equal(civil_to_date(c), expected);
                struct civil back = civil_of_date(expected);
                assert_true(back.year == y && back.month == m && back.day == d);
                expected++;
            }
    assert_int_equal(expected, 401 * 365 + 97); /* 401 years with 97 leap years */
    for (int32_t date = -719162; date < 0; date += 97)
        assert_int_equal(civil_to_date(civil_of_date(date)), date);
    assert_int_equal(civil_to_date((struct civil){ 1, 1, 1 }), -719162);
    assert_int_equal(civil_to_date((struct civil){ 9999, 12, 31 }), 2932896);
}

static void dates(void **state)
{
    (void)state;
    static const char *const good[] = { "2026-01-28", "2024-02-29", "2000-02-29",
                                        "0001-01-01", "9999-12-31", "1945-08-17" };
    static const char *const bad[] = {
        "",           "2026-1-28",  "2026-13-01", "2026-00-10", "2026-02-29",  "1900-02-29",  "2026-04-31",
        "2026-01-00", "0000-01-01", "2026/01/28", "28-01-2026", "2026-01-28 ", " 2026-01-28", "2026-01-28T00:00:00Z",
        "+026-01-28", "2026-0a-28",
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int32_t date;
        char text[DATE_TEXT_SIZE];
        assert_int_equal(date_parse(str_from(good[i]), &date), 0);
        date_format(date, text);
        assert_string_equal(text, good[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int32_t date = 4711;
        assert_int_equal(date_parse(str_from(bad[i]), &date), -EINVAL);
        assert_int_equal(date, 4711);
    }
}

static void instants(void **state)
{
    (void)state;
    static const struct {
        const char *text, *utc;
    } good[] = {
        { "2026-01-28T09:00:00+07:00", "2026-01-28T02:00:00.000Z" },
        { "2026-01-28T02:00:00Z", "2026-01-28T02:00:00.000Z" },
        { "2026-01-28t02:00:00z", "2026-01-28T02:00:00.000Z" },
        { "2026-01-28T02:00:00.1Z", "2026-01-28T02:00:00.100Z" },
        { "2026-01-28T02:00:00.1239Z", "2026-01-28T02:00:00.123Z" },
        { "2026-01-28T02:00:00.999999999Z", "2026-01-28T02:00:00.999Z" },
        { "2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z" },
        { "2025-12-31T23:30:00-01:30", "2026-01-01T01:00:00.000Z" },
        { "1969-12-31T23:59:59.999-00:00", "1969-12-31T23:59:59.999Z" },
        { "1901-05-01T00:00:00Z", "1901-05-01T00:00:00.000Z" },
    };
    static const char *const bad[] = {
        "",
        "2026-01-28",
        "2026-01-28T09:00:00",
        "2026-01-28 09:00:00Z",
        "2026-01-28T24:00:00Z",
        "2026-01-28T09:60:00Z",
        "2026-01-28T09:00:60Z",
        "2026-01-28T09:00Z",
        "2026-01-28T09:00:00.Z",
        "2026-01-28T09:00:00.1234567891Z",
        "2026-01-28T09:00:00+7:00",
        "2026-01-28T09:00:00+0700",
        "2026-01-28T09:00:00+24:00",
        "2026-01-28T09:00:00+07:60",
        "2026-02-30T09:00:00Z",
        "2026-01-28T09:00:00ZZ",
        "2026-01-28T09:00:00+07:00x",
        "2026-01-28T09-00-00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "2026-01-28T09:00:00.",
        "2026-01-28T09:00:00.12345",
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int64_t at, again;
        char text[INSTANT_TEXT_SIZE];
        assert_int_equal(instant_parse(str_from(good[i].text), &at), 0);
        instant_format(at, text);
        assert_string_equal(text, good[i].utc);
        assert_int_equal(instant_parse(str_from(text), &again), 0);
        assert_int_equal(again, at);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t at = 4711;
        assert_int_equal(instant_parse(str_from(bad[i]), &at), -EINVAL);
        assert_int_equal(at, 4711);
    }
}

/* A slice that ends where it ends: nothing behind it is read (ASan would tell). */
static void slices_without_nul(void **state)
{
    (void)state;
    static const char text[] = "2026-01-28T09:00:00.123+07:00";
    for (size_t n = 0; n < sizeof(text) - 1; n++) {
        char *exact = malloc(n + 1); // + 1 only so that malloc(0) is no question
        memcpy(exact + 1, text, n);
        int64_t at;
        int32_t date;
        assert_int_equal(instant_parse((struct str){ exact + 1, n }, &at), -EINVAL);
        assert_int_equal(date_parse((struct str){ exact + 1, n }, &date), n == 10 ? 0 : -EINVAL);
        free(exact);
    }
}

static void days_written_as_instants(void **state)
{
    (void)state;
    static const struct {
        const char *text, *day;
    } cases[] = {
        { "1997-09-06", "1997-09-06" },
        { "1997-09-06T00:00:00Z", "1997-09-06" },
        { "1997-09-06T00:00:00.000+07:00", "1997-09-06" },
        { "1997-09-05T17:00:00.000Z", "1997-09-06" }, /* midnight in Banyuwangi */
        { "1997-12-31T16:00:00Z", "1998-01-01" },
        { "1997-09-05T17:00:01Z", "1997-09-05" },
        { "1997-09-05T12:00:00Z", "1997-09-05" },
        { "1997-09-05T17:00:00+07:00", "1997-09-05" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int32_t date;
        char text[DATE_TEXT_SIZE];
        assert_int_equal(date_parse_lenient(str_from(cases[i].text), &date), 0);
        date_format(date, text);
        assert_string_equal(text, cases[i].day);
    }
    int32_t date;
    assert_int_equal(date_parse_lenient(STR_LIT("00-00-0000"), &date), -EINVAL);
    assert_int_equal(date_parse_lenient(STR_LIT("05/09/1997"), &date), -EINVAL);
    assert_int_equal(date_parse_lenient(STR_LIT(""), &date), -EINVAL);
}

static void editions(void **state)
{
    (void)state;
    int32_t edition = 1;
    char text[EDITION_TEXT_SIZE], day[DATE_TEXT_SIZE];
    assert_int_equal(edition_parse(STR_LIT("2026-01"), &edition), 0);
    assert_int_equal(edition, 2026 * 12);
    assert_int_equal(edition_parse(STR_LIT("2026-12"), &edition), 0);
    edition_format(edition, text);
    assert_string_equal(text, "2026-12");
    date_format(edition_first_day(edition), day);
    assert_string_equal(day, "2026-12-01");
    assert_int_equal(edition_of_date(edition_first_day(edition) + 30), edition);
    assert_int_equal(edition_of_date(edition_first_day(edition) + 31), edition + 1);
    static const char *const bad[] = { "", "2026", "2026-13", "2026-00", "2026-1", "202601", "2026-01-01", "0000-01" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(edition_parse(str_from(bad[i]), &edition), -EINVAL);
}

static void ages(void **state)
{
    (void)state;
    static const struct {
        const char *birth, *on;
        int32_t age;
    } cases[] = {
        { "1966-01-01", "2026-01-01", 60 }, { "1966-01-02", "2026-01-01", 59 }, { "1966-02-01", "2026-01-01", 59 },
        { "1964-02-29", "2024-02-28", 59 }, { "1964-02-29", "2024-02-29", 60 }, { "1965-02-28", "2026-02-28", 61 },
        { "1968-02-29", "2026-02-28", 57 }, { "1968-02-29", "2026-03-01", 58 }, { "2026-01-01", "2026-01-01", 0 },
        { "2026-01-02", "2026-01-01", -1 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int32_t birth, on;
        assert_int_equal(date_parse(str_from(cases[i].birth), &birth), 0);
        assert_int_equal(date_parse(str_from(cases[i].on), &on), 0);
        assert_int_equal(civil_age(birth, on), cases[i].age);
    }
}

static void days_of_instants(void **state)
{
    (void)state;
    assert_int_equal(date_of_instant(0), 0);
    assert_int_equal(date_of_instant(-1), -1);
    assert_int_equal(date_of_instant(MS_PER_DAY - 1), 0);
    assert_int_equal(date_of_instant(-MS_PER_DAY), -1);
    assert_int_equal(date_of_instant(-MS_PER_DAY - 1), -2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_four_centuries),
        cmocka_unit_test(dates),
        cmocka_unit_test(instants),
        cmocka_unit_test(slices_without_nul),
        cmocka_unit_test(days_written_as_instants),
        cmocka_unit_test(editions),
        cmocka_unit_test(ages),
        cmocka_unit_test(days_of_instants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
