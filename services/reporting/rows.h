/*
 * Pure: one decoded message as a row of its table, a JSON object whose names are the table's columns. Words and codes
 * are written as in the contract; Postgres casts them. Failures show in buf.error only.
 */
#ifndef BERBAGI_REPORTING_ROWS_H
#define BERBAGI_REPORTING_ROWS_H

#include "common/wire/decision.h"
#include "common/wire/notification.h"
#include "common/wire/registry.h"
#include "common/wire/tally.h"
#include "common/wire/visit.h"

void row_household(struct buf *b, const struct household *m);
void row_asn(struct buf *b, const struct asn *m);
void row_donation(struct buf *b, const struct donation *m);
void row_period(struct buf *b, const struct period *m);
void row_delivery(struct buf *b, const struct delivery *m);
void row_visit(struct buf *b, const struct visit *m);
void row_referral(struct buf *b, const struct referral *m);
void row_tally(struct buf *b, const struct tally *m);
/* The n-th line of a tally, n from 0. */
void row_tally_count(struct buf *b, const struct tally *m, int n);
void row_assignment(struct buf *b, const struct assignment *m);
/* demand, coverage, fairness and rule are jsonb columns. */
void row_plan(struct buf *b, const struct plan *m);
void row_notification(struct buf *b, const struct notification *m);

/* The key alone, for a registry tombstone. -EINVAL: this kind has none, and nothing is written. */
must_check int row_ended(struct buf *b, const struct registry_key *key);

#endif
