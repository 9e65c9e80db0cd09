/*
 * The topics `visit`, `referral`, `contact` and `tally`, written by ingest (contract, section 2, "Other topics").
 * Encoders and decoders as in registry.h.
 */
#ifndef BERBAGI_WIRE_VISIT_H
#define BERBAGI_WIRE_VISIT_H

#include "common/core/buf.h"
#include "common/wire/reject.h"
#include "common/wire/types.h"

/* What was seen at the door. Sensitive. A null findings object is `present` = false. */
struct findings {
    bool present;
    enum tristate alone;
    enum health health;
    int32_t dropouts;      /* 0-10, -1 = null */
    uint8_t child;         /* set of enum child_finding */
    uint8_t regular_aid;   /* set of enum regular_aid */
    enum house house;
    enum tristate other;
};

/* Key <regency>/<visit>. */
struct visit {
    char visit[VISIT_SIZE];
    char period[REF_SIZE];
    int32_t regency;
    int64_t village;
    char household[TOKEN_SIZE];
    struct giver giver;
    int32_t visited_on;    /* date */
    int64_t reported_at;   /* instant */
    enum outcome_at_door outcome;
    int32_t packages;
    struct findings findings;
};

/* Key <regency>/<visit>/<kind>. */
struct referral {
    enum referral_kind kind; /* `referral` on the wire is <visit>/<kind> */
    char household[TOKEN_SIZE];
    char ref[REF_SIZE];
    int32_t regency;
    int64_t village;
    char visit[VISIT_SIZE];
    int32_t opened_on, due_on; /* dates */
    enum referral_state state;
};

/* Key <regency>/<giver id>. A tombstone = no readable phone or the giver left. */
struct contact {
    struct giver giver;
    int32_t regency;
    char phone[PHONE_CIPHER_SIZE];
    char phone_token[TOKEN_SIZE];
    bool consent;
};

void visit_encode(struct buf *b, const struct visit *m);
void referral_encode(struct buf *b, const struct referral *m);
void contact_encode(struct buf *b, const struct contact *m);
must_check int visit_decode(struct str value, struct visit *out, struct reject *error);
must_check int referral_decode(struct str value, struct referral *out, struct reject *error);
must_check int contact_decode(struct str value, struct contact *out, struct reject *error);

#endif
