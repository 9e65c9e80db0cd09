#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/civil.h"
#include "common/core/cleanup.h"
#include "common/domain/band.h"
#include "common/domain/local.h"
#include "common/domain/partition.h"
#include "common/domain/period.h"

static int32_t day(const char *text)
{
    int32_t date = DATE_NONE;
    if (text[0] != '\0')
        assert_int_equal(date_parse(str_from(text), &date), 0);
    return date;
}

static void bands(void **state)
{
    (void)state;
    enum { CANNOT = 1, CHRONIC = 2, LEFT_SCHOOL = 4 };
    /* The edition is 2026-03: ages on 2026-03-01. Members end with birth NULL. */
    static const struct {
        struct {
            const char *birth;
            int flags;
        } members[4];
        int32_t more; /* members that were not read */
        int band;
    } cases[] = {
        { { { NULL, 0 } }, 0, 2 },
        { { { "1966-03-01", 0 }, { NULL, 0 } }, 0, 0 },                               /* 60 that day, alone */
        { { { "1966-03-02", 0 }, { NULL, 0 } }, 0, 2 },
        { { { "1964-02-29", 0 }, { "1966-03-01", 0 }, { NULL, 0 } }, 0, 0 },          /* all 60+ */
        { { { "1940-01-01", 0 }, { "", 0 }, { NULL, 0 } }, 0, 2 },                    /* of one nothing is known */
        { { { "1940-01-01", 0 }, { NULL, 0 } }, 1, 2 },                               /* one was not read */
        { { { "1940-01-01", 0 }, { "1990-01-01", 0 }, { NULL, 0 } }, 0, 2 },
        { { { "1990-01-01", 0 }, { "", CANNOT }, { NULL, 0 } }, 5, 0 },
        { { { "1990-01-01", CHRONIC }, { NULL, 0 } }, 0, 1 },
        { { { "", CHRONIC }, { NULL, 0 } }, 0, 1 },
        { { { "1940-01-01", CHRONIC }, { NULL, 0 } }, 0, 0 },                         /* the needier of two */
        { { { "1990-01-01", 0 }, { "2021-03-02", 0 }, { NULL, 0 } }, 0, 1 },          /* 4 */
        { { { "1990-01-01", 0 }, { "2021-03-01", 0 }, { NULL, 0 } }, 0, 2 },          /* 5 */
        { { { "1990-01-01", 0 }, { "2026-03-01", 0 }, { NULL, 0 } }, 0, 1 },          /* born that day */
        { { { "1990-01-01", 0 }, { "2026-03-02", 0 }, { NULL, 0 } }, 0, 2 },          /* later: not known */
        { { { "1990-01-01", 0 }, { "2020-02-29", 0 }, { NULL, 0 } }, 0, 2 },          /* 6 */
        { { { "2019-03-01", LEFT_SCHOOL }, { NULL, 0 } }, 0, 1 },                     /* 7 */
        { { { "2019-03-02", LEFT_SCHOOL }, { NULL, 0 } }, 0, 2 },                     /* 6 */
        { { { "2007-03-02", LEFT_SCHOOL }, { NULL, 0 } }, 0, 1 },                     /* 18 */
        { { { "2007-03-01", LEFT_SCHOOL }, { NULL, 0 } }, 0, 2 },                     /* 19 */
        { { { "", LEFT_SCHOOL }, { NULL, 0 } }, 0, 2 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct band_member members[4];
        int32_t n = 0;
        for (; cases[i].members[n].birth != NULL; n++)
            members[n] = (struct band_member){
                .birth = day(cases[i].members[n].birth),
                .cannot_at_all = (cases[i].members[n].flags & CANNOT) != 0,
                .chronic = (cases[i].members[n].flags & CHRONIC) != 0,
                .left_school = (cases[i].members[n].flags & LEFT_SCHOOL) != 0,
            };
        if (band_of(members, n, n + cases[i].more, 2026 * 12 + 2) != cases[i].band)
            fail_msg("case %zu", i);
    }
    struct band_member leap = { .birth = day("1966-02-28") };
    assert_int_equal(band_of(&leap, 1, 1, 2026 * 12 + 1), 2); // 2026-02-01
    leap.birth = day("1968-02-29");
    assert_int_equal(band_of(&leap, 1, 1, 2028 * 12 + 2), 0);
    assert_int_equal(band_of(&leap, 1, 1, 2028 * 12 + 1), 2);
}

static void partitions(void **state)
{
    (void)state;
    /* murmur2: the vectors of Kafka's own UtilsTest. */
    static const struct {
        const char *text;
        int32_t hash;
    } cases[] = {
        { "21", -973932308 },
        { "foobar", -790332482 },
        { "a-little-bit-long-string", -985981536 },
        { "a-little-bit-longer-string", -1486304829 },
        { "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971 },
        { "abc", 479470107 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal((int32_t)partition_murmur2(str_from(cases[i].text)), cases[i].hash);
    assert_int_equal(partition_of_regency(3510, 16), 15);
    assert_int_equal(partition_of_regency(3511, 16), 4);
    assert_int_equal(partition_of_regency(3512, 16), 3);
    assert_int_equal(partition_of_regency(9471, 16), 3);
    assert_int_equal(partition_of_key(STR_LIT("3510"), 16), 15);
    assert_int_equal(partition_of_key(STR_LIT(""), 1), 0);
    for (int32_t regency = 1000; regency < 10000; regency++)
        assert_in_range(partition_of_regency(regency, 7), 0, 6);
}

static void zones(void **state)
{
    (void)state;
    for (int32_t province = 11; province <= 96; province++) {
        bool wita = (province >= 51 && province <= 53) || (province >= 63 && province <= 65) ||
                    (province >= 71 && province <= 76);
        bool wit = province == 81 || province == 82 || province >= 91;
        assert_int_equal(local_offset_hours(province * 100 + 1), wit ? 9 : wita ? 8 : 7);
    }
    assert_string_equal(local_zone_name(3510), "WIB");
    assert_string_equal(local_zone_name(5171), "WITA");
    assert_string_equal(local_zone_name(9471), "WIT");
    int64_t at;
    assert_int_equal(instant_parse(STR_LIT("2026-01-27T17:00:00Z"), &at), 0);
    assert_int_equal(local_date(3510, at), day("2026-01-28"));
    assert_int_equal(local_minute(3510, at), 0);
    assert_int_equal(local_date(3510, at - 1), day("2026-01-27"));
    assert_int_equal(local_minute(3510, at - 1), 1439);
    assert_int_equal(local_minute(9471, at), 120);
    assert_int_equal(local_instant(3510, day("2026-01-28"), 0), at);
    assert_int_equal(local_instant(3510, day("2026-01-28"), 9 * 60), at + 9 * 3600000);
    assert_int_equal(local_minute(3510, -1), 419);
}

static void periods(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum period_form form;
        const char *title, *first;
    } cases[] = {
        { "2026-01", PERIOD_FORM_MONTH, "Januari 2026", "2026-01-01" },
        { "2026-12", PERIOD_FORM_MONTH, "Desember 2026", "2026-12-01" },
        { "2026-13", PERIOD_FORM_OTHER, "2026-13", "" },
        { "2026-w01", PERIOD_FORM_WEEK, "minggu ke-1 tahun 2026", "2025-12-29" },
        { "2026-w05", PERIOD_FORM_WEEK, "minggu ke-5 tahun 2026", "2026-01-26" },
        { "2026-w53", PERIOD_FORM_WEEK, "minggu ke-53 tahun 2026", "2026-12-28" },
        { "2025-w53", PERIOD_FORM_OTHER, "2025-w53", "" },
        { "2026-w00", PERIOD_FORM_OTHER, "2026-w00", "" },
        { "2026-W05", PERIOD_FORM_OTHER, "2026-W05", "" },
        { "ramadan-1447", PERIOD_FORM_OTHER, "ramadan-1447", "" },
        { "", PERIOD_FORM_NONE, "", "" },
        { "a b", PERIOD_FORM_NONE, "a b", "" },
        { "3510161203120001", PERIOD_FORM_NONE, "3510161203120001", "" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char title[PERIOD_TITLE_SIZE];
        struct str s = str_from(cases[i].text);
        assert_int_equal(period_form(s), cases[i].form);
        period_title(s, title);
        assert_string_equal(title, cases[i].title);
        assert_int_equal(period_first_day(s), day(cases[i].first));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bands),
        cmocka_unit_test(partitions),
        cmocka_unit_test(zones),
        cmocka_unit_test(periods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
