/*
 * The topics `notification`, `suppression` and `raw.gateway` (contract, section 4). Encoders and decoders as in
 * registry.h.
 */
#ifndef BERBAGI_WIRE_NOTIFICATION_H
#define BERBAGI_WIRE_NOTIFICATION_H

#include "common/core/buf.h"
#include "common/wire/reject.h"
#include "common/wire/types.h"

/* Reasons are words, or gateway_<code>. */
enum { MESSAGE_REASON_SIZE = 48, ROUND_SIZE = 16, OPAQUE_SIZE = 64 };

/* Key <regency>/<notification>. One digest message to one giver. */
struct notification {
    char notification[NOTIFICATION_SIZE];
    int32_t regency;
    char period[REF_SIZE];
    struct giver giver;
    enum message_kind kind;
    char round[ROUND_SIZE];          /* "0"; for `changed` the local date */
    int32_t attempt;                 /* from 1 */
    int32_t families;
    enum message_state state;
    char reason[MESSAGE_REASON_SIZE];
    char gateway_id[GATEWAY_ID_SIZE];
    int64_t at;
};

/* Key: the gateway's id. One status of one message, as the webhook endpoint appended it. */
struct gateway_status {
    char gateway_id[GATEWAY_ID_SIZE];
    char opaque[OPAQUE_SIZE];        /* <regency>/<notification>/<attempt> */
    char status[16];                 /* sent delivered read failed opt_out */
    int32_t code;                    /* the gateway's error code, 0 = null */
    int64_t at;
    char phone_token[TOKEN_SIZE];    /* for opt_out */
};

/* Key: the phone token. A tombstone lifts it. */
struct suppression {
    char phone_token[TOKEN_SIZE];
    enum suppression_reason reason;
    int64_t since;
};

void notification_encode(struct buf *b, const struct notification *m);
void gateway_status_encode(struct buf *b, const struct gateway_status *m);
void suppression_encode(struct buf *b, const struct suppression *m);
must_check int notification_decode(struct str value, struct notification *out, struct reject *error);
must_check int gateway_status_decode(struct str value, struct gateway_status *out, struct reject *error);
must_check int suppression_decode(struct str value, struct suppression *out, struct reject *error);

/* The id: first 32 hex digits of SHA-256(regency|period|giver kind|giver id|kind|round). */
void notification_id(const struct notification *m, char out[NOTIFICATION_SIZE]);

#endif
