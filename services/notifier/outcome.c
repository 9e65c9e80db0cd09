#include <errno.h>
#include <stdio.h>

#include "common/core/backoff.h"
#include "common/core/clock.h"
#include "services/notifier/notifier.h"
#include "services/notifier/request.h"

enum { RETRY_BASE_MS = 4000, RETRY_CAP_MS = 360000, AWAY_MS = 1000, AWAY_CAP_MS = 60000, PAUSE_CAP_MS = 900000,
       THROTTLE_MS = 2000, UNANSWERED_MAX = 5 };

/*
 * Nothing more goes out for a while; then one message goes first. The wait has no jitter: there is one of us. What
 * waits for a connection comes back; what was on the wire when the pause began doesn't lengthen it.
 */
static void pause_gateway(struct notifier *n, int64_t now, int64_t base, int64_t cap, const char *why)
{
    dependency_down(n->gateway, why);
    sender_recall(n->sender);
    if (now < n->blocked_until)
        return;
    int64_t wait = base;
    for (uint32_t i = 0; i < n->pauses && wait < cap; i++)
        wait *= 2;
    n->blocked_until = now + (wait < cap ? wait : cap);
    n->probing = true;
    n->pauses++;
}

static void gateway_refuses_us(struct notifier *n, int64_t now, int32_t code)
{
    char why[64];
    snprintf(why, sizeof(why), "the gateway answers code %d", (int)code);
    n->unanswered = 0;
    pause_gateway(n, now, n->pause_ms, PAUSE_CAP_MS, why);
}

/* Each message without an answer is one whose giver may never hear of it. */
static void gateway_is_silent(struct notifier *n, int64_t now)
{
    if (++n->unanswered >= UNANSWERED_MAX)
        pause_gateway(n, now, n->pause_ms, PAUSE_CAP_MS, "no answers");
}

static void gateway_throttles(struct notifier *n, int64_t now, int64_t retry_after_ms)
{
    n->unanswered = 0;
    sender_recall(n->sender);
    if (now < n->blocked_until)
        return; /* said of a request that was under way when we slowed down */
    pacing_slow_down(&n->pacing, 1);
    n->blocked_until = now + (retry_after_ms > THROTTLE_MS ? retry_after_ms : THROTTLE_MS);
}

static void gateway_answers(struct notifier *n)
{
    n->probing = false;
    n->pauses = 0;
    n->unanswered = 0;
    dependency_up(n->gateway);
    if (n->pacing.rate < n->full_rate)
        n->pacing.rate++;
}

/* Everything a verdict does besides the message's own state. */
static void act_on_gateway(struct notifier *n, const struct sender_result *result, int64_t now)
{
    switch (result->answer.verdict) {
    case VERDICT_UNSENT:
        pause_gateway(n, now, AWAY_MS, AWAY_CAP_MS, "no connection");
        break;
    case VERDICT_PAUSE:
        gateway_refuses_us(n, now, result->answer.code);
        break;
    case VERDICT_THROTTLE:
        gateway_throttles(n, now, result->retry_after_ms);
        break;
    case VERDICT_SENT:
    case VERDICT_RETRY:
    case VERDICT_FAILED:
    case VERDICT_NO_NUMBER:
        gateway_answers(n);
        break;
    case VERDICT_UNKNOWN:
        gateway_is_silent(n, now);
        break;
    case VERDICT_RECALLED:
        break;
    }
}

static enum message_state state_of(enum verdict verdict)
{
    return verdict == VERDICT_SENT ? MESSAGE_SENT : verdict == VERDICT_UNKNOWN ? MESSAGE_UNKNOWN : MESSAGE_FAILED;
}

static int suppress_number(struct notifier *n, uint32_t pair, struct output *out)
{
    const struct contact *contact = book_contact_of(n->book, pair);
    return contact == NULL ? 0
                           : notifier_suppress(n, out, contact->phone_token, SUPPRESSION_UNREACHABLE, clock_now_ms());
}

static int64_t retry_delay(enum verdict verdict, int32_t attempt, const char *notification)
{
    if (verdict != VERDICT_RETRY)
        return 0; /* the gateway as a whole waits; this message goes with the others */
    /* The id is a hash: as good as chance, and the same after a restart. */
    uint64_t random;
    memcpy(&random, notification, sizeof(random));
    return RETRY_BASE_MS +
           backoff_ms((uint32_t)attempt, random * UINT64_C(0x9E3779B97F4A7C15), RETRY_BASE_MS, RETRY_CAP_MS);
}

static int settle(struct notifier *n, const struct sender_result *result, struct output *out)
{
    const struct answer *answer = &result->answer;
    int64_t now = clock_mono_ms();
    uint32_t pair;
    act_on_gateway(n, result, now);
    if (!book_find(n->book, result->notification, &pair))
        return 0;
    char reason[MESSAGE_REASON_SIZE] = "";
    if (answer->code > 0)
        answer_reason(answer->code, reason);
    else if (answer->verdict != VERDICT_SENT)
        snprintf(reason, sizeof(reason), "no_answer");
    if (book_advance(n->book, pair, result->attempt, state_of(answer->verdict), reason))
        notifier_publish(n, out, pair, answer->gateway_id, clock_now_ms());
    if (answer->verdict == VERDICT_NO_NUMBER)
        return suppress_number(n, pair, out);
    bool again = state_of(answer->verdict) == MESSAGE_FAILED && book_reason_retries(reason);
    return again ? book_later(n->book, pair, now + retry_delay(answer->verdict, result->attempt, result->notification))
                 : 0;
}

void notifier_settle(struct notifier *n, struct output *out)
{
    struct sender_result *result;
    while ((result = sender_next_result(n->sender)) != NULL) {
        result->settling = true;
        if (settle(n, result, out) < 0)
            return; /* without memory: a restore follows and finds the intent */
    }
}

static int opt_out(struct notifier *n, const struct gateway_status *status, struct output *out)
{
    return status->phone_token[0] == '\0'
               ? 0
               : notifier_suppress(n, out, status->phone_token, SUPPRESSION_OPT_OUT, status->at);
}

int notifier_status(struct notifier *n, const struct gateway_status *status, struct output *out)
{
    static const struct {
        const char *word;
        enum message_state state;
    } states[] = { { "sent", MESSAGE_SENT }, { "failed", MESSAGE_FAILED }, { "delivered", MESSAGE_DELIVERED },
                   { "read", MESSAGE_READ } };
    if (strcmp(status->status, "opt_out") == 0)
        return opt_out(n, status, out);
    enum message_state state = MESSAGE_STATE_NONE;
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        state = strcmp(status->status, states[i].word) == 0 ? states[i].state : state;
    char notification[NOTIFICATION_SIZE], reason[MESSAGE_REASON_SIZE] = "";
    int32_t regency, attempt;
    uint32_t pair;
    if (state == MESSAGE_STATE_NONE || opaque_read(status->opaque, &regency, notification, &attempt) < 0 ||
        !book_find(n->book, notification, &pair))
        return 0;
    if (status->code > 0)
        answer_reason(status->code, reason);
    /* A refusal that the gateway itself belies stays one, but its record gets the id: a restart must know. */
    bool belied = book_taken(n->book, pair);
    bool advanced = book_advance(n->book, pair, attempt, state, reason);
    if (advanced || belied)
        notifier_publish(n, out, pair, status->gateway_id, status->at);
    if (!advanced)
        return 0;
    bool bad_number = state == MESSAGE_FAILED && answer_of_code(status->code, false, 0) == VERDICT_NO_NUMBER;
    return bad_number ? suppress_number(n, pair, out) : 0;
}

void notifier_mark_unknown(struct notifier *n, struct output *out)
{
    uint32_t at = 0, pair;
    while (book_next_in_state(n->book, MESSAGE_INTENT, &at, &pair)) {
        struct notification m;
        book_message(n->book, pair, &m);
        if (!sender_knows(n->sender, m.notification, m.attempt) &&
            book_advance(n->book, pair, m.attempt, MESSAGE_UNKNOWN, "no_answer"))
            notifier_publish(n, out, pair, "", clock_now_ms());
    }
}
