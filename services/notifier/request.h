/*
 * Pure: a message as the body of a request to Meta's Cloud API (POST /v23.0/<phone number id>/messages): a template in
 * Indonesian with text parameters and the quick reply BERHENTI. No name is in it: names do not reach the notifier.
 */
#ifndef BERBAGI_NOTIFIER_REQUEST_H
#define BERBAGI_NOTIFIER_REQUEST_H

#include "common/core/buf.h"
#include "common/wire/notification.h"

struct message {
    enum message_kind kind;
    const char *to;         /* E.164 digits without + */
    const char *opaque;     /* comes back with every status */
    const char *template_name;
    const char *period;
    int32_t families;
    int32_t from, until;    /* distribution, dates */
    int32_t report_by;      /* date */
};

/* Appends the body; failures show in buf.error only. */
void request_write(struct buf *b, const struct message *message);

/* <regency>/<notification>/<attempt> */
void opaque_write(int32_t regency, const char *notification, int32_t attempt, char out[OPAQUE_SIZE]);

/* The parts of an opaque text: 0, or -EINVAL if it isn't one of ours. */
must_check int opaque_read(const char *opaque, int32_t *regency, char notification[NOTIFICATION_SIZE],
                           int32_t *attempt);

#endif
