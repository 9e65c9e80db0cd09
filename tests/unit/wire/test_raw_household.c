#include "tests/unit/wire/raw_case.h"
#include "tests/unit/wire/raw_region.h"

/* A couple of 35 and 33 with a child of 10 who goes to school: nobody is frail (band 2) in January 2026. */
#define MAN                                                                                                           \
    "{\"nomor_induk_kependudukan\":\"1199010107900001\",\"nama\":\"Orang Uji 1\",\"tanggal_lahir\":\"1990-07-01\","   \
    "\"jenis_kelamin\":1,\"status_hubungan_keluarga\":1,\"partisipasi_sekolah\":3,\"penglihatan\":4,"                 \
    "\"pendengaran\":4,\"berjalan_atau_naik_tangga\":4,\"menggunakan_tangan_jari\":4,"                                \
    "\"belajar_kemampuan_intelektual\":4,\"pengendalian_perilaku\":4,\"berbicara_komunikasi\":4,"                     \
    "\"mengurus_diri\":4,\"mengingat_berkonsentrasi\":4,\"penyakit_kronis\":1}"
#define WOMAN                                                                                                         \
    "{\"nomor_induk_kependudukan\":\"1199015502920002\",\"tanggal_lahir\":\"1992-02-15\",\"jenis_kelamin\":\"2\","    \
    "\"status_hubungan_keluarga\":\"2\",\"partisipasi_sekolah\":\"3\",\"penyakit_kronis\":[\"1\"]}"
#define CHILD                                                                                                         \
    "{\"nomor_induk_kependudukan\":\"1199011203150003\",\"tanggal_lahir\":\"2015-03-12\",\"jenis_kelamin\":1,"        \
    "\"status_hubungan_keluarga\":3,\"partisipasi_sekolah\":2}"

static const struct field fields[] = {
    { "codebook", "\"dtsen-2026\"" },
    { "versi", "\"2026-01\"" },
    { "ref", "\"KEL-1\"" },
    { "skema_wilayah", "\"kemendagri\"" },
    { "kode_kelurahan_desa", "\"1199012001\"" },
    { "nomor_kartu_keluarga", "\"1199010101100001\"" },
    { "desil_nasional", "1" },
    { "desil_provinsi", "2" },
    { "desil_kabupaten_kota", "3" },
    { "nomor_kartu_keluarga_lama", "\"1199010101090009\"" },
    { "keterangan", "\"aktif\"" },
    { "anggota", "[" MAN "," WOMAN "," CHILD "]" },
};

static int decode(struct str value, const struct raw_context *context, struct buf *canonical,
                  struct warnings *warnings, struct reject *error)
{
    struct raw_household out;
    int r = raw_household_decode(value, context, &out, warnings, error);
    if (r == 0) {
        buf_printf(canonical, "kk=%s former=%s ", out.kk, out.kk_former);
        household_encode(canonical, &out.household);
    }
    return r;
}

static const struct sample sample = { fields, ARRAY_LEN(fields), decode };

#define BAND(n) .from = "\"members\":3,\"band\":2", .to = "\"members\":3,\"band\":" #n
#define ALONE(n) .from = "\"members\":3,\"band\":2", .to = "\"members\":1,\"band\":" #n
#define TWO(n) .from = "\"members\":3,\"band\":2", .to = "\"members\":2,\"band\":" #n
#define MEMBERS(text) { { "anggota", "[" text "]" } }
#define ONE_OF_THREE(text) { { "anggota", "[" MAN "," WOMAN "," text "]" } }
#define DISABILITY(item) \
    { "band 0: cannot at all: " item, ONE_OF_THREE("{\"" item "\":1}"), BAND(0) }, \
    { "many difficulties is not the same: " item, ONE_OF_THREE("{\"" item "\":2}") }, \
    { "unreadable: " item, ONE_OF_THREE("{\"" item "\":5}"), .warning = WARNING_CODE }
#define ONES_9 "1,1,1,1,1,1,1,1,1"
#define ONES_63 ONES_9 "," ONES_9 "," ONES_9 "," ONES_9 "," ONES_9 "," ONES_9 "," ONES_9
#define FIVE MAN "," MAN "," MAN "," MAN "," MAN
#define FORTY FIVE "," FIVE "," FIVE "," FIVE "," FIVE "," FIVE "," FIVE "," FIVE
#define OLD "{\"tanggal_lahir\":\"1950-01-01\"}"
#define FIVE_OLD OLD "," OLD "," OLD "," OLD "," OLD
#define FORTY_OLD FIVE_OLD "," FIVE_OLD "," FIVE_OLD "," FIVE_OLD "," FIVE_OLD "," FIVE_OLD "," FIVE_OLD "," FIVE_OLD

static const struct raw_case cases[] = {
    /* what each field of the family becomes */
    { "codebook decides nothing that is copied", { { "codebook", "\"regsosek-2022\"" } } },
    { "codebook of Hulu Sungai Tengah", { { "codebook", "\"dtsen-hst-2026\"" } } },
    { "versi", { { "versi", "\"2025-12\"" } }, .from = "\"dtsen\":\"2026-01\"", .to = "\"dtsen\":\"2025-12\"" },
    { "versi: the month after", { { "versi", "\"2026-02\"" } },
      .from = "\"dtsen\":\"2026-01\"", .to = "\"dtsen\":\"2026-02\"" },
    { "ref", { { "ref", "\"KEL/2\"" } }, .from = "\"KEL-1\"", .to = "\"KEL/2\"" },
    { "skema_wilayah bps: another village of the same digits", { { "skema_wilayah", "\"bps\"" } },
      .from = "\"village\":\"1199012001\"", .to = "\"village\":\"1199012002\"" },
    { "kode_kelurahan_desa", { { "kode_kelurahan_desa", "\"11.98.01.2001\"" } },
      .from = "\"regency\":\"1199\",\"village\":\"1199012001\"",
      .to = "\"regency\":\"1198\",\"village\":\"1198012001\"" },
    { "kode_kelurahan_desa bps", { { "kode_kelurahan_desa", "\"1198.010.001\"" }, { "skema_wilayah", "\"bps\"" } },
      .from = "\"regency\":\"1199\",\"village\":\"1199012001\"",
      .to = "\"regency\":\"1198\",\"village\":\"1198012001\"" },
    { "nomor_kartu_keluarga as written", { { "nomor_kartu_keluarga", "\"'1199 0101-0110.0002.00\"" } },
      .from = "kk=1199010101100001", .to = "kk=1199010101100002" },
    { "nomor_kartu_keluarga: its date is not checked", { { "nomor_kartu_keluarga", "\"1199019999990002\"" } },
      .from = "kk=1199010101100001", .to = "kk=1199019999990002" },
    { "desil_nasional", { { "desil_nasional", "10" } }, .from = "{\"national\":1,", .to = "{\"national\":10," },
    { "desil_nasional: one of three is enough", { { "desil_nasional", NULL } },
      .from = "{\"national\":1,", .to = "{\"national\":null," },
    { "desil_provinsi", { { "desil_provinsi", "4" } }, .from = "\"province\":2", .to = "\"province\":4" },
    { "desil_kabupaten_kota", { { "desil_kabupaten_kota", "5" } },
      .from = "\"regency\":3}", .to = "\"regency\":5}" },
    { "nomor_kartu_keluarga_lama", { { "nomor_kartu_keluarga_lama", "\"1199010101090008\"" } },
      .from = "former=1199010101090009", .to = "former=1199010101090008" },
    { "nomor_kartu_keluarga_lama: optional", { { "nomor_kartu_keluarga_lama", NULL } },
      .from = "former=1199010101090009", .to = "former=" },
    { "nomor_kartu_keluarga_lama that names itself", { { "nomor_kartu_keluarga_lama", "\"1199 0101 0110 0001\"" } },
      .from = "former=1199010101090009", .to = "former=" },
    { "keterangan keluar", { { "keterangan", "\"keluar\"" } }, .from = "\"active\"", .to = "\"left\"" },
    { "keterangan: aktif by default", { { "keterangan", NULL } } },
    { "an unknown field is passed over", { { "alamat", "[{\"a\":1,\"a\":1.5}]" } } },

    /* anggota */
    { "anggota absent", { { "anggota", NULL } }, .from = "\"members\":3", .to = "\"members\":null",
      .warning = WARNING_MEMBERS },
    { "anggota empty", { { "anggota", "[]" } }, .from = "\"members\":3", .to = "\"members\":null",
      .warning = WARNING_MEMBERS },
    { "anggota no list", { { "anggota", MAN } }, .from = "\"members\":3", .to = "\"members\":null",
      .warning = WARNING_MEMBERS },
    { "anggota: an entry that is no member counts as one", { { "anggota", "[" MAN ",7," CHILD "]" } },
      .warning = WARNING_MEMBER },
    { "anggota: 40", MEMBERS(FORTY), .from = "\"members\":3", .to = "\"members\":40" },
    { "anggota: 41, all counted", MEMBERS(FORTY "," MAN), .from = "\"members\":3", .to = "\"members\":41",
      .warning = WARNING_TOO_MANY_MEMBERS },
    { "anggota: 40 of 60 years and more", MEMBERS(FORTY_OLD),
      .from = "\"members\":3,\"band\":2", .to = "\"members\":40,\"band\":0" },
    { "anggota: of 41 one is not read, so not all are known to be old", MEMBERS(FORTY_OLD "," OLD),
      .from = "\"members\":3", .to = "\"members\":41", .warning = WARNING_TOO_MANY_MEMBERS },
    { "anggota: members are objects of any size", MEMBERS("{\"rt_ktp\":\"001\",\"nama\":[{}],\"omzet\":1e9}"),
      ALONE(2) },

    /* the band by age: on the first day of the edition's month */
    { "band 0: alone and 60 that very day", MEMBERS("{\"tanggal_lahir\":\"1966-01-01\"}"), ALONE(0) },
    { "alone, 60 a day later", MEMBERS("{\"tanggal_lahir\":\"1966-01-02\"}"), ALONE(2) },
    { "band 0: alone, born as an instant of that day", MEMBERS("{\"tanggal_lahir\":\"1966-01-01T00:00:00Z\"}"),
      ALONE(0) },
    { "an instant's day is not shifted", MEMBERS("{\"tanggal_lahir\":\"1966-01-01T23:59:00Z\"}"), ALONE(0) },
    { "midnight of the next day in the west", MEMBERS("{\"tanggal_lahir\":\"1966-01-01T17:00:00.000Z\"}"), ALONE(2) },
    { "band 0: all are 60 and more", MEMBERS(OLD "," OLD), TWO(0) },
    { "band 2: one is not", MEMBERS(OLD "," MAN), TWO(2) },
    { "band 2: one is not known", MEMBERS(OLD ",{}"), TWO(2) },
    { "band 2: one is no member at all", MEMBERS(OLD ",null"), TWO(2), .warning = WARNING_MEMBER },
    { "band 0: age by the NIK alone", MEMBERS("{\"nomor_induk_kependudukan\":\"1199010101500001\"}"), ALONE(0) },
    { "band 0: age by a woman's NIK", MEMBERS("{\"nomor_induk_kependudukan\":\"1199014101500001\"}"), ALONE(0) },
    { "an unreadable date gives way to the NIK",
      MEMBERS("{\"nomor_induk_kependudukan\":\"1199010101500001\",\"tanggal_lahir\":\"1 Januari 1950\"}"), ALONE(0),
      .warning = WARNING_BIRTH_DATE },
    { "an unreadable date without NIK", MEMBERS("{\"tanggal_lahir\":\"00-00-0000\"}"), ALONE(2),
      .warning = WARNING_BIRTH_DATE },
    { "a date as a number", MEMBERS("{\"tanggal_lahir\":18264}"), ALONE(2), .warning = WARNING_BIRTH_DATE },
    { "a date that is not yet", MEMBERS("{\"tanggal_lahir\":\"2062-01-01\"}"), ALONE(2),
      .warning = WARNING_BIRTH_DATE },
    { "born on the day after the record came: it came late in the day, elsewhere",
      MEMBERS("{\"tanggal_lahir\":\"2026-01-30\"}"), ALONE(2) },
    { "born a day later", MEMBERS("{\"tanggal_lahir\":\"2026-01-31\"}"), ALONE(2), .warning = WARNING_BIRTH_DATE },
    { "band 0: 130 years old", MEMBERS("{\"tanggal_lahir\":\"1895-10-25\"}"), ALONE(0) },
    { "a day older: nobody is", MEMBERS("{\"tanggal_lahir\":\"1895-10-24\"}"), ALONE(2),
      .warning = WARNING_BIRTH_DATE },
    { "the date counts before the NIK, the difference is counted",
      MEMBERS("{\"nomor_induk_kependudukan\":\"1199010101500001\",\"tanggal_lahir\":\"1990-01-01\"}"), ALONE(2),
      .warning = WARNING_NIK_BIRTH_DATE },
    { "a NIK that can't be read", MEMBERS("{\"nomor_induk_kependudukan\":\"119901010150000\"}"), ALONE(2),
      .warning = WARNING_MEMBER_NIK },
    { "a NIK as a number", MEMBERS("{\"nomor_induk_kependudukan\":1199010101500001}"), ALONE(2),
      .warning = WARNING_MEMBER_NIK },
    { "a NIK that is the family's number",
      { { "anggota", "[{\"nomor_induk_kependudukan\":\"1199010101500001\"}]" },
        { "nomor_kartu_keluarga", "\"1199010101500001\"" } },
      ALONE(2), .from_too = "kk=1199010101100001", .to_too = "kk=1199010101500001", .warning = WARNING_MEMBER_NIK },
    { "band 1: a child under 5", ONE_OF_THREE("{\"tanggal_lahir\":\"2021-01-02\"}"), BAND(1) },
    { "a child of 5 that day", ONE_OF_THREE("{\"tanggal_lahir\":\"2021-01-01\"}"), BAND(2) },
    { "band 1: born on 29 February, not yet 5 in February",
      { { "anggota", "[" MAN "," WOMAN ",{\"tanggal_lahir\":\"2020-02-29\"}]" }, { "versi", "\"2025-02\"" } },
      BAND(1), .from_too = "2026-01", .to_too = "2025-02" },
    { "born on 29 February, 5 on 1 March",
      { { "anggota", "[" MAN "," WOMAN ",{\"tanggal_lahir\":\"2020-02-29\"}]" }, { "versi", "\"2025-03\"" } },
      BAND(2), .from_too = "2026-01", .to_too = "2025-03" },
    { "band 1: a drop-out of 7", ONE_OF_THREE("{\"tanggal_lahir\":\"2019-01-01\",\"partisipasi_sekolah\":3}"),
      BAND(1) },
    { "not yet 7", ONE_OF_THREE("{\"tanggal_lahir\":\"2019-01-02\",\"partisipasi_sekolah\":3}"), BAND(2) },
    { "band 1: a drop-out of 18", ONE_OF_THREE("{\"tanggal_lahir\":\"2007-01-02\",\"partisipasi_sekolah\":\"3\"}"),
      BAND(1) },
    { "19", ONE_OF_THREE("{\"tanggal_lahir\":\"2007-01-01\",\"partisipasi_sekolah\":3}"), BAND(2) },
    { "never at school is no drop-out", ONE_OF_THREE("{\"tanggal_lahir\":\"2015-01-01\",\"partisipasi_sekolah\":1}"),
      BAND(2) },
    { "a drop-out of unknown age", ONE_OF_THREE("{\"partisipasi_sekolah\":3}"), BAND(2) },

    /* the band by codes */
    DISABILITY("penglihatan"),
    DISABILITY("pendengaran"),
    DISABILITY("berjalan_atau_naik_tangga"),
    DISABILITY("menggunakan_tangan_jari"),
    DISABILITY("belajar_kemampuan_intelektual"),
    DISABILITY("pengendalian_perilaku"),
    DISABILITY("berbicara_komunikasi"),
    DISABILITY("mengurus_diri"),
    DISABILITY("mengingat_berkonsentrasi"),
    { "band 0: a code as a string", ONE_OF_THREE("{\"penglihatan\":\"1\"}"), BAND(0) },
    { "band 1: an illness", ONE_OF_THREE("{\"penyakit_kronis\":2}"), BAND(1) },
    { "band 1: an illness of several", ONE_OF_THREE("{\"penyakit_kronis\":[1,\"18\"]}"), BAND(1) },
    { "band 1: an illness with a zero before it", ONE_OF_THREE("{\"penyakit_kronis\":\"09\"}"), BAND(1) },
    { "band 1: an illness of two digits", ONE_OF_THREE("{\"penyakit_kronis\":\"10\"}"), BAND(1) },
    { "an illness of three digits", ONE_OF_THREE("{\"penyakit_kronis\":\"010\"}"), .warning = WARNING_CODE },
    { "an illness with a sign", ONE_OF_THREE("{\"penyakit_kronis\":\"+2\"}"), .warning = WARNING_CODE },
    { "an illness behind a digit", ONE_OF_THREE("{\"penyakit_kronis\":\"1a\"}"), .warning = WARNING_CODE },
    { "an illness that says nothing", ONE_OF_THREE("{\"penyakit_kronis\":\"\"}"), .warning = WARNING_CODE },
    { "band 1: the 64th of 64 codes", ONE_OF_THREE("{\"penyakit_kronis\":[" ONES_63 ",2]}"), BAND(1) },
    { "the 65th code is not read", ONE_OF_THREE("{\"penyakit_kronis\":[" ONES_63 ",1,2]}"), .warning = WARNING_CODE },
    { "no illness", ONE_OF_THREE("{\"penyakit_kronis\":\"1\"}") },
    { "no illness is known", ONE_OF_THREE("{\"penyakit_kronis\":[]}") },
    { "an illness that is none", ONE_OF_THREE("{\"penyakit_kronis\":19}"), .warning = WARNING_CODE },
    { "band 1: beside an illness that is none", ONE_OF_THREE("{\"penyakit_kronis\":[0,7]}"), BAND(1),
      .warning = WARNING_CODE },
    { "an illness in words", ONE_OF_THREE("{\"penyakit_kronis\":\"asma\"}"), .warning = WARNING_CODE },
    { "band 0 counts before band 1", ONE_OF_THREE("{\"penyakit_kronis\":2,\"mengurus_diri\":1}"), BAND(0) },
    { "partisipasi_sekolah unreadable", ONE_OF_THREE("{\"partisipasi_sekolah\":4}"), .warning = WARNING_CODE },
    { "jenis_kelamin unreadable", ONE_OF_THREE("{\"jenis_kelamin\":3}"), .warning = WARNING_CODE },
    { "status_hubungan_keluarga: 8 codes", ONE_OF_THREE("{\"status_hubungan_keluarga\":9}"), .warning = WARNING_CODE },
    { "status_hubungan_keluarga: 9 in Hulu Sungai Tengah",
      { { "anggota", "[" MAN "," WOMAN ",{\"status_hubungan_keluarga\":9}]" },
        { "codebook", "\"dtsen-hst-2026\"" } } },
    { "status_hubungan_keluarga: 8 codes in 2022",
      { { "anggota", "[" MAN "," WOMAN ",{\"status_hubungan_keluarga\":\"9\"}]" },
        { "codebook", "\"regsosek-2022\"" } },
      .warning = WARNING_CODE },

    /* refusals */
    { "codebook missing", { { "codebook", NULL } }, REJECT_MISSING_FIELD, "/codebook" },
    { "codebook unknown", { { "codebook", "\"dtks-2019\"" } }, REJECT_UNKNOWN_CODEBOOK, "/codebook", "regsosek-2022" },
    { "codebook empty", { { "codebook", "\"\"" } }, REJECT_UNKNOWN_CODEBOOK, "/codebook" },
    { "codebook a number", { { "codebook", "2027" } }, REJECT_WRONG_TYPE, "/codebook" },
    { "versi missing", { { "versi", NULL } }, REJECT_MISSING_FIELD, "/versi" },
    { "versi no month", { { "versi", "\"2026-00\"" } }, REJECT_BAD_DATE, "/versi", "YYYY-MM" },
    { "versi a day", { { "versi", "\"2026-01-01\"" } }, REJECT_BAD_DATE, "/versi" },
    { "versi two months ahead", { { "versi", "\"2026-03\"" } }, REJECT_OUT_OF_RANGE, "/versi" },
    { "ref missing", { { "ref", NULL } }, REJECT_MISSING_FIELD, "/ref" },
    { "ref hides a NIK", { { "ref", "\"KEL-3510161203120001\"" } }, REJECT_FORBIDDEN_CONTENT, "/ref" },
    { "ref of 65 characters", { { "ref", "\"abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcde\"" } },
      REJECT_OUT_OF_RANGE, "/ref" },
    { "skema_wilayah missing", { { "skema_wilayah", NULL } }, REJECT_MISSING_FIELD, "/skema_wilayah" },
    { "skema_wilayah unknown", { { "skema_wilayah", "\"BPS\"" } },
      REJECT_UNKNOWN_VALUE, "/skema_wilayah", "kemendagri" },
    { "kode_kelurahan_desa missing", { { "kode_kelurahan_desa", NULL } },
      REJECT_MISSING_FIELD, "/kode_kelurahan_desa" },
    { "kode_kelurahan_desa a number", { { "kode_kelurahan_desa", "1199012001" } },
      REJECT_WRONG_TYPE, "/kode_kelurahan_desa" },
    { "kode_kelurahan_desa too short", { { "kode_kelurahan_desa", "\"119901200\"" } },
      REJECT_BAD_DIGITS, "/kode_kelurahan_desa", "ten digits" },
    { "kode_kelurahan_desa with dashes", { { "kode_kelurahan_desa", "\"11-99-01-2001\"" } },
      REJECT_BAD_DIGITS, "/kode_kelurahan_desa" },
    { "kode_kelurahan_desa unknown", { { "kode_kelurahan_desa", "\"1199012999\"" } },
      REJECT_UNKNOWN_REGION, "/kode_kelurahan_desa", "version uji-1", "gone" },
    { "kode_kelurahan_desa of a regency that is gone", { { "kode_kelurahan_desa", "\"1197012001\"" } },
      REJECT_UNKNOWN_REGION, "/kode_kelurahan_desa", "1198" },
    { "kode_kelurahan_desa bps missing", { { "kode_kelurahan_desa", NULL }, { "skema_wilayah", "\"bps\"" } },
      REJECT_MISSING_FIELD, "/kode_kelurahan_desa" },
    { "kode_kelurahan_desa bps unknown",
      { { "kode_kelurahan_desa", "\"1199010999\"" }, { "skema_wilayah", "\"bps\"" } },
      REJECT_UNKNOWN_REGION, "/kode_kelurahan_desa" },
    { "KK missing", { { "nomor_kartu_keluarga", NULL } }, REJECT_MISSING_FIELD, "/nomor_kartu_keluarga" },
    { "KK too short", { { "nomor_kartu_keluarga", "\"119901010110000\"" } },
      REJECT_BAD_DIGITS, "/nomor_kartu_keluarga", "16 digits" },
    { "KK with a letter", { { "nomor_kartu_keluarga", "\"119901010110000O\"" } },
      REJECT_BAD_DIGITS, "/nomor_kartu_keluarga" },
    { "KK a number", { { "nomor_kartu_keluarga", "1199010101100001" } },
      REJECT_SPREADSHEET_DAMAGE, "/nomor_kartu_keluarga" },
    { "KK a number with a fraction", { { "nomor_kartu_keluarga", "1.199E+15" } },
      REJECT_SPREADSHEET_DAMAGE, "/nomor_kartu_keluarga" },
    { "KK an exponent", { { "nomor_kartu_keluarga", "\"1,19901E+15\"" } },
      REJECT_SPREADSHEET_DAMAGE, "/nomor_kartu_keluarga" },
    { "KK of 15 digits and .0", { { "nomor_kartu_keluarga", "\"119901010110000.0\"" } },
      REJECT_SPREADSHEET_DAMAGE, "/nomor_kartu_keluarga" },
    { "KK of 17 digits and .0", { { "nomor_kartu_keluarga", "\"11990101011000011.0\"" } },
      REJECT_BAD_DIGITS, "/nomor_kartu_keluarga" },
    { "KK all the same", { { "nomor_kartu_keluarga", "\"3333333333333333\"" } },
      REJECT_PLACEHOLDER_ID, "/nomor_kartu_keluarga" },
    { "KK counted up", { { "nomor_kartu_keluarga", "\"1234567890123456\"" } },
      REJECT_PLACEHOLDER_ID, "/nomor_kartu_keluarga" },
    { "KK with serial 0000", { { "nomor_kartu_keluarga", "\"1199010101100000\"" } },
      REJECT_PLACEHOLDER_ID, "/nomor_kartu_keluarga" },
    { "no decile at all",
      { { "desil_nasional", NULL }, { "desil_provinsi", "null" }, { "desil_kabupaten_kota", NULL } },
      REJECT_MISSING_FIELD, "/desil_nasional", "1 to 10" },
    { "desil_nasional 0", { { "desil_nasional", "0" } }, REJECT_OUT_OF_RANGE, "/desil_nasional" },
    { "desil_nasional a string", { { "desil_nasional", "\"1\"" } }, REJECT_WRONG_TYPE, "/desil_nasional" },
    { "desil_provinsi 11", { { "desil_provinsi", "11" } }, REJECT_OUT_OF_RANGE, "/desil_provinsi" },
    { "desil_kabupaten_kota with a fraction", { { "desil_kabupaten_kota", "1.0" } },
      REJECT_WRONG_TYPE, "/desil_kabupaten_kota" },
    { "former KK too short", { { "nomor_kartu_keluarga_lama", "\"1199\"" } },
      REJECT_BAD_DIGITS, "/nomor_kartu_keluarga_lama" },
    { "former KK a number", { { "nomor_kartu_keluarga_lama", "1199010101090009" } },
      REJECT_SPREADSHEET_DAMAGE, "/nomor_kartu_keluarga_lama" },
    { "keterangan unknown", { { "keterangan", "\"pindah\"" } }, REJECT_UNKNOWN_VALUE, "/keterangan", "keluar" },
    { "keterangan of another type", { { "keterangan", "1" } }, REJECT_WRONG_TYPE, "/keterangan" },
    { "a member with a key twice", { { "anggota", "[" MAN ",{\"nama\":\"a\",\"nama\":\"b\"}]" } },
      REJECT_NOT_JSON, "/anggota/1" },
    { "of two faults the first in the contract's order counts", { { "versi", "\"x\"" }, { "codebook", "\"x\"" } },
      REJECT_UNKNOWN_CODEBOOK, "/codebook" },
};

int main(void)
{
    return run_raw_cases("raw.household", &sample, test_context(), cases, ARRAY_LEN(cases));
}
