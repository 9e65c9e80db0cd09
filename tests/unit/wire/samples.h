/*
 * One filled struct per message and variant, and the name of the golden file that holds its bytes. Every field has a
 * value of its own, so that two fields exchanged by mistake show. All numbers and names are invented.
 */
#ifndef BERBAGI_TESTS_WIRE_SAMPLES_H
#define BERBAGI_TESTS_WIRE_SAMPLES_H

#include "common/core/civil.h"
#include "common/wire/decision.h"
#include "common/wire/notification.h"
#include "common/wire/registry.h"
#include "common/wire/tally.h"
#include "common/wire/visit.h"

#define TOKEN_A "k1.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define TOKEN_B "k2.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define TOKEN_C "k1.cccccccccccccccccccccccccccccccc"
#define VISIT_ID "7f0c2a51-0f7e-4b7a-9d51-2f1f0c9a3b10"
#define DIGEST_HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

enum { DAY_2026_01_05 = 20458, DAY_2026_01_25 = 20478, DAY_2026_01_28 = 20481, DAY_2026_01_31 = 20484 };
enum { EDITION_2026_01 = 2026 * 12, EDITION_2025_12 = 2025 * 12 + 11 };
#define INSTANT_A INT64_C(1769587384123) /* 2026-01-28T08:03:04.123Z */

static const struct household household_full = {
    .household = TOKEN_A, .ref = "SK-000123", .regency = 3510, .village = 3510161002,
    .decile_national = 1, .decile_province = 2, .decile_regency = 3,
    .dtsen = EDITION_2026_01, .members = 4, .band = 0, .status = HOUSEHOLD_ACTIVE, .was = TOKEN_B,
};
static const struct household household_farewell = {
    .household = TOKEN_A, .ref = "SK-000123", .regency = 3511, .village = 0,
    .decile_national = 10, .dtsen = EDITION_2025_12, .members = -1, .band = 2, .status = HOUSEHOLD_LEFT,
};

static const struct asn asn_full = {
    .asn = TOKEN_B, .ref = "ASN/0007", .regency = 3510, .employment = EMPLOYMENT_PNS, .grade = "III/c",
    .position = POSITION_IV_A, .unit = "OPD-12", .home_village = 3510161002, .work_village = 3511011001,
    .household = TOKEN_A, .status = ASN_ACTIVE, .version = 42, .was = TOKEN_C,
};
static const struct asn asn_part_time = {
    .asn = TOKEN_B, .ref = "ASN/0007", .regency = 3510, .employment = EMPLOYMENT_PPPK_PART_TIME,
    .position = POSITION_STAFF, .unit = "OPD-12", .status = ASN_LEAVE, .version = 9007199254740991,
};

static const struct donation donation_full = {
    .donation = "2026-01-A", .partner = "bank-contoh", .partner_name = "PT \"Bank Contoh\" & Rekan Jaya \\ Ž",
    .partner_kind = PARTNER_BUMD, .regency = 3510, .period = "2026-01", .packages = 1000000,
    .earmark = { .village_count = 2, .district_count = 1, .decile_count = 2,
                 .villages = { 3510161002, 3510161003 }, .districts = { 351016 }, .deciles = { 2, 1 } },
    .base_village = 3510161003, .state = DONATION_RECEIVED, .version = 7,
};
static const struct donation donation_plain = {
    .donation = "d1", .partner = "p1", .partner_name = "Koperasi Uji", .partner_kind = PARTNER_OTHER, .regency = 3510,
    .period = "2026-w05", .packages = 0, .state = DONATION_WITHDRAWN, .version = 0,
};

#define LADDER_SAMPLE                                                                                                 \
    {                                                                                                                 \
        { .employments = 1 << EMPLOYMENT_PNS | 1 << EMPLOYMENT_PPPK,                                                  \
          .positions = 1 << POSITION_II_A | 1 << POSITION_STAFF, .grade_count = 2, .grades = { "IV/e", "XVII" },      \
          .packages = 10 },                                                                                           \
        { .packages = 1 },                                                                                            \
    }

static const struct period period_plan = {
    .period = "2026-01", .regency = 3510, .programme = PROGRAMME_MONTHLY_PACKAGE, .item = "sembako",
    .decile_count = 2, .deciles = { 1, 2 }, .decile_basis = BASIS_PROVINCE, .ladder_count = 2, .ladder = LADDER_SAMPLE,
    .distribution_from = DAY_2026_01_05, .distribution_to = DAY_2026_01_25, .report_by = DAY_2026_01_31,
    .lambda_m = 5000, .seed = "undian-2026-01", .edition = EDITION_2026_01, .roster = 3, .state = PERIOD_PLAN,
    .expect = { .present = true, .households = 40000, .givers = 10500, .donations = 12 },
};
static const struct period period_any = {
    .period = "2026/w05", .regency = 3510, .programme = PROGRAMME_WEEKLY_DISH, .item = "eggs",
    .decile_count = 1, .deciles = { 10 }, .decile_basis = BASIS_NATIONAL, .ladder_count = 1,
    .ladder = { { .packages = 1000 } },
    .distribution_from = DAY_2026_01_05, .distribution_to = DAY_2026_01_05, .report_by = DAY_2026_01_05,
    .lambda_m = -1, .seed = "s", .edition = 0, .roster = -1, .state = PERIOD_PLAN,
    .expect = { .present = true, .any = true, .households = -1, .givers = -1, .donations = -1 },
};
static const struct period period_close = {
    .period = "2026-01", .regency = 3510, .programme = PROGRAMME_MONTHLY_PACKAGE, .item = "sembako",
    .decile_count = 1, .deciles = { 1 }, .decile_basis = BASIS_REGENCY, .ladder_count = 1,
    .ladder = { { .packages = 2 } },
    .distribution_from = DAY_2026_01_05, .distribution_to = DAY_2026_01_25, .report_by = DAY_2026_01_31,
    .lambda_m = 0, .seed = "s", .edition = 0, .roster = 0, .state = PERIOD_CLOSE,
    .expect = { .households = -1, .givers = -1, .donations = -1 },
};

static const struct delivery delivery_asn = {
    .visit = VISIT_ID, .regency = 3510, .period = "2026-01", .household = TOKEN_A,
    .giver = { GIVER_ASN, TOKEN_B }, .outcome = OUTCOME_DELIVERED, .packages = 2, .on = DAY_2026_01_28,
};
static const struct delivery delivery_partner = {
    .visit = VISIT_ID, .regency = 3510, .period = "2026-01", .household = TOKEN_A,
    .giver = { GIVER_PARTNER, "bank-contoh/2026-01-A" }, .outcome = OUTCOME_NOT_HOME, .packages = 0,
    .on = DAY_2026_01_28,
};

static const struct visit visit_full = {
    .visit = VISIT_ID, .period = "2026-01", .regency = 3510, .village = 3510161002, .household = TOKEN_A,
    .giver = { GIVER_ASN, TOKEN_B }, .visited_on = DAY_2026_01_28, .reported_at = INSTANT_A,
    .outcome = OUTCOME_DELIVERED, .packages = 1,
    .findings = { .present = true, .alone = TRISTATE_TRUE, .health = HEALTH_ILL, .dropouts = 3,
                  .child = CHILD_WITHOUT_PARENTS | CHILD_WORKING, .regular_aid = AID_BPNT | AID_OTHER,
                  .house = HOUSE_UNFIT, .other = TRISTATE_FALSE },
};
static const struct visit visit_void = {
    .visit = VISIT_ID, .period = "2026-01", .regency = 3510, .village = 3510161002, .household = TOKEN_A,
    .giver = { GIVER_PARTNER, "p1/d1" }, .visited_on = DAY_2026_01_28, .reported_at = INSTANT_A,
    .outcome = OUTCOME_VOID, .packages = 0, .findings = { .dropouts = -1 },
};
static const struct visit visit_blank = {
    .visit = VISIT_ID, .period = "2026-01", .regency = 3510, .village = 3510161002, .household = TOKEN_A,
    .giver = { GIVER_ASN, TOKEN_B }, .visited_on = DAY_2026_01_28, .reported_at = INSTANT_A,
    .outcome = OUTCOME_REFUSED, .packages = 0, .findings = { .present = true, .dropouts = -1 },
};

static const struct referral referral_open = {
    .kind = REFERRAL_BEDAH_RUMAH, .household = TOKEN_A, .ref = "SK-000123", .regency = 3510, .village = 3510161002,
    .visit = VISIT_ID, .opened_on = DAY_2026_01_05, .due_on = DAY_2026_01_25, .state = REFERRAL_OPEN,
};
static const struct referral referral_withdrawn = {
    .kind = REFERRAL_SEE_NOTE, .household = TOKEN_A, .regency = 3510, .village = 3510161002,
    .visit = VISIT_ID, .opened_on = DAY_2026_01_28, .due_on = DAY_2026_01_31, .state = REFERRAL_WITHDRAWN,
};

static const struct contact contact_full = {
    .giver = { GIVER_ASN, TOKEN_B }, .regency = 3510,
    .phone = "k1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-", .phone_token = TOKEN_C,
    .consent = true,
};

static const struct tally tally_full = {
    .topic = "berbagi.raw.household", .partition = 3, .from = 100, .next = 112, .count = 2,
    .counts = { { .source = "//smartkampung/dtsen", .type = "id.berbagi.raw.household.v1", .accepted = 5,
                  .duplicate = 2, .stale = 1,
                  .rejected = { [REJECT_NOT_JSON] = 1, [REJECT_BAD_DIGITS] = 1, [REJECT_WRONG_TYPE] = 1 },
                  .warnings = { [WARNING_PHONE] = 4, [WARNING_BIRTH_DATE] = 6 } },
                { .rejected = { [REJECT_BAD_CLOUDEVENT] = 1 } } },
};

static const struct assignment assignment_planned = {
    .period = "2026-01", .regency = 3510, .revision = 7, .household = TOKEN_A, .household_ref = "SK-000123",
    .village = 3510161002, .giver = { GIVER_ASN, TOKEN_B }, .giver_ref = "ASN/0007", .state = ROW_PLANNED,
    .reason = REASON_KEPT, .class = { .decile = 1, .band = 2, .waiting = 3 }, .distance_m = 1234,
};
static const struct assignment assignment_partner = {
    .period = "2026-01", .regency = 3510, .revision = 7, .household = TOKEN_A, .household_ref = "SK-000123",
    .village = 3510161002, .giver = { GIVER_PARTNER, "p1/d1" }, .giver_ref = "partner", .state = ROW_DELIVERED,
    .reason = REASON_EARMARK, .class = { .decile = 2, .band = 0, .waiting = 0 }, .distance_m = 0,
};
static const struct assignment assignment_unserved = {
    .period = "2026-01", .regency = 3510, .revision = 1, .household = TOKEN_A, .household_ref = "SK-000123",
    .village = 3510161002, .state = ROW_UNSERVED, .reason = REASON_SUPPLY_EXHAUSTED,
    .class = { .decile = 2, .band = 1, .waiting = 1 }, .distance_m = -1,
};

#define PLAN_HEAD                                                                                                     \
    .regency = 3510, .period = "2026-01", .position = { 15, 4711 }, .distribution_from = DAY_2026_01_05,              \
    .distribution_to = DAY_2026_01_25, .report_by = DAY_2026_01_31
#define PLAN_FIGURES                                                                                                  \
    .has_figures = true, .supply = { 101, 102, 103, 104, 105 }, .surplus = { 106, 107, 108 }, .over = 109,            \
    .unserved = 110, .unmatched = 111, .digest = DIGEST_HEX
#define PLAN_CUT_FIGURES                                                                                              \
    .has_cut_figures = true, .demand_count = 2, .demand = { { 1, 201, 202 }, { 2, 203, 204 } },                       \
    .demand_unknown = 205, .demand_stale = 206, .coverage_count = 2,                                                  \
    .coverage = { { { 1, 0, 3 }, 207, 208 }, { { 2, 2, 0 }, 209, 210 } }, .idle_givers = 211, .kept = 212,            \
    .keepable = 213, .distance_m = 5000000000, .fairness_count = 2,                                                   \
    .fairness = { { 1, 214, 215, 216 }, { 2, -1, -1, -1 } }, .feasible = true, .unique = true

static const struct plan plan_cut = {
    PLAN_HEAD, PLAN_FIGURES, PLAN_CUT_FIGURES,
    .revision = 1, .trigger = TRIGGER_CUT, .changed = 300, .distance_p50_m = 217, .distance_p95_m = 218,
    .optimal = true, .has_rule = true,
    .rule = { .programme = PROGRAMME_MONTHLY_PACKAGE, .item = "sembako", .decile_count = 2, .deciles = { 1, 2 },
              .decile_basis = BASIS_NATIONAL, .ladder_count = 2, .ladder = LADDER_SAMPLE, .lambda_m = 5000,
              .seed = "undian-2026-01", .edition = EDITION_2026_01, .roster = 3, .version = 1,
              .places = "0123456789abcdef" },
};
static const struct plan plan_close = {
    PLAN_HEAD, PLAN_FIGURES, PLAN_CUT_FIGURES,
    .revision = 9, .trigger = TRIGGER_CLOSE, .distance_p50_m = -1, .distance_p95_m = -1, .rule = { .roster = -1 },
};
static const struct plan plan_repair = {
    PLAN_HEAD, PLAN_FIGURES, .revision = 2, .trigger = TRIGGER_REPAIR, .changed = 3, .distance_p50_m = -1,
    .distance_p95_m = -1, .rule = { .roster = -1 },
};
static const struct plan plan_refused = {
    PLAN_HEAD, .revision = 1, .trigger = TRIGGER_REFUSED, .distance_p50_m = -1, .distance_p95_m = -1,
    .rule = { .roster = -1 }, .has_expect = true, .expected_households = 401, .expected_givers = 402,
    .expected_donations = 403, .known_households = 404, .known_givers = 405, .known_donations = 406,
};
static const struct plan plan_uncertified = {
    PLAN_HEAD, .revision = 2, .trigger = TRIGGER_REFUSED, .digest = DIGEST_HEX, .distance_p50_m = -1,
    .distance_p95_m = -1, .rule = { .roster = -1 }, .has_refused_certificate = true, .feasible = true,
};

static const struct notification notification_intent = {
    .notification = "0123456789abcdef0123456789abcdef", .regency = 3510, .period = "2026-01",
    .giver = { GIVER_ASN, TOKEN_B }, .kind = MESSAGE_ASSIGNED, .round = "0", .attempt = 1, .families = 4,
    .state = MESSAGE_INTENT, .at = INSTANT_A,
};
static const struct notification notification_failed = {
    .notification = "0123456789abcdef0123456789abcdef", .regency = 3510, .period = "2026-01",
    .giver = { GIVER_PARTNER, "p1/d1" }, .kind = MESSAGE_CHANGED, .round = "2026-01-28", .attempt = 2, .families = 0,
    .state = MESSAGE_FAILED, .reason = "gateway_131026", .gateway_id = "wamid.HBgMNjI=", .at = INSTANT_A,
};

static const struct gateway_status gateway_status_failed = {
    .gateway_id = "wamid.HBgMNjI=", .opaque = "3510/0123456789abcdef0123456789abcdef/1", .status = "failed",
    .code = 131026, .at = INSTANT_A,
};
static const struct gateway_status gateway_status_opt_out = {
    .gateway_id = "wamid.HBgMNjM=", .status = "opt_out", .at = INSTANT_A, .phone_token = TOKEN_C,
};

static const struct suppression suppression_full = {
    .phone_token = TOKEN_C, .reason = SUPPRESSION_WRONG_NUMBER, .since = INSTANT_A,
};

#endif
