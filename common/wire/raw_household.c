#include <stddef.h>

#include "common/core/civil.h"
#include "common/wire/raw.h"
#include "common/wire/raw_member.h"
#include "common/wire/raw_util.h"

enum {
    F_CODEBOOK, F_VERSI, F_REF, F_SCHEME, F_VILLAGE, F_KK, F_DECILE_NATIONAL, F_DECILE_PROVINCE, F_DECILE_REGENCY,
    F_KK_FORMER, F_STATUS, F_MEMBERS,
};
static const struct str fields[] = {
    JSON_NAME("codebook"),             JSON_NAME("versi"),
    JSON_NAME("ref"),                  JSON_NAME("skema_wilayah"),
    JSON_NAME("kode_kelurahan_desa"),  JSON_NAME("nomor_kartu_keluarga"),
    JSON_NAME("desil_nasional"),       JSON_NAME("desil_provinsi"),
    JSON_NAME("desil_kabupaten_kota"), JSON_NAME("nomor_kartu_keluarga_lama"),
    JSON_NAME("keterangan"),           JSON_NAME("anggota"),
};

enum scheme { SCHEME_NONE, SCHEME_BPS, SCHEME_KEMENDAGRI };
static const char *const scheme_words[] = { NULL, "bps", "kemendagri" };
static const struct wire_words schemes = { scheme_words, ARRAY_LEN(scheme_words) };

/* The words stand for HOUSEHOLD_ACTIVE and HOUSEHOLD_LEFT, in this order. */
static const char *const status_words[] = { NULL, "aktif", "keluar" };
static const struct wire_words statuses = { status_words, ARRAY_LEN(status_words) };

static const char *const codebook_words[] = {
    [CODEBOOK_REGSOSEK_2022] = "regsosek-2022", [CODEBOOK_DTSEN_2026] = "dtsen-2026",
    [CODEBOOK_DTSEN_HST_2026] = "dtsen-hst-2026",
};
static const struct wire_words codebooks = { codebook_words, ARRAY_LEN(codebook_words) };

static enum codebook read_codebook(const struct json_node *root)
{
    struct str word;
    if (!json_peek_string(root, F_CODEBOOK, &word))
        return (enum codebook)json_word(root, F_CODEBOOK, REQUIRED, &codebooks);
    int codebook = wire_value(&codebooks, word);
    if (codebook == 0)
        json_fault(root, F_CODEBOOK, REJECT_UNKNOWN_CODEBOOK, "one of regsosek-2022 dtsen-2026 dtsen-hst-2026");
    return (enum codebook)codebook;
}

/* One edition from the future would make all that follows stale. */
static void read_edition(const struct json_node *root, const struct raw_context *context, int32_t *out)
{
    if (json_edition(root, F_VERSI, REQUIRED, out) &&
        *out > edition_of_date(date_of_instant(context->append_time)) + 1)
        json_fault(root, F_VERSI, REJECT_OUT_OF_RANGE, "a month not later than the one after the record's arrival");
}

static void read_place(const struct json_node *root, const struct raw_context *context, struct household *h)
{
    enum scheme scheme = (enum scheme)json_word(root, F_SCHEME, REQUIRED, &schemes);
    if (scheme == SCHEME_BPS)
        raw_village_bps(root, F_VILLAGE, context, &h->village);
    else
        raw_village(root, F_VILLAGE, REQUIRED, context, &h->village);
    h->regency = (int32_t)(h->village / 1000000);
}

static void read_deciles(const struct json_node *root, struct household *h)
{
    json_int8(root, F_DECILE_NATIONAL, OPTIONAL, 1, MAX_DECILES, &h->decile_national);
    json_int8(root, F_DECILE_PROVINCE, OPTIONAL, 1, MAX_DECILES, &h->decile_province);
    json_int8(root, F_DECILE_REGENCY, OPTIONAL, 1, MAX_DECILES, &h->decile_regency);
    if (h->decile_national == 0 && h->decile_province == 0 && h->decile_regency == 0)
        json_fault(root, F_DECILE_NATIONAL, REJECT_MISSING_FIELD,
                   "an integer from 1 to 10, here or in desil_provinsi or desil_kabupaten_kota");
}

int raw_household_decode(struct str value, const struct raw_context *context, struct raw_household *out,
                         struct warnings *warnings, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    struct household *h = &out->household;

    *out = (struct raw_household){ .household.status = HOUSEHOLD_ACTIVE };
    *warnings = (struct warnings){ 0 };
    int r = raw_open(&in, value, fields, ARRAY_LEN(fields), context, &root, error);
    if (r < 0)
        return r;

    enum codebook codebook = read_codebook(&root);
    read_edition(&root, context, &h->dtsen);
    json_ref(&root, F_REF, REQUIRED, h->ref);
    read_place(&root, context, h);
    raw_kk(&root, F_KK, REQUIRED, out->kk);
    read_deciles(&root, h);
    raw_kk_former(&root, F_KK_FORMER, out->kk, out->kk_former);
    int status = json_word(&root, F_STATUS, OPTIONAL, &statuses);
    if (status != 0)
        h->status = (enum household_status)status;
    if (!json_in_failed(&in))
        raw_members(&root, F_MEMBERS, codebook, out->kk, context, h, warnings);
    return raw_close(&in);
}
