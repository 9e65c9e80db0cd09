#include <errno.h>
#include <stdio.h>

#include "common/core/clock.h"
#include "common/domain/cipher.h"
#include "services/notifier/notifier.h"
#include "services/notifier/request.h"

/* How many messages may be decided now: the rate, the room, and the gateway's own wish. */
static int64_t allowance(struct notifier *n, const struct output *out, int64_t now)
{
    size_t used = n->intent_count + sender_under_way(n->sender);
    if (now < n->blocked_until || output_draining(out))
        return 0;
    if (n->probing)
        return used == 0 ? 1 : 0;
    size_t room = sender_room(n->sender);
    size_t left = n->intent_capacity - n->intent_count;
    return (int64_t)(room > n->intent_count ? (left < room - n->intent_count ? left : room - n->intent_count) : 0);
}

/* The number, which only a process with the cipher keys can read. -EBADMSG: it was sealed for another key or giver. */
static int open_phone(const struct notifier *n, uint32_t pair, const struct notification *m,
                      char phone[CIPHER_PHONE_SIZE])
{
    const struct contact *contact = book_contact_of(n->book, pair);
    if (contact == NULL)
        return -EBADMSG;
    return cipher_open(&n->phone_ciphers, str_from(contact->phone), wire_word(&wire_giver_kinds, (int)m->giver.kind),
                       m->giver.id, phone) < 0 ? -EBADMSG : 0;
}

static int decide(struct notifier *n, uint32_t pair, int64_t now, struct output *out, bool *sent)
{
    struct prospect prospect;
    struct notification message;
    book_prospect(n->book, pair, n->contact_grace_ms, now, &prospect);
    book_message(n->book, pair, &message);
    struct policy_answer answer = policy_decide(&prospect, clock_read(&n->clock));
    char phone[CIPHER_PHONE_SIZE];
    if (answer.decision == DECIDE_SEND && open_phone(n, pair, &message, phone) < 0)
        answer = (struct policy_answer){ .decision = DECIDE_SUPPRESS, .reason = "no_contact" };
    explicit_bzero(phone, sizeof(phone));
    int64_t at = clock_now_ms();
    /* After a refusal the next attempt is decided, whatever comes of it: a state displaces only a lower one. */
    bool again = message.state == MESSAGE_FAILED;
    int32_t attempt = message.attempt == 0 ? 1 : message.attempt + (again ? 1 : 0);
    switch (answer.decision) {
    case DECIDE_WAIT:
        /* The service clock may stand still or be set: look again within a minute. */
        return book_later(n->book, pair, now + (answer.wait_ms < 60000 ? answer.wait_ms : 60000));
    case DECIDE_SUPPRESS:
        if (book_advance(n->book, pair, attempt, MESSAGE_SUPPRESSED, answer.reason))
            notifier_publish(n, out, pair, "", at);
        return 0;
    case DECIDE_EXPIRE:
        if (book_advance(n->book, pair, attempt, MESSAGE_EXPIRED, answer.reason))
            notifier_publish(n, out, pair, "", at);
        return 0;
    case DECIDE_SEND:
        break;
    }
    if ((again && attempt > n->max_attempts && book_reason_counts(message.reason)) ||
        !book_advance(n->book, pair, attempt, MESSAGE_INTENT, ""))
        return 0;
    notifier_publish(n, out, pair, "", at);
    n->intents[n->intent_count++] = (struct intent){ pair, attempt };
    *sent = true;
    return 0;
}

int notifier_decide_due(struct notifier *n, struct output *out)
{
    int64_t now = clock_mono_ms();
    int64_t tokens = pacing_take(&n->pacing, allowance(n, out, now), now);
    uint32_t pair;
    int error = 0;
    while (error == 0 && tokens > 0 && book_due(n->book, now, &pair)) {
        bool sent = false;
        error = decide(n, pair, now, out, &sent);
        tokens -= sent ? 1 : 0;
    }
    pacing_return(&n->pacing, tokens);
    return error;
}

/* One committed intent as a request. Its contact may have gone meanwhile: then it is decided anew. */
static int dispatch(struct notifier *n, const struct intent *intent)
{
    struct notification m;
    char phone[CIPHER_PHONE_SIZE], opaque[OPAQUE_SIZE];
    book_message(n->book, intent->pair, &m);
    if (open_phone(n, intent->pair, &m, phone) < 0)
        return sender_refuse(n->sender, m.notification, intent->attempt);
    opaque_write(m.regency, m.notification, intent->attempt, opaque);
    struct message message = { .kind = m.kind, .to = phone, .opaque = opaque, .template_name = n->template_assigned,
                               .period = m.period, .families = m.families };
    book_dates(n->book, intent->pair, &message.from, &message.until, &message.report_by);
    buf_reset(&n->scratch);
    request_write(&n->scratch, &message);
    explicit_bzero(phone, sizeof(phone));
    int error = n->scratch.error != 0 ? n->scratch.error
                                      : sender_take(n->sender, m.notification, intent->attempt, buf_str(&n->scratch));
    explicit_bzero(n->scratch.data, n->scratch.len);
    return error;
}

int notifier_dispatch(struct notifier *n)
{
    int worst = 0;
    for (size_t i = 0; i < n->intent_count; i++) {
        int error = dispatch(n, &n->intents[i]);
        worst = error < 0 ? error : worst;
    }
    n->intent_count = 0;
    int error = sender_turn(n->sender);
    return worst < 0 ? worst : error;
}
