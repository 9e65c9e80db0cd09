#include "common/wire/raw_member.h"

#include "common/core/civil.h"
#include "common/core/parse.h"
#include "common/domain/band.h"
#include "common/domain/nik.h"

/* Nobody is older than 130: such a date stands for one that isn't known. */
enum { MAX_MEMBERS = 40, MAX_AGE_DAYS = 130 * 366 };

enum {
    M_NIK, M_BIRTH, M_SEX, M_RELATION, M_SCHOOL,
    M_DISABILITY, M_DISABILITY_LAST = M_DISABILITY + 8,
    M_ILLNESS,
};
static const struct str fields[] = {
    JSON_NAME("nomor_induk_kependudukan"), JSON_NAME("tanggal_lahir"), JSON_NAME("jenis_kelamin"),
    JSON_NAME("status_hubungan_keluarga"), JSON_NAME("partisipasi_sekolah"),
    JSON_NAME("penglihatan"), JSON_NAME("pendengaran"), JSON_NAME("berjalan_atau_naik_tangga"),
    JSON_NAME("menggunakan_tangan_jari"), JSON_NAME("belajar_kemampuan_intelektual"),
    JSON_NAME("pengendalian_perilaku"), JSON_NAME("berbicara_komunikasi"), JSON_NAME("mengurus_diri"),
    JSON_NAME("mengingat_berkonsentrasi"), JSON_NAME("penyakit_kronis"),
};
_Static_assert(ARRAY_LEN(fields) == M_ILLNESS + 1, "one name for each field");

/* Codes run from 1 to these. */
enum { MAX_CODE_DIGITS = 2, SEX_CODES = 2, SCHOOL_CODES = 3, DISABILITY_CODES = 4, ILLNESS_CODES = 18 };
static const int relation_codes[] = {
    [CODEBOOK_REGSOSEK_2022] = 8, [CODEBOOK_DTSEN_2026] = 8, [CODEBOOK_DTSEN_HST_2026] = 9,
};
enum { SCHOOL_LEFT = 3, CANNOT_AT_ALL = 1, NO_ILLNESS = 1 };

/* What reading one family needs. */
struct reader {
    enum codebook codebook;
    const char *kk;
    int32_t today;     /* the day (UTC) after the record came: nobody is born later, in any zone */
    struct warnings *warnings;
};

/* An integer or a decimal string of one or two digits, 1 to max; 0 if it is absent or can't be read. */
static int read_code(const struct json_node *node, int slot, int max, struct warnings *warnings)
{
    int64_t code = 0;
    struct str s;
    bool read = json_peek_string(node, slot, &s)
                    ? s.n >= 1 && s.n <= MAX_CODE_DIGITS && parse_digits(s, s.n, &code) == 0
                    : json_peek_integer(node, slot, &code);
    if (read && code >= 1 && code <= max)
        return (int)code;
    warnings->count[WARNING_CODE] += json_type(node, slot) != JSON_NULL;
    return 0;
}

static bool read_disability(const struct json_node *node, struct warnings *warnings)
{
    bool cannot = false;
    for (int slot = M_DISABILITY; slot <= M_DISABILITY_LAST; slot++)
        cannot |= read_code(node, slot, DISABILITY_CODES, warnings) == CANNOT_AT_ALL;
    return cannot;
}

/* One code or a list of them. */
static bool read_illness(const struct json_node *node, struct warnings *warnings)
{
    struct json_node list;
    bool ill = false;
    if (!json_peek_array(node, M_ILLNESS, &list))
        return read_code(node, M_ILLNESS, ILLNESS_CODES, warnings) > NO_ILLNESS;
    for (int i = 0; i < list.count && i < MAX_LIST; i++)
        ill |= read_code(&list, i, ILLNESS_CODES, warnings) > NO_ILLNESS;
    warnings->count[WARNING_CODE] += list.count > MAX_LIST;
    return ill;
}

static bool read_nik(const struct json_node *node, const struct reader *r, char out[NIK_DIGITS + 1])
{
    struct str s;
    if (json_peek_string(node, M_NIK, &s) && nik_parse(s, out) == NUMBER_OK && strcmp(out, r->kk) != 0)
        return true;
    r->warnings->count[WARNING_MEMBER_NIK] += json_type(node, M_NIK) != JSON_NULL;
    return false;
}

/* From tanggal_lahir, else from the NIK: its date is that of the first registration and is never corrected. */
static int32_t read_birth(const struct json_node *node, const struct reader *r)
{
    char nik[NIK_DIGITS + 1];
    int32_t birth = DATE_NONE;
    struct str s;
    bool has_nik = read_nik(node, r, nik);

    if (json_peek_string(node, M_BIRTH, &s) && date_parse_lenient(s, &birth) == 0 && birth <= r->today &&
        birth > r->today - MAX_AGE_DAYS) {
        r->warnings->count[WARNING_NIK_BIRTH_DATE] += has_nik && !nik_has_birth(nik, birth);
        return birth;
    }
    r->warnings->count[WARNING_BIRTH_DATE] += json_type(node, M_BIRTH) != JSON_NULL;
    return has_nik ? nik_birth(nik, r->today) : DATE_NONE;
}

static struct band_member read_member(const struct json_node *node, const struct reader *r)
{
    struct band_member m = { .birth = read_birth(node, r) };
    /* These two decide nothing; a source whose lists differ from its codebook shows up in the counts. */
    (void)read_code(node, M_SEX, SEX_CODES, r->warnings);
    (void)read_code(node, M_RELATION, relation_codes[r->codebook], r->warnings);
    m.left_school = read_code(node, M_SCHOOL, SCHOOL_CODES, r->warnings) == SCHOOL_LEFT;
    m.cannot_at_all = read_disability(node, r->warnings);
    m.chronic = read_illness(node, r->warnings);
    return m;
}

void raw_members(const struct json_node *root, int slot, enum codebook codebook, const char *kk,
                 const struct raw_context *context, struct household *out, struct warnings *warnings)
{
    struct band_member members[MAX_MEMBERS];
    struct json_node list, node;
    const struct reader r = {
        .codebook = codebook, .kk = kk, .today = date_of_instant(context->append_time) + 1, .warnings = warnings,
    };

    out->members = -1;
    if (!json_peek_array(root, slot, &list) || list.count == 0) {
        warnings->count[WARNING_MEMBERS]++;
        out->band = (int8_t)band_of(NULL, 0, 0, out->dtsen);
        return;
    }
    int32_t read = list.count < MAX_MEMBERS ? list.count : MAX_MEMBERS;
    for (int32_t i = 0; i < read; i++) {
        if (json_peek_object(&list, i, fields, ARRAY_LEN(fields), &node)) {
            members[i] = read_member(&node, &r);
        } else {
            members[i] = (struct band_member){ .birth = DATE_NONE };
            warnings->count[WARNING_MEMBER]++;
        }
    }
    warnings->count[WARNING_TOO_MANY_MEMBERS] += list.count > MAX_MEMBERS;
    out->members = list.count;
    out->band = (int8_t)band_of(members, read, list.count, out->dtsen);
}
