/*
 * Pure: what the gateway's answer to a request means. Source of the codes: Meta's Cloud API error reference; the HTTP
 * status is not to be trusted (the same code comes with 400 and with 429), so the code decides first, then
 * is_transient, then the class of the status.
 */
#ifndef BERBAGI_NOTIFIER_ANSWER_H
#define BERBAGI_NOTIFIER_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/str.h"
#include "common/wire/notification.h"

enum verdict {
    VERDICT_SENT,      /* taken: gateway_id is set */
    VERDICT_UNKNOWN,   /* may have been taken: never tried again */
    VERDICT_UNSENT,    /* not one byte of the body left us, or we were told to wait: tried again as it is */
    VERDICT_RETRY,     /* refused for now: a new attempt after a back-off */
    VERDICT_THROTTLE,  /* the same, and everything slows down */
    VERDICT_FAILED,    /* refused for good */
    VERDICT_NO_NUMBER, /* the same, and the number can't be reached: a suppression */
    VERDICT_RECALLED,  /* never given to a connection: tried again when the gateway is well */
    VERDICT_PAUSE,     /* our configuration or account is wrong: nothing more goes out until somebody acts; this
                          message is tried again afterwards */
};

struct answer {
    enum verdict verdict;
    int32_t code;                         /* the gateway's error code, 0 = none */
    char gateway_id[GATEWAY_ID_SIZE];
};

/* A finished exchange, as the HTTP client tells it. */
struct exchange {
    bool complete;        /* a whole HTTP answer was read */
    int64_t body_offset;  /* how much of our body had been handed to the connection */
    int status;           /* HTTP status, 0 = none */
    struct str body;
};

/* Never fails: what can't be understood is VERDICT_UNKNOWN, or UNSENT if nothing had left. */
void answer_read(const struct exchange *exchange, struct answer *out);

/* The same verdict for an error code alone, as a status callback brings it. */
enum verdict answer_of_code(int32_t code, bool transient, int status);

/* Writes gateway_<code> (code > 0) into reason. */
void answer_reason(int32_t code, char reason[MESSAGE_REASON_SIZE]);

#endif
