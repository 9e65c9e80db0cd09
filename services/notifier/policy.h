/*
 * Pure: may this message go now? Contract, section 4: nothing between 20:00 and 07:00 local; computed from the rows of
 * the moment; consent and suppressions honoured; later than its day it expires.
 */
#ifndef BERBAGI_NOTIFIER_POLICY_H
#define BERBAGI_NOTIFIER_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/wire/notification.h"

enum decision { DECIDE_SEND, DECIDE_WAIT, DECIDE_SUPPRESS, DECIDE_EXPIRE };

/* What is known of one message at the moment of the decision. */
struct prospect {
    int32_t regency;
    int32_t families;                  /* rows still planned */
    int32_t last_day;                  /* local date after which the message is pointless */
    bool has_contact, consent;
    bool contact_awaited;              /* the row is young: its contact may still be on the way */
    enum suppression_reason suppressed;
};

struct policy_answer {
    enum decision decision;
    const char *reason;                /* a word of the contract; NULL with SEND and WAIT */
    int64_t wait_ms;                   /* with WAIT, on the service clock: ask again then */
};

/* now: the service clock's instant. */
struct policy_answer policy_decide(const struct prospect *prospect, int64_t now);

/* How long until the local morning if it is quiet now; 0 if it is not. */
int64_t policy_quiet_ms(int32_t regency, int64_t now);

#endif
