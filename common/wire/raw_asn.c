#include <stddef.h>

#include "common/wire/raw.h"
#include "common/wire/raw_util.h"

enum {
    F_REGENCY, F_REF, F_NIP, F_NIP_FORMER, F_EMPLOYMENT, F_GRADE, F_POSITION, F_UNIT, F_HOME_VILLAGE, F_WORK_VILLAGE,
    F_OWN_KK, F_PHONE, F_CONSENT, F_STATUS, F_VERSION,
};
static const struct str fields[] = {
    JSON_NAME("regency"),      JSON_NAME("ref"),          JSON_NAME("nip"),    JSON_NAME("nip_lama"),
    JSON_NAME("employment"),   JSON_NAME("grade"),        JSON_NAME("position"), JSON_NAME("unit"),
    JSON_NAME("home_village"), JSON_NAME("work_village"), JSON_NAME("nomor_kartu_keluarga"),
    JSON_NAME("phone"),        JSON_NAME("consent"),      JSON_NAME("status"), JSON_NAME("version"),
};

int raw_asn_decode(struct str value, const struct raw_context *context, struct raw_asn *out,
                   struct warnings *warnings, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    struct asn *a = &out->asn;

    *out = (struct raw_asn){ 0 };
    *warnings = (struct warnings){ 0 };
    int r = raw_open(&in, value, fields, ARRAY_LEN(fields), context, &root, error);
    if (r < 0)
        return r;

    raw_regency(&root, F_REGENCY, context, &a->regency);
    json_ref(&root, F_REF, REQUIRED, a->ref);
    raw_nip(&root, F_NIP, out->nip);
    raw_nip_former(&root, F_NIP_FORMER, out->nip, out->nip_former, warnings);
    a->employment = (enum employment)json_word(&root, F_EMPLOYMENT, REQUIRED, &wire_employments);
    /* What a part-timer is paid by decides nothing: they give no packages. */
    raw_grade(&root, F_GRADE, a->employment == EMPLOYMENT_PPPK_PART_TIME ? OPTIONAL : REQUIRED, a->employment,
              a->grade);
    a->position = (enum position)json_word(&root, F_POSITION, REQUIRED, &wire_positions);
    json_ref(&root, F_UNIT, REQUIRED, a->unit);
    raw_village_shape(&root, F_HOME_VILLAGE, &a->home_village, warnings);
    raw_village_shape(&root, F_WORK_VILLAGE, &a->work_village, warnings);
    raw_kk(&root, F_OWN_KK, OPTIONAL, out->own_kk);
    raw_phone(&root, F_PHONE, out->phone, warnings);
    out->consent = raw_consent(&root, F_CONSENT, warnings);
    a->status = (enum asn_status)json_word(&root, F_STATUS, REQUIRED, &wire_asn_statuses);
    json_int(&root, F_VERSION, REQUIRED, 0, JSON_MAX_INTEGER, &a->version);
    return raw_close(&in);
}
