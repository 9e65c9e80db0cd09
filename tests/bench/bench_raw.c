/*
 * How long it takes to read one household as DTSEN has it: 2 KB, four members with the variables of an extract.
 *
 *     bench_raw [records]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/wire/raw.h"
#include "tests/unit/wire/raw_region.h"

#define MEMBER(nik, born, sex, relation)                                                                              \
    "{\"nomor_induk_kependudukan\":\"" nik "\",\"nama\":\"Orang Uji\",\"tanggal_lahir\":\"" born                      \
    "\",\"jenis_kelamin\":" sex ",\"status_hubungan_keluarga\":" relation                                             \
    ",\"status_kawin\":1,\"partisipasi_sekolah\":3,\"status_bekerja\":1,\"penglihatan\":4,\"pendengaran\":4,"         \
    "\"berjalan_atau_naik_tangga\":4,\"menggunakan_tangan_jari\":4,\"belajar_kemampuan_intelektual\":4,"              \
    "\"pengendalian_perilaku\":4,\"berbicara_komunikasi\":4,\"mengurus_diri\":4,\"mengingat_berkonsentrasi\":4,"      \
    "\"penyakit_kronis\":[1]}"

static const char record[] =
    "{\"codebook\":\"dtsen-2026\",\"versi\":\"2026-01\",\"ref\":\"KEL-000001\",\"skema_wilayah\":\"kemendagri\","
    "\"kode_kelurahan_desa\":\"1199012001\",\"nomor_kartu_keluarga\":\"1199010101100001\",\"desil_nasional\":1,"
    "\"desil_provinsi\":1,\"desil_kabupaten_kota\":2,\"keterangan\":\"aktif\",\"anggota\":["
    MEMBER("1199010107900001", "1990-07-01", "1", "1") "," MEMBER("1199015502920002", "1992-02-15", "2", "2") ","
    MEMBER("1199011203150003", "2015-03-12", "1", "3") "," MEMBER("1199011103180004", "2018-03-11", "1", "3") "]}";

static int64_t nanoseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int main(int argc, char **argv)
{
    enum { ROUNDS = 5 };
    long records = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
    const struct str value = STR_LIT(record);
    int64_t best = INT64_MAX;
    struct raw_household out;
    struct warnings warnings;
    struct reject error;

    if (records < 1)
        return 64;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t begin = nanoseconds();
        for (long i = 0; i < records; i++) {
            if (raw_household_decode(value, test_context(), &out, &warnings, &error) != 0) {
                fprintf(stderr, "refused: %s at %s\n", reject_code_name(error.code), error.pointer);
                return 1;
            }
        }
        int64_t each = (nanoseconds() - begin) / records;
        best = each < best ? each : best;
    }
    printf("raw.household, %zu bytes, 4 members: %lld ns a record (best of %d rounds of %ld)\n", value.n,
           (long long)best, ROUNDS, records);
    return 0;
}
