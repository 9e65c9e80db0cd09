/*
 * Pure: what the notifier knows, as a function of the latest value per key of `decision`, `contact`, `suppression` and
 * `notification`. A *pair* is a giver in a period: the unit that gets a message of kind `assigned`, once.
 *
 * Pairs that want a decision wait in a queue by monotonic time. Folding a record may put pairs there: a plan event the
 * givers with new rows, a contact those who were passed over for want of one.
 */
#ifndef BERBAGI_NOTIFIER_BOOK_H
#define BERBAGI_NOTIFIER_BOOK_H

#include "common/wire/decision.h"
#include "common/wire/notification.h"
#include "common/wire/visit.h"
#include "services/notifier/policy.h"

struct book;

/* NULL without memory. The seeds keep strangers from choosing keys that collide. */
must_check struct book *book_new(uint64_t seed0, uint64_t seed1);
void book_free(struct book **book); /* accepts NULL inside; for cleanup(book_free) */
/* Forgets everything: before a restore. */
void book_clear(struct book *book);

/* Folds of records; `now` is monotonic ms, when pairs they wake become due. 0 or -ENOMEM. */
must_check int book_contact(struct book *book, const struct contact *m, int64_t now);
must_check int book_contact_gone(struct book *book, int32_t regency, struct str giver_id);
must_check int book_suppression(struct book *book, const struct suppression *m);
void book_suppression_lifted(struct book *book, struct str phone_token);
must_check int book_row(struct book *book, const struct assignment *m);
must_check int book_plan(struct book *book, const struct plan *m, int64_t now);
must_check int book_notification(struct book *book, const struct notification *m, int64_t now);

/* The next pair that is due at `now`; it leaves the queue. False if none is. */
bool book_due(struct book *book, int64_t now, uint32_t *pair);
/* Puts a pair back, due at `at`. 0 or -ENOMEM. */
must_check int book_later(struct book *book, uint32_t pair, int64_t at);
/* Pairs waiting. */
size_t book_waiting(const struct book *book);

/* What policy.h wants to know; `awaited_ms`: how long a contact may be on its way. `now` monotonic. */
void book_prospect(const struct book *book, uint32_t pair, int64_t awaited_ms, int64_t now, struct prospect *out);

/* The message as it stands: everything but gateway_id and at. */
void book_message(const struct book *book, uint32_t pair, struct notification *out);
/* Distribution and report dates of the pair's period. */
void book_dates(const struct book *book, uint32_t pair, int32_t *from, int32_t *until, int32_t *report_by);
/* The giver's contact; NULL if there is none. */
const struct contact *book_contact_of(const struct book *book, uint32_t pair);

/* The pair of a notification id; false if there is none. */
bool book_find(const struct book *book, const char *notification, uint32_t *pair);

/*
 * Takes a new state of a message if it displaces the one known: of a later attempt, or of the same and higher in
 * enum message_state. True if it did.
 */
bool book_advance(struct book *book, uint32_t pair, int32_t attempt, enum message_state state, const char *reason);

/* The gateway spoke of this message in a callback: it had taken it, and it is never tried again. True if that is news
 * of a message that we call failed. */
bool book_taken(struct book *book, uint32_t pair);

/* for (uint32_t at = 0; book_next_in_state(book, MESSAGE_INTENT, &at, &pair);) … */
bool book_next_in_state(const struct book *book, enum message_state state, uint32_t *at, uint32_t *pair);

/* True if a message that failed for this reason is tried again: nothing had left us, or the gateway's code says so. */
bool book_reason_retries(const char *reason);
/* True if the refusal was of this message: such attempts are bounded. Others are the gateway's or our account's
 * fault. */
bool book_reason_counts(const char *reason);

#endif
