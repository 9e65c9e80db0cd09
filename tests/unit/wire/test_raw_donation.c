#include "tests/unit/wire/raw_case.h"
#include "tests/unit/wire/raw_region.h"

static const struct field fields[] = {
    { "donation", "\"D-7\"" },
    { "partner", "\"hipmi-uji\"" },
    { "partner_name", "\"HIPMI Uji\"" },
    { "partner_kind", "\"hipmi\"" },
    { "regency", "\"1199\"" },
    { "period", "\"2026-01\"" },
    { "packages", "250" },
    { "earmark", "{\"villages\":[\"1199012001\"],\"districts\":[\"119902\"],\"deciles\":[1,2]}" },
    { "base_village", "\"1199012002\"" },
    { "phone", "\"0812 0000 1111\"" },
    { "consent", "true" },
    { "state", "\"received\"" },
    { "version", "3" },
};

static int decode(struct str value, const struct raw_context *context, struct buf *canonical,
                  struct warnings *warnings, struct reject *error)
{
    struct raw_donation out;
    int r = raw_donation_decode(value, context, &out, warnings, error);
    if (r == 0) {
        buf_printf(canonical, "phone=%s consent=%d ", out.phone, out.consent);
        donation_encode(canonical, &out.donation);
    }
    return r;
}

static const struct sample sample = { fields, ARRAY_LEN(fields), decode };

#define EARMARK "{\"villages\":[\"1199012001\"],\"districts\":[\"119902\"],\"deciles\":[1,2]}"
#define TEN "abcdefghij"
#define NAME_100 TEN TEN TEN TEN TEN TEN TEN TEN TEN "abcdefghi\xc3\xa9"

static const struct raw_case cases[] = {
    /* what each field becomes */
    { "donation", { { "donation", "\"D-8\"" } }, .from = "\"donation\":\"D-7\"", .to = "\"donation\":\"D-8\"" },
    { "partner", { { "partner", "\"kadin\"" } }, .from = "\"partner\":\"hipmi-uji\"", .to = "\"partner\":\"kadin\"" },
    { "partner_name", { { "partner_name", "\"RS \\u00e9 & \\\"B\\\"\"" } },
      .from = "\"HIPMI Uji\"", .to = "\"RS \xc3\xa9 & \\\"B\\\"\"" },
    { "partner_name: 100 characters", { { "partner_name", "\"" NAME_100 "\"" } },
      .from = "\"HIPMI Uji\"", .to = "\"" NAME_100 "\"" },
    { "partner_kind", { { "partner_kind", "\"polri\"" } }, .from = "\"hipmi\"", .to = "\"polri\"" },
    { "regency", { { "regency", "\"11.98\"" } }, .from = "\"1199\"", .to = "\"1198\"" },
    { "period", { { "period", "\"2026-w05\"" } }, .from = "\"2026-01\"", .to = "\"2026-w05\"" },
    { "packages: none", { { "packages", "0" } }, .from = "\"packages\":250", .to = "\"packages\":0" },
    { "packages: a million", { { "packages", "1000000" } }, .from = "\"packages\":250", .to = "\"packages\":1000000" },
    { "earmark absent", { { "earmark", NULL } }, .from = EARMARK, .to = "null" },
    { "earmark that says nothing", { { "earmark", "{\"villages\":[]}" } }, .from = EARMARK, .to = "null" },
    { "earmark.villages", { { "earmark", "{\"villages\":[\"11.99.01.2002\",\"1198012001\"]}" } },
      .from = EARMARK, .to = "{\"villages\":[\"1199012002\",\"1198012001\"],\"districts\":[],\"deciles\":[]}" },
    { "earmark.districts", { { "earmark", "{\"districts\":[\"11.99.01\"],\"villages\":null}" } },
      .from = EARMARK, .to = "{\"villages\":[],\"districts\":[\"119901\"],\"deciles\":[]}" },
    { "earmark.deciles", { { "earmark", "{\"deciles\":[4]}" } },
      .from = EARMARK, .to = "{\"villages\":[],\"districts\":[],\"deciles\":[4]}" },
    { "base_village", { { "base_village", "\"11.98.01.2001\"" } },
      .from = "\"base_village\":\"1199012002\"", .to = "\"base_village\":\"1198012001\"" },
    { "base_village: optional", { { "base_village", NULL } },
      .from = "\"base_village\":\"1199012002\"", .to = "\"base_village\":null" },
    { "phone", { { "phone", "\"+62 813-0000-2222\"" } },
      .from = "phone=6281200001111", .to = "phone=6281300002222" },
    { "phone: optional", { { "phone", "null" } }, .from = "phone=6281200001111", .to = "phone=" },
    { "phone unreadable", { { "phone", "\"tidak ada\"" } },
      .from = "phone=6281200001111", .to = "phone=", .warning = WARNING_PHONE },
    { "consent", { { "consent", "false" } }, .from = "consent=1", .to = "consent=0" },
    { "consent: no by default", { { "consent", NULL } }, .from = "consent=1", .to = "consent=0" },
    { "consent unreadable", { { "consent", "\"ya\"" } },
      .from = "consent=1", .to = "consent=0", .warning = WARNING_CONSENT },
    { "state", { { "state", "\"withdrawn\"" } }, .from = "\"received\"", .to = "\"withdrawn\"" },
    { "version", { { "version", "9007199254740991" } },
      .from = "\"version\":3", .to = "\"version\":9007199254740991" },
    { "an unknown field is passed over", { { "nota", "[1.5,{\"a\":1,\"a\":2}]" } } },

    /* refusals */
    { "donation missing", { { "donation", NULL } }, REJECT_MISSING_FIELD, "/donation" },
    { "donation with a slash", { { "donation", "\"D/7x\"" } }, REJECT_OUT_OF_RANGE, "/donation" },
    { "donation hides a NIK", { { "donation", "\"D3510161203120001\"" } }, REJECT_FORBIDDEN_CONTENT, "/donation" },
    { "partner missing", { { "partner", NULL } }, REJECT_MISSING_FIELD, "/partner" },
    { "partner with a slash", { { "partner", "\"hipmi/uji\"" } }, REJECT_OUT_OF_RANGE, "/partner" },
    { "partner_name missing", { { "partner_name", NULL } }, REJECT_MISSING_FIELD, "/partner_name" },
    { "partner_name empty", { { "partner_name", "\"\"" } }, REJECT_OUT_OF_RANGE, "/partner_name" },
    { "partner_name of 101 characters", { { "partner_name", "\"" NAME_100 "x\"" } },
      REJECT_OUT_OF_RANGE, "/partner_name", "100" },
    { "partner_name with a control character", { { "partner_name", "\"HIPMI\\nUji\"" } },
      REJECT_OUT_OF_RANGE, "/partner_name" },
    { "partner_name hides a NIK", { { "partner_name", "\"Uji 3510161203120001\"" } },
      REJECT_FORBIDDEN_CONTENT, "/partner_name", "16 digits" },
    { "partner_kind unknown", { { "partner_kind", "\"swasta\"" } }, REJECT_UNKNOWN_VALUE, "/partner_kind", "company" },
    { "partner_kind missing", { { "partner_kind", NULL } }, REJECT_MISSING_FIELD, "/partner_kind" },
    { "regency unknown", { { "regency", "\"1196\"" } }, REJECT_UNKNOWN_REGION, "/regency" },
    { "period missing", { { "period", NULL } }, REJECT_MISSING_FIELD, "/period" },
    { "packages missing", { { "packages", NULL } }, REJECT_MISSING_FIELD, "/packages" },
    { "packages negative", { { "packages", "-1" } }, REJECT_OUT_OF_RANGE, "/packages" },
    { "packages too many", { { "packages", "1000001" } }, REJECT_OUT_OF_RANGE, "/packages" },
    { "packages as text", { { "packages", "\"250\"" } }, REJECT_WRONG_TYPE, "/packages" },
    { "packages with a fraction", { { "packages", "250.5" } }, REJECT_WRONG_TYPE, "/packages" },
    { "earmark no object", { { "earmark", "[]" } }, REJECT_WRONG_TYPE, "/earmark" },
    { "earmark.villages no list", { { "earmark", "{\"villages\":\"1199012001\"}" } },
      REJECT_WRONG_TYPE, "/earmark/villages" },
    { "earmark.villages unknown", { { "earmark", "{\"villages\":[\"1199012001\",\"1199012999\"]}" } },
      REJECT_UNKNOWN_REGION, "/earmark/villages/1" },
    { "earmark.villages too short", { { "earmark", "{\"villages\":[\"119901200\"]}" } },
      REJECT_BAD_DIGITS, "/earmark/villages/0", "ten digits" },
    { "earmark.districts too long", { { "earmark", "{\"districts\":[\"1199010\"]}" } },
      REJECT_BAD_DIGITS, "/earmark/districts/0", "six digits" },
    { "earmark.districts of an unknown regency", { { "earmark", "{\"districts\":[\"119601\"]}" } },
      REJECT_UNKNOWN_REGION, "/earmark/districts/0" },
    { "earmark.districts: one that is gone", { { "earmark", "{\"districts\":[\"119902\",\"119903\"]}" } },
      REJECT_UNKNOWN_REGION, "/earmark/districts/1", "119902" },
    { "earmark.villages: null", { { "earmark", "{\"villages\":[null]}" } },
      REJECT_MISSING_FIELD, "/earmark/villages/0" },
    { "earmark.districts: null", { { "earmark", "{\"districts\":[null]}" } },
      REJECT_MISSING_FIELD, "/earmark/districts/0" },
    { "earmark.deciles: 11", { { "earmark", "{\"deciles\":[11]}" } }, REJECT_OUT_OF_RANGE, "/earmark/deciles/0" },
    { "earmark.deciles: one twice", { { "earmark", "{\"deciles\":[3,3]}" } },
      REJECT_INCONSISTENT, "/earmark/deciles/1" },
    { "base_village outside the table", { { "base_village", "\"1199012999\"" } },
      REJECT_UNKNOWN_REGION, "/base_village" },
    { "base_village too long", { { "base_village", "\"11990129990\"" } }, REJECT_BAD_DIGITS, "/base_village" },
    { "state missing", { { "state", NULL } }, REJECT_MISSING_FIELD, "/state" },
    { "state unknown", { { "state", "\"given\"" } }, REJECT_UNKNOWN_VALUE, "/state", "pledged" },
    { "version missing", { { "version", NULL } }, REJECT_MISSING_FIELD, "/version" },
    { "version negative", { { "version", "-1" } }, REJECT_OUT_OF_RANGE, "/version" },
    { "version beyond 2^53-1", { { "version", "9007199254740992" } }, REJECT_OUT_OF_RANGE, "/version" },
    { "of two faults the first in the contract's order counts", { { "version", NULL }, { "packages", "-7" } },
      REJECT_OUT_OF_RANGE, "/packages" },
};

int main(void)
{
    return run_raw_cases("raw.donation", &sample, test_context(), cases, ARRAY_LEN(cases));
}
