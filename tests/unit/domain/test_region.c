#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/core/file.h"
#include "common/domain/digest.h"
#include "common/domain/region.h"

/* Two invented regencies. */
static const char invented[] = "# invented\r\n"
                               "village,9898012002,9898010009,Desa Contoh Dua,-2574559,5757700,-946115\r\n"
                               "version,contoh-1\r\n"
                               "\r\n"
                               "regency,9899,Kabupaten Contoh Lain\r\n"
                               "regency,9898,Kabupaten Contoh\r\n"
                               "district,989801,Kecamatan Contoh\r\n"
                               "village,9898012001,9898010002,Desa Contoh Satu,-2556282,5767446,-936328\r\n"
                               "village,9899012001,,Desa Lain,1,-2,3\r\n"
                               "gone,9797,9898\n"
                               "gone,989702,989801\n"
                               "gone,9897022003,9898012002";

static void an_invented_table(void **state)
{
    (void)state;
    cleanup(region_done) struct region_table *t = NULL;
    cleanup(buf_done) struct buf why;
    buf_init(&why, 1000);
    assert_int_equal(region_load(STR_LIT(invented), &t, &why), 0);
    assert_string_equal(region_version(t), "contoh-1");
    assert_true(region_has_regency(t, 9898));
    assert_false(region_has_regency(t, 9797));
    assert_string_equal(region_regency_name(t, 9899), "Kabupaten Contoh Lain");
    assert_string_equal(region_regency_name(t, 1), "");
    assert_string_equal(region_district_name(t, 989801), "Kecamatan Contoh");
    assert_string_equal(region_district_name(t, 989802), "");
    assert_int_equal(region_regency_at(t, 0), 9898);
    assert_int_equal(region_regency_at(t, 1), 9899);
    assert_int_equal(region_regency_at(t, 2), 0);

    const struct village *v = region_village(t, INT64_C(9898012001));
    assert_non_null(v);
    assert_string_equal(v->name, "Desa Contoh Satu");
    assert_int_equal(v->at.x, -2556282);
    assert_int_equal(v->at.z, -936328);
    assert_ptr_equal(region_village_bps(t, INT64_C(9898010002)), v);
    assert_null(region_village_bps(t, INT64_C(9898012001)));
    assert_null(region_village_bps(t, 0));
    assert_null(region_village(t, INT64_C(9898012003)));
    size_t count;
    const struct village *all = region_villages(t, &count);
    assert_int_equal(count, 3);
    assert_true(all[0].code < all[1].code && all[1].code < all[2].code);

    assert_int_equal(region_successor(t, 9797), 9898);
    assert_int_equal(region_successor(t, 979701), 9898);
    assert_int_equal(region_successor(t, INT64_C(9797012001)), 9898);
    assert_int_equal(region_successor(t, INT64_C(9897022003)), INT64_C(9898012002));
    assert_int_equal(region_successor(t, INT64_C(9897022004)), 989801);
    assert_int_equal(region_successor(t, 9898), 0);
    assert_int_equal(region_successor(t, 0), 0);

    static const char places[] = "9898012001 -2556282 5767446 -936328\n9898012002 -2574559 5757700 -946115\n"
                                 "9899012001 1 -2 3\n";
    uint8_t hash[DIGEST_BYTES];
    char hex[65];
    struct digest d;
    digest_start(&d);
    digest_add_cstr(&d, places);
    digest_end(&d, hash);
    digest_hex(hash, 8, hex);
    assert_string_equal(region_places(t), hex);
}

static void faults_name_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } cases[] = {
        { "", "no version line\n" },
        { "version,1\n", "no regency\n" },
        { "regency,9898,A\n", "no version line\n" },
        { "version,1\nversion,2\n", "line 2: a second version\n" },
        { "version,a b\n", "line 1: version is not of ref form\n" },
        { "version,\n", "line 1: version is not of ref form\n" },
        { "version\n", "line 1: has too many or too few columns\n" },
        { "province,35,Jawa Timur\n", "line 1: begins with none of version, regency, district, village, gone\n" },
        { "version,1\n\n# x\nregency,989,A\n", "line 4: a regency needs a code of 4 digits\n" },
        { "regency,0989,A\n", "line 1: a regency needs a code of 4 digits\n" },
        { "regency,9898,\n", "line 1: a name of 1 to 100 bytes without quotes is missing\n" },
        { "regency,9898,\"A\"\n", "line 1: a name of 1 to 100 bytes without quotes is missing\n" },
        { "regency,9898,A,B\n", "line 1: has too many or too few columns\n" },
        { "regency,9898,A,B,C,D,E,F,G,H,I,J\n", "line 1: has too many or too few columns\n" },
        { "district,98981,A\n", "line 1: a district needs a code of 6 digits\n" },
        { "village,989801200,,A,1,2,3\n", "line 1: a village needs a code of 10 digits\n" },
        { "village,9898012001,98,A,1,2,3\n", "line 1: a BPS code has 10 digits\n" },
        { "village,9898012001,,A,1.5,2,3\n", "line 1: x, y, z must be whole metres within 7,000,000\n" },
        { "village,9898012001,,A,1,2,7000001\n", "line 1: x, y, z must be whole metres within 7,000,000\n" },
        { "gone,9898,989801\n", "line 1: a gone code and its successor have 4, 6 or 10 digits alike\n" },
        { "gone,98,97\n", "line 1: a gone code and its successor have 4, 6 or 10 digits alike\n" },
        { "version,1\nregency,9898,A\nregency,9898,B\n", "code 9898 stands twice\n" },
        { "version,1\nregency,9898,A\nvillage,9898012001,,A,1,2,3\nvillage,9898012001,,B,1,2,3\n",
          "code 9898012001 stands twice\n" },
        { "version,1\nregency,9898,A\nvillage,9898012001,9898010001,A,1,2,3\nvillage,9898012002,9898010001,B,1,2,3\n",
          "code 9898010001 stands twice\n" },
        { "version,1\nregency,9898,A\nvillage,9899012001,,A,1,2,3\n",
          "code 9899012001 lies in a regency that isn't in the table\n" },
        { "version,1\nregency,9898,A\ndistrict,989901,A\n",
          "code 989901 lies in a regency that isn't in the table\n" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct region_table *t = NULL;
        cleanup(buf_done) struct buf why;
        buf_init(&why, 1000);
        assert_int_equal(region_load(str_from(cases[i].text), &t, &why), -EINVAL);
        assert_null(t);
        assert_string_equal(buf_cstr(&why), cases[i].why);
    }
}

/* No prefix of a file does harm, and none but the whole lines' is taken. */
static void cut_anywhere(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof(invented); n++) {
        char *part = malloc(n + 1);
        memcpy(part, invented, n);
        struct region_table *t = NULL;
        cleanup(buf_done) struct buf why;
        buf_init(&why, 1000);
        int r = region_load((struct str){ part, n }, &t, &why);
        assert_true(r == 0 ? t != NULL && why.len == 0 : t == NULL && why.len > 0);
        region_free(t);
        free(part);
    }
}

static void the_table_that_ships(void **state)
{
    (void)state;
    cleanup(region_done) struct region_table *t = NULL;
    cleanup(buf_done) struct buf file;
    cleanup(buf_done) struct buf why;
    buf_init(&file, REGION_MAX_BYTES);
    buf_init(&why, 1000);
    assert_int_equal(file_read("common/domain/data/regions.csv", &file), 0);
    assert_int_equal(region_load(buf_str(&file), &t, &why), 0);
    size_t count, regencies = 0;
    const struct village *all = region_villages(t, &count);
    while (region_regency_at(t, regencies) != 0)
        regencies++;
    assert_int_equal(regencies, 514);
    assert_int_equal(count, 217);
    /* The trap: one code, two villages. */
    assert_string_equal(region_village(t, INT64_C(3510171002))->name, "Boyolangu");
    assert_string_equal(region_village_bps(t, INT64_C(3510171002))->name, "Kluncing");
    assert_int_equal(region_successor(t, 9101), 9301);
    assert_int_equal(region_successor(t, INT64_C(9271012001)), 9671);
    for (size_t i = 0; i < count; i++) {
        int64_t x = all[i].at.x, y = all[i].at.y, z = all[i].at.z, square = x * x + y * y + z * z;
        assert_true(square > INT64_C(6370000) * 6370000 && square < INT64_C(6379000) * 6379000);
        assert_ptr_equal(region_village_bps(t, all[i].bps), &all[i]);
        assert_string_not_equal(region_district_name(t, (int32_t)(all[i].code / 10000)), "");
    }
    assert_int_equal(strlen(region_places(t)), 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_invented_table),
        cmocka_unit_test(faults_name_their_line),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(the_table_that_ships),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
