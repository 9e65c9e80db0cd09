#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/buf.h"
#include "common/core/civil.h"
#include "common/domain/kk.h"
#include "common/domain/nik.h"
#include "common/domain/nip.h"

/* Numbers of districts 351098 and 351099, which do not exist: nobody's. */

static void as_people_and_spreadsheets_write(void **state)
{
    (void)state;
    static const char clean[] = "3510991203120001";
    static const struct {
        const char *text;
        enum number_fault fault;
    } cases[] = {
        { "3510991203120001", NUMBER_OK },
        { " 3510 9912 0312 0001\t", NUMBER_OK },
        { "35.10.99.120312.0001", NUMBER_OK },
        { "3510-9912-0312-0001", NUMBER_OK },
        { "'3510991203120001", NUMBER_OK },
        { "\u20193510991203120001", NUMBER_OK },
        { "3510\u00a09912\u202f0312\u200b0001", NUMBER_OK },
        { "3510991203120001.0", NUMBER_OK },
        { "3510991203120001.00", NUMBER_OK },
        { "3510991203120001.0 ", NUMBER_OK },
        { "3510 9912 0312 0001.0", NUMBER_OK },
        { "351099120312000.0", NUMBER_DAMAGED },
        { "351099120312000.00", NUMBER_DAMAGED },
        { "3,51099E+15", NUMBER_DAMAGED },
        { "3.51099E+15", NUMBER_DAMAGED },
        { "3.51099120312e15", NUMBER_DAMAGED },
        { "3510991203120001E0", NUMBER_DAMAGED },
        { " 3,51099E+15 ", NUMBER_DAMAGED },
        { "3510991203120001.000", NUMBER_BAD_DIGITS },
        { "3510991203120001.5", NUMBER_BAD_DIGITS },
        { "351099120312000", NUMBER_BAD_DIGITS },
        { "35109912031200011", NUMBER_BAD_DIGITS },
        { "3510991203120O01", NUMBER_BAD_DIGITS },
        { "3510991203120001,0", NUMBER_BAD_DIGITS },
        { "+3510991203120001", NUMBER_BAD_DIGITS },
        { "", NUMBER_BAD_DIGITS },
        { ".0", NUMBER_BAD_DIGITS },
        { "-", NUMBER_BAD_DIGITS },
        { "tidak ada", NUMBER_BAD_DIGITS },
        { "\uff13\uff15\uff11\uff10", NUMBER_BAD_DIGITS },
        { "\xe2\x80", NUMBER_BAD_DIGITS },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char out[NIK_DIGITS + 1] = "untouched";
        assert_int_equal(digits_as_written(str_from(cases[i].text), 16, out), cases[i].fault);
        assert_string_equal(out, cases[i].fault == NUMBER_OK ? clean : "untouched");
    }
    char out[NIK_DIGITS + 1], longer[300];
    memset(longer, ' ', sizeof(longer));
    memcpy(longer, clean, 16);
    assert_int_equal(digits_as_written((struct str){ longer, 128 }, 16, out), NUMBER_OK);
    assert_int_equal(digits_as_written((struct str){ longer, 129 }, 16, out), NUMBER_BAD_DIGITS);
}

/* Separators anywhere, in any number, never change what is read. */
static void separators_say_nothing(void **state)
{
    (void)state;
    static const char *const separators[] = { " ", "\t", ".", "-", "'", "\u00a0", "\u2019", "\u202f", "\u200b" };
    uint64_t seed = 7;
    for (int round = 0; round < 5000; round++) {
        char digits[17], out[17];
        cleanup(buf_done) struct buf text;
        buf_init(&text, 128);
        for (int i = 0; i < 16; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
            digits[i] = (char)('1' + (seed >> 40) % 9);
            if ((seed >> 50) % 3 == 0)
                buf_append_cstr(&text, separators[(seed >> 33) % ARRAY_LEN(separators)]);
            buf_append_char(&text, digits[i]);
        }
        digits[16] = '\0';
        assert_int_equal(digits_as_written(buf_str(&text), 16, out), NUMBER_OK);
        assert_string_equal(out, digits);
    }
}

static void region_digits(void **state)
{
    (void)state;
    assert_int_equal(digits_of_region(STR_LIT("35.10"), 4), 3510);
    assert_int_equal(digits_of_region(STR_LIT("351016"), 6), 351016);
    assert_int_equal(digits_of_region(STR_LIT("35.10.16.1002"), 10), INT64_C(3510161002));
    static const char *const bad[] = { "", ".", "35-10", "3510 ", "351", "35100", "0510", "35.1O", "35.10.16.1002" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(digits_of_region(str_from(bad[i]), 4), -1);
}

static void family_cards(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum number_fault fault;
    } cases[] = {
        { "3510991203120001", NUMBER_OK },          { "3510999999990001", NUMBER_OK }, /* its date is not checked */
        { "3510991203120000", NUMBER_PLACEHOLDER }, { "0000000000000000", NUMBER_PLACEHOLDER },
        { "1111111111111111", NUMBER_PLACEHOLDER }, { "1234567890123456", NUMBER_PLACEHOLDER },
        { "3510000000000000", NUMBER_PLACEHOLDER }, { "1234567890123457", NUMBER_OK },
        { "351099120312000", NUMBER_BAD_DIGITS },   { "3.51E+15", NUMBER_DAMAGED },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char out[17];
        assert_int_equal(kk_parse(str_from(cases[i].text), out), cases[i].fault);
    }
}

static int32_t day(const char *text)
{
    int32_t date = DATE_NONE;
    if (text != NULL)
        assert_int_equal(date_parse(str_from(text), &date), 0);
    return date;
}

static void persons(void **state)
{
    (void)state;
    static const struct {
        const char *nik;
        enum number_fault fault;
        enum sex sex;
        const char *birth; /* as seen on 2026-01-01 */
    } cases[] = {
        { "3510991708450001", NUMBER_OK, SEX_MALE, "1945-08-17" },
        { "3510995708450001", NUMBER_OK, SEX_FEMALE, "1945-08-17" },
        { "3510990101260001", NUMBER_OK, SEX_MALE, "2026-01-01" }, /* the latest not after */
        { "3510990201260001", NUMBER_OK, SEX_MALE, "1926-01-02" },
        { "3510996902000001", NUMBER_OK, SEX_FEMALE, "2000-02-29" }, /* 1900 had no such day */
        { "3510992902040001", NUMBER_OK, SEX_MALE, "2004-02-29" },
        { "3510997112990001", NUMBER_OK, SEX_FEMALE, "1999-12-31" },
        { "3510992902010001", NUMBER_BAD_DATE, 0, NULL },
        { "3510993002040001", NUMBER_BAD_DATE, 0, NULL },
        { "3510990013040001", NUMBER_BAD_DATE, 0, NULL },
        { "3510990000040001", NUMBER_BAD_DATE, 0, NULL },
        { "3510993204040001", NUMBER_BAD_DATE, 0, NULL }, /* a day of neither sex */
        { "3510994004040001", NUMBER_BAD_DATE, 0, NULL },
        { "3510997204040001", NUMBER_BAD_DATE, 0, NULL },
        { "3510991708450000", NUMBER_PLACEHOLDER, 0, NULL },
        { "2222222222222222", NUMBER_PLACEHOLDER, 0, NULL },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char out[17];
        assert_int_equal(nik_parse(str_from(cases[i].nik), out), cases[i].fault);
        if (cases[i].fault != NUMBER_OK)
            continue;
        assert_int_equal(nik_sex(out), cases[i].sex);
        assert_int_equal(nik_birth(out, day("2026-01-01")), day(cases[i].birth));
        assert_true(nik_has_birth(out, day(cases[i].birth)));
        assert_false(nik_has_birth(out, day(cases[i].birth) + 1));
    }
    assert_int_equal(nik_birth("3510990201260001", day("1926-01-01")), DATE_NONE);
    assert_true(nik_has_birth("3510991708450001", day("2045-08-17"))); // two digits of a year say no more
}

static void civil_servants(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum number_fault fault;
    } cases[] = {
        { "198609262015051001", NUMBER_OK },
        { "19860926 201505 1 001", NUMBER_OK },
        { "199312282025212001", NUMBER_OK }, /* PPPK */
        { "198609262015052999", NUMBER_OK },
        { "198613262015051001", NUMBER_BAD_DATE },
        { "198602302015051001", NUMBER_BAD_DATE },
        { "000009262015051001", NUMBER_BAD_DATE },
        { "198609262015053001", NUMBER_BAD_DIGITS }, /* sex */
        { "198609262015050001", NUMBER_BAD_DIGITS },
        { "198609262015131001", NUMBER_BAD_DIGITS }, /* neither month nor contract */
        { "198609262015001001", NUMBER_BAD_DIGITS },
        { "198609262015051000", NUMBER_DAMAGED },
        { "1,98609E+17", NUMBER_DAMAGED },
        { "198609262015051", NUMBER_BAD_DIGITS },
        { "19860926201505100.0", NUMBER_DAMAGED },
        { "510123456", NUMBER_OLD_NIP },
        { "510 123 456", NUMBER_OLD_NIP },
        { "51012345", NUMBER_BAD_DIGITS },
        { "", NUMBER_BAD_DIGITS },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char out[NIP_DIGITS + 1] = "untouched";
        assert_int_equal(nip_parse(str_from(cases[i].text), out), cases[i].fault);
        if (cases[i].fault != NUMBER_OK)
            assert_string_equal(out, "untouched");
        else
            assert_int_equal(strlen(out), NIP_DIGITS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_people_and_spreadsheets_write),
        cmocka_unit_test(separators_say_nothing),
        cmocka_unit_test(region_digits),
        cmocka_unit_test(family_cards),
        cmocka_unit_test(persons),
        cmocka_unit_test(civil_servants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
