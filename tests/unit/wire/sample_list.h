/* The golden files and the structs they hold: tests/golden/<codec>.<variant>.json, one value without a line's end. */
#ifndef BERBAGI_TESTS_WIRE_SAMPLE_LIST_H
#define BERBAGI_TESTS_WIRE_SAMPLE_LIST_H

#include "tests/unit/wire/samples.h"

struct wire_sample {
    const char *file;
    const void *value;
};

static const struct wire_sample samples[] = {
    { "household.full", &household_full },
    { "household.farewell", &household_farewell },
    { "asn.full", &asn_full },
    { "asn.part_time", &asn_part_time },
    { "donation.full", &donation_full },
    { "donation.plain", &donation_plain },
    { "period.plan", &period_plan },
    { "period.any", &period_any },
    { "period.close", &period_close },
    { "delivery.asn", &delivery_asn },
    { "delivery.partner", &delivery_partner },
    { "visit.full", &visit_full },
    { "visit.void", &visit_void },
    { "visit.blank", &visit_blank },
    { "referral.open", &referral_open },
    { "referral.withdrawn", &referral_withdrawn },
    { "contact.full", &contact_full },
    { "tally.full", &tally_full },
    { "assignment.planned", &assignment_planned },
    { "assignment.partner", &assignment_partner },
    { "assignment.unserved", &assignment_unserved },
    { "plan.cut", &plan_cut },
    { "plan.close", &plan_close },
    { "plan.repair", &plan_repair },
    { "plan.refused", &plan_refused },
    { "plan.uncertified", &plan_uncertified },
    { "notification.intent", &notification_intent },
    { "notification.failed", &notification_failed },
    { "gateway_status.failed", &gateway_status_failed },
    { "gateway_status.opt_out", &gateway_status_opt_out },
    { "suppression.full", &suppression_full },
};

#endif
