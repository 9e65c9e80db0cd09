/* Findings at the door to Banyuwangi's own programmes, with days to act (contract, section 2, "referral"). */
#ifndef BERBAGI_INGEST_REFERRALS_H
#define BERBAGI_INGEST_REFERRALS_H

#include "common/wire/visit.h"

/* The kinds that a visit opens: bit n - 1 = enum referral_kind n. */
uint8_t referrals_of(enum outcome_at_door outcome, const struct findings *findings);
/* Days from the visit until somebody must have acted. */
int32_t referral_days(enum referral_kind kind);

#endif
