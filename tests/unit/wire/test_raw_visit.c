#include "tests/unit/wire/raw_case.h"
#include "tests/unit/wire/raw_region.h"

#define FINDINGS                                                                                                      \
    "{\"alone\":true,\"health\":\"ill\",\"dropouts\":1,\"child\":[\"working\"],\"regular_aid\":[\"pkh\",\"pbi\"],"    \
    "\"house\":\"unfit\",\"other\":false}"

static const struct field fields[] = {
    { "visit", "\"7f0c0000-aaaa-4bbb-8ccc-000000000001\"" },
    { "regency", "\"1199\"" },
    { "village", "\"1199012001\"" },
    { "period", "\"2026-01\"" },
    { "nomor_kartu_keluarga", "\"1199010101100001\"" },
    { "household_ref", "\"KEL-1\"" },
    { "nip", "\"199001012015051001\"" },
    { "visited_on", "\"2026-01-28\"" },
    { "outcome", "\"delivered\"" },
    { "packages", "2" },
    { "findings", FINDINGS },
    { "note", "\"pintu hijau\"" },
};

static int decode(struct str value, const struct raw_context *context, struct buf *canonical,
                  struct warnings *warnings, struct reject *error)
{
    struct raw_visit out;
    int r = raw_visit_decode(value, context, &out, warnings, error);
    if (r == 0) {
        buf_printf(canonical, "kk=%s nip=%s ref=%s ", out.kk, out.nip, out.household_ref);
        visit_encode(canonical, &out.visit);
    }
    return r;
}

static const struct sample sample = { fields, ARRAY_LEN(fields), decode };

/* 2026-01-28T16:30Z: 23:30 in the west (+07), already the 29th in the middle (+08). */
#define LATE_EVENING INT64_C(1769617800000)

#define NOTHING_SEEN                                                                                                  \
    "{\"alone\":null,\"health\":null,\"dropouts\":null,\"child\":[],\"regular_aid\":[],\"house\":null,\"other\":null}"

#define IN_TROUBLE_3 "\"in_trouble\",\"in_trouble\",\"in_trouble\""
#define IN_TROUBLE_9 IN_TROUBLE_3 "," IN_TROUBLE_3 "," IN_TROUBLE_3
#define IN_TROUBLE_27 IN_TROUBLE_9 "," IN_TROUBLE_9 "," IN_TROUBLE_9
#define IN_TROUBLE_63 IN_TROUBLE_27 "," IN_TROUBLE_27 "," IN_TROUBLE_9

static const struct raw_case cases[] = {
    /* what each field becomes */
    { "visit", { { "visit", "\"00000000-0000-0000-0000-000000000000\"" } },
      .from = "7f0c0000-aaaa-4bbb-8ccc-000000000001", .to = "00000000-0000-0000-0000-000000000000" },
    { "visit in capitals is the same visit", { { "visit", "\"7F0C0000-AAAA-4BBB-8CCC-000000000001\"" } } },
    { "regency", { { "regency", "\"1198\"" }, { "village", "\"11.98.01.2001\"" } },
      .from = "\"regency\":\"1199\",\"village\":\"1199012001\"",
      .to = "\"regency\":\"1198\",\"village\":\"1198012001\"" },
    { "village", { { "village", "\"11.99.01.2002\"" } }, .from = "\"1199012001\"", .to = "\"1199012002\"" },
    { "period", { { "period", "\"2026-w05\"" } }, .from = "\"2026-01\"", .to = "\"2026-w05\"" },
    { "nomor_kartu_keluarga", { { "nomor_kartu_keluarga", "\"'1199010101100002.0\"" } },
      .from = "kk=1199010101100001", .to = "kk=1199010101100002" },
    { "household_ref", { { "household_ref", "\"KEL-2\"" } }, .from = "ref=KEL-1", .to = "ref=KEL-2" },
    { "household_ref: optional", { { "household_ref", NULL } }, .from = "ref=KEL-1", .to = "ref=" },
    { "household_ref unreadable", { { "household_ref", "\"KEL 2\"" } },
      .from = "ref=KEL-1", .to = "ref=", .warning = WARNING_HOUSEHOLD_REF },
    { "household_ref hides a NIK", { { "household_ref", "\"3510161203120001\"" } },
      .from = "ref=KEL-1", .to = "ref=", .warning = WARNING_HOUSEHOLD_REF },
    { "nip", { { "nip", "\"19851231 201012 2 999\"" } },
      .from = "nip=199001012015051001", .to = "nip=198512312010122999" },
    { "visited_on", { { "visited_on", "\"2026-01-01\"" } }, .from = "\"2026-01-28\"", .to = "\"2026-01-01\"" },
    { "visited_on: the local day counts", { { "visited_on", "\"2026-01-29\"" }, { "regency", "\"7199\"" },
      { "village", "\"7199012001\"" } }, .time = LATE_EVENING,
      .from = "\"regency\":\"1199\",\"village\":\"1199012001\"",
      .to = "\"regency\":\"7199\",\"village\":\"7199012001\"",
      .from_too = "\"visited_on\":\"2026-01-28\",\"reported_at\":\"2026-01-29T03:00:00.000Z\"",
      .to_too = "\"visited_on\":\"2026-01-29\",\"reported_at\":\"2026-01-28T16:30:00.000Z\"" },
    { "outcome: nothing is delivered", { { "outcome", "\"not_home\"" }, { "packages", NULL } },
      .from = "\"outcome\":\"delivered\",\"packages\":2", .to = "\"outcome\":\"not_home\",\"packages\":0" },
    { "outcome: 0 packages may be said", { { "outcome", "\"refused\"" }, { "packages", "0" } },
      .from = "\"outcome\":\"delivered\",\"packages\":2", .to = "\"outcome\":\"refused\",\"packages\":0" },
    { "outcome void: findings are not read",
      { { "outcome", "\"void\"" }, { "packages", NULL }, { "findings", "{\"health\":\"sick\"}" } },
      .from = "\"outcome\":\"delivered\",\"packages\":2,\"findings\":" FINDINGS,
      .to = "\"outcome\":\"void\",\"packages\":0,\"findings\":null" },
    { "packages", { { "packages", "10" } }, .from = "\"packages\":2", .to = "\"packages\":10" },
    { "packages: 1 by default", { { "packages", NULL } }, .from = "\"packages\":2", .to = "\"packages\":1" },
    { "findings: optional", { { "findings", NULL } }, .from = FINDINGS, .to = "null" },
    { "findings: none", { { "findings", "{}" } }, .from = FINDINGS, .to = NOTHING_SEEN },
    { "findings unreadable", { { "findings", "[1]" } }, .from = FINDINGS, .to = "null", .warning = WARNING_FINDING },
    { "findings.alone", { { "findings", "{\"alone\":false}" } }, .from = FINDINGS,
      .to = "{\"alone\":false,\"health\":null,\"dropouts\":null,\"child\":[],\"regular_aid\":[],\"house\":null,"
            "\"other\":null}" },
    { "findings.health", { { "findings", "{\"health\":\"bedridden\"}" } }, .from = FINDINGS,
      .to = "{\"alone\":null,\"health\":\"bedridden\",\"dropouts\":null,\"child\":[],\"regular_aid\":[],"
            "\"house\":null,\"other\":null}" },
    { "findings.dropouts", { { "findings", "{\"dropouts\":10}" } }, .from = FINDINGS,
      .to = "{\"alone\":null,\"health\":null,\"dropouts\":10,\"child\":[],\"regular_aid\":[],\"house\":null,"
            "\"other\":null}" },
    { "findings.dropouts: none", { { "findings", "{\"dropouts\":0}" } }, .from = FINDINGS,
      .to = "{\"alone\":null,\"health\":null,\"dropouts\":0,\"child\":[],\"regular_aid\":[],\"house\":null,"
            "\"other\":null}" },
    { "findings.child of 64 words",
      { { "findings", "{\"child\":[" IN_TROUBLE_63 ",\"working\"]}" } }, .from = FINDINGS,
      .to = "{\"alone\":null,\"health\":null,\"dropouts\":null,\"child\":[\"in_trouble\",\"working\"],"
            "\"regular_aid\":[],\"house\":null,\"other\":null}" },
    { "findings.child of 65 words: the last is not read",
      { { "findings", "{\"child\":[" IN_TROUBLE_63 ",\"in_trouble\",\"working\"]}" } }, .from = FINDINGS,
      .to = "{\"alone\":null,\"health\":null,\"dropouts\":null,\"child\":[\"in_trouble\"],"
            "\"regular_aid\":[],\"house\":null,\"other\":null}",
      .warning = WARNING_FINDING },
    { "findings.child", { { "findings", "{\"child\":[\"in_trouble\",\"without_parents\",\"in_trouble\"]}" } },
      .from = FINDINGS,
      .to = "{\"alone\":null,\"health\":null,\"dropouts\":null,\"child\":[\"without_parents\",\"in_trouble\"],"
            "\"regular_aid\":[],\"house\":null,\"other\":null}" },
    { "findings.regular_aid", { { "findings", "{\"regular_aid\":[\"other\",\"bpnt\",\"blt_desa\"]}" } },
      .from = FINDINGS,
      .to = "{\"alone\":null,\"health\":null,\"dropouts\":null,\"child\":[],\"regular_aid\":[\"bpnt\","
            "\"blt_desa\",\"other\"],\"house\":null,\"other\":null}" },
    { "findings.house", { { "findings", "{\"house\":\"minor_damage\"}" } }, .from = FINDINGS,
      .to = "{\"alone\":null,\"health\":null,\"dropouts\":null,\"child\":[],\"regular_aid\":[],"
            "\"house\":\"minor_damage\",\"other\":null}" },
    { "findings.other", { { "findings", "{\"other\":true}" } }, .from = FINDINGS,
      .to = "{\"alone\":null,\"health\":null,\"dropouts\":null,\"child\":[],\"regular_aid\":[],\"house\":null,"
            "\"other\":true}" },
    { "findings: every one unreadable",
      { { "findings", "{\"alone\":1,\"health\":\"sick\",\"dropouts\":11,\"child\":\"working\",\"regular_aid\":{},"
                      "\"house\":[],\"other\":\"ya\"}" } },
      .from = FINDINGS, .to = NOTHING_SEEN, .warning = WARNING_FINDING, .warnings = 7 },
    { "findings: a word among others unreadable", { { "findings", "{\"child\":[\"lost\",\"working\",3]}" } },
      .from = FINDINGS,
      .to = "{\"alone\":null,\"health\":null,\"dropouts\":null,\"child\":[\"working\"],\"regular_aid\":[],"
            "\"house\":null,\"other\":null}",
      .warning = WARNING_FINDING, .warnings = 2 },
    { "findings.dropouts negative", { { "findings", "{\"dropouts\":-1}" } }, .from = FINDINGS, .to = NOTHING_SEEN,
      .warning = WARNING_FINDING },
    { "findings.dropouts with a fraction", { { "findings", "{\"dropouts\":1.0}" } }, .from = FINDINGS,
      .to = NOTHING_SEEN, .warning = WARNING_FINDING },
    { "note is not read", { { "note", "\"NIK 3510161203120001\\nbaris dua\"" } } },
    { "note of another type", { { "note", "[1,{\"a\":1,\"a\":2}]" } } },
    { "note may be left out", { { "note", NULL } } },
    { "partner and donation", { { "nip", NULL }, { "partner", "\"hipmi-uji\"" }, { "donation", "\"D-7\"" } },
      .from = "nip=199001012015051001", .to = "nip=", .from_too = "\"giver\":{\"kind\":null,\"id\":null}",
      .to_too = "\"giver\":{\"kind\":\"partner\",\"id\":\"hipmi-uji/D-7\"}" },

    /* refusals */
    { "visit missing", { { "visit", NULL } }, REJECT_MISSING_FIELD, "/visit" },
    { "visit no UUID", { { "visit", "\"7f0c0000aaaa4bbb8ccc000000000001\"" } },
      REJECT_OUT_OF_RANGE, "/visit", "UUID" },
    { "visit with a letter too far", { { "visit", "\"7g0c0000-aaaa-4bbb-8ccc-000000000001\"" } },
      REJECT_OUT_OF_RANGE, "/visit" },
    { "visit a number", { { "visit", "7" } }, REJECT_WRONG_TYPE, "/visit" },
    { "regency missing", { { "regency", NULL } }, REJECT_MISSING_FIELD, "/regency" },
    { "regency unknown", { { "regency", "\"1196\"" } }, REJECT_UNKNOWN_REGION, "/regency" },
    { "village missing", { { "village", NULL } }, REJECT_MISSING_FIELD, "/village" },
    { "village too short", { { "village", "\"119901200\"" } }, REJECT_BAD_DIGITS, "/village" },
    { "village unknown", { { "village", "\"1199012999\"" } }, REJECT_UNKNOWN_REGION, "/village" },
    { "village of another regency", { { "village", "\"1198012001\"" } }, REJECT_INCONSISTENT, "/village" },
    { "period missing", { { "period", NULL } }, REJECT_MISSING_FIELD, "/period" },
    { "KK missing", { { "nomor_kartu_keluarga", NULL } }, REJECT_MISSING_FIELD, "/nomor_kartu_keluarga" },
    { "KK a number", { { "nomor_kartu_keluarga", "1199010101100001" } },
      REJECT_SPREADSHEET_DAMAGE, "/nomor_kartu_keluarga" },
    { "KK with serial 0000", { { "nomor_kartu_keluarga", "\"1199010101100000\"" } },
      REJECT_PLACEHOLDER_ID, "/nomor_kartu_keluarga" },
    { "nobody came", { { "nip", NULL } }, REJECT_MISSING_FIELD, "/nip" },
    { "nip unreadable", { { "nip", "\"1990\"" } }, REJECT_BAD_DIGITS, "/nip" },
    { "nip and partner", { { "partner", "\"hipmi-uji\"" }, { "donation", "\"D-7\"" } },
      REJECT_INCONSISTENT, "/partner" },
    { "nip and donation", { { "donation", "\"D-7\"" } }, REJECT_INCONSISTENT, "/donation" },
    { "partner without donation", { { "nip", NULL }, { "partner", "\"hipmi-uji\"" } },
      REJECT_MISSING_FIELD, "/donation" },
    { "donation without partner", { { "donation", "\"D-7\"" }, { "nip", NULL } }, REJECT_MISSING_FIELD, "/partner" },
    { "partner with a slash", { { "partner", "\"hipmi/uji\"" }, { "donation", "\"D-7\"" }, { "nip", NULL } },
      REJECT_OUT_OF_RANGE, "/partner" },
    { "visited_on missing", { { "visited_on", NULL } }, REJECT_MISSING_FIELD, "/visited_on" },
    { "visited_on no date", { { "visited_on", "\"2026-01-32\"" } }, REJECT_BAD_DATE, "/visited_on" },
    { "visited_on an instant", { { "visited_on", "\"2026-01-28T00:00:00Z\"" } }, REJECT_BAD_DATE, "/visited_on" },
    { "visited_on after the event", { { "visited_on", "\"2026-01-30\"" } }, REJECT_OUT_OF_RANGE, "/visited_on" },
    { "visited_on tomorrow by local time", { { "visited_on", "\"2026-01-29\"" } }, REJECT_OUT_OF_RANGE, "/visited_on",
      .time = LATE_EVENING },
    { "outcome missing", { { "outcome", NULL } }, REJECT_MISSING_FIELD, "/outcome" },
    { "outcome unknown", { { "outcome", "\"given\"" } }, REJECT_UNKNOWN_VALUE, "/outcome", "delivered" },
    { "delivered, but nothing", { { "packages", "0" } }, REJECT_OUT_OF_RANGE, "/packages" },
    { "packages too many", { { "packages", "11" } }, REJECT_OUT_OF_RANGE, "/packages" },
    { "packages without delivery", { { "packages", "1" }, { "outcome", "\"moved\"" } },
      REJECT_INCONSISTENT, "/packages" },
    { "of two faults the first in the contract's order counts", { { "outcome", NULL }, { "village", NULL } },
      REJECT_MISSING_FIELD, "/village" },
};

int main(void)
{
    return run_raw_cases("raw.visit", &sample, test_context(), cases, ARRAY_LEN(cases));
}
