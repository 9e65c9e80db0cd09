/*
 * Shell: committed intents on their way to the gateway. A message that is handed over here may be on the wire; what
 * became of it comes back as a result, which stays here until its outcome has been committed.
 */
#ifndef BERBAGI_NOTIFIER_SENDER_H
#define BERBAGI_NOTIFIER_SENDER_H

#include "common/core/conf.h"
#include "services/notifier/answer.h"

struct sender;

struct sender_result {
    char notification[NOTIFICATION_SIZE];
    int32_t attempt;
    struct answer answer;
    int64_t retry_after_ms; /* the gateway's wish, 0 = none */
    bool settling; /* its outcome is in the open transaction */
};

/* From the settings GATEWAY_*; -EINVAL, -ENOMEM. `capacity`: messages handed over and not yet settled, at most. */
must_check int sender_open(const struct conf *conf, size_t capacity, struct sender **out);
/* Ends what is under way. Accepts NULL and nulls the pointer. */
void sender_close(struct sender **sender);

/* How many more messages it takes now. */
size_t sender_room(const struct sender *s);
/* Messages handed over without a result yet. */
size_t sender_under_way(const struct sender *s);
/* True if this attempt was handed over and its result is not settled. */
bool sender_knows(const struct sender *s, const char *notification, int32_t attempt);

/* Takes a message whose intent is committed; `body` is copied. -EAGAIN: no room; -ENOMEM. */
must_check int sender_take(struct sender *s, const char *notification, int32_t attempt, struct str body);
/* The same for an intent whose request can't be made any more: its result is VERDICT_RECALLED. */
must_check int sender_refuse(struct sender *s, const char *notification, int32_t attempt);
/* Takes back what waits for a connection: its results are VERDICT_RECALLED. What is on the wire goes on. */
void sender_recall(struct sender *s);
/* Moves requests on without waiting. 0 or a negative errno: the client library is broken. */
must_check int sender_turn(struct sender *s);

/* Results that are not in the open transaction yet, one after the other: NULL = no more. The caller sets settling. */
struct sender_result *sender_next_result(struct sender *s);
/* The open transaction stands: its results are forgotten. Or it is gone: they come again. */
void sender_settled(struct sender *s);
void sender_unsettled(struct sender *s);

#endif
