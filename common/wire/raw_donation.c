#include <stddef.h>

#include "common/domain/ref.h"
#include "common/wire/parts.h"
#include "common/wire/raw.h"
#include "common/wire/raw_util.h"

enum {
    F_DONATION, F_PARTNER, F_PARTNER_NAME, F_PARTNER_KIND, F_REGENCY, F_PERIOD, F_PACKAGES, F_EARMARK, F_BASE_VILLAGE,
    F_PHONE, F_CONSENT, F_STATE, F_VERSION,
};
static const struct str fields[] = {
    JSON_NAME("donation"), JSON_NAME("partner"),  JSON_NAME("partner_name"), JSON_NAME("partner_kind"),
    JSON_NAME("regency"),  JSON_NAME("period"),   JSON_NAME("packages"),     JSON_NAME("earmark"),
    JSON_NAME("base_village"), JSON_NAME("phone"), JSON_NAME("consent"),     JSON_NAME("state"),
    JSON_NAME("version"),
};

enum { EARMARK_VILLAGES, EARMARK_DISTRICTS, EARMARK_DECILES };
static const struct str earmark_fields[] = {
    JSON_NAME("villages"), JSON_NAME("districts"), JSON_NAME("deciles"),
};

enum { MAX_PACKAGES = 1000000, PARTNER_NAME_CHARACTERS = 100 };

/* An organisation's name is the one free text that is copied: no person's number may ride in it. */
static void read_partner_name(const struct json_node *root, char out[PARTNER_NAME_SIZE])
{
    if (json_name(root, F_PARTNER_NAME, REQUIRED, PARTNER_NAME_CHARACTERS, out, PARTNER_NAME_SIZE) &&
        ref_has_16_digits(str_from(out)))
        json_fault(root, F_PARTNER_NAME, REJECT_FORBIDDEN_CONTENT, "an organisation's name, no 16 digits in a row");
}

static void read_earmark(const struct json_node *root, const struct raw_context *context, struct earmark *out)
{
    struct json_node earmark, list;
    if (!json_object(root, F_EARMARK, OPTIONAL, earmark_fields, ARRAY_LEN(earmark_fields), &earmark))
        return;
    if (json_array(&earmark, EARMARK_VILLAGES, OPTIONAL, MAX_LIST, &list)) {
        for (int i = 0; i < list.count && raw_village(&list, i, REQUIRED, context, &out->villages[i]); i++)
            out->village_count = i + 1;
    }
    if (json_array(&earmark, EARMARK_DISTRICTS, OPTIONAL, MAX_LIST, &list)) {
        for (int i = 0; i < list.count && raw_district(&list, i, context, &out->districts[i]); i++)
            out->district_count = i + 1;
    }
    parts_deciles(&earmark, EARMARK_DECILES, OPTIONAL, out->deciles, &out->decile_count);
}

int raw_donation_decode(struct str value, const struct raw_context *context, struct raw_donation *out,
                        struct warnings *warnings, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    struct donation *d = &out->donation;

    *out = (struct raw_donation){ 0 };
    *warnings = (struct warnings){ 0 };
    int r = raw_open(&in, value, fields, ARRAY_LEN(fields), context, &root, error);
    if (r < 0)
        return r;

    json_ref_part(&root, F_DONATION, REQUIRED, d->donation);
    json_ref_part(&root, F_PARTNER, REQUIRED, d->partner);
    read_partner_name(&root, d->partner_name);
    d->partner_kind = (enum partner_kind)json_word(&root, F_PARTNER_KIND, REQUIRED, &wire_partner_kinds);
    raw_regency(&root, F_REGENCY, context, &d->regency);
    json_ref(&root, F_PERIOD, REQUIRED, d->period);
    json_int32(&root, F_PACKAGES, REQUIRED, 0, MAX_PACKAGES, &d->packages);
    read_earmark(&root, context, &d->earmark);
    raw_village(&root, F_BASE_VILLAGE, OPTIONAL, context, &d->base_village);
    raw_phone(&root, F_PHONE, out->phone, warnings);
    out->consent = raw_consent(&root, F_CONSENT, warnings);
    d->state = (enum donation_state)json_word(&root, F_STATE, REQUIRED, &wire_donation_states);
    json_int(&root, F_VERSION, REQUIRED, 0, JSON_MAX_INTEGER, &d->version);
    return raw_close(&in);
}
