/*
 * Pure: the key that a message has in its topic (contract, sections 2 to 4). A table's primary key is made of the
 * value's fields, so a record under another key would give two rows of one name in a transaction, which Postgres
 * refuses.
 */
#ifndef BERBAGI_REPORTING_KEYS_H
#define BERBAGI_REPORTING_KEYS_H

#include "common/wire/decision.h"
#include "common/wire/notification.h"
#include "common/wire/registry.h"
#include "common/wire/tally.h"
#include "common/wire/visit.h"

enum { KEY_MAX = 512 };

void key_household(struct buf *b, const struct household *m);
void key_asn(struct buf *b, const struct asn *m);
void key_donation(struct buf *b, const struct donation *m);
void key_period(struct buf *b, const struct period *m);
void key_delivery(struct buf *b, const struct delivery *m);
void key_assignment(struct buf *b, const struct assignment *m);
void key_plan(struct buf *b, const struct plan *m);
void key_visit(struct buf *b, const struct visit *m);
void key_referral(struct buf *b, const struct referral *m);
void key_tally(struct buf *b, const struct tally *m);
void key_notification(struct buf *b, const struct notification *m);

#endif
