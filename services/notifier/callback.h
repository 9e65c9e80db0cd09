/*
 * Pure: a status callback of the gateway, taken apart. Every array in it may hold several entries; what is of no
 * interest (other fields, other objects, a status without the id of its message) is passed over. Source: Meta's
 * webhook reference, object whatsapp_business_account, field messages.
 */
#ifndef BERBAGI_NOTIFIER_CALLBACK_H
#define BERBAGI_NOTIFIER_CALLBACK_H

#include "common/core/cleanup.h"
#include "common/core/str.h"
#include "common/wire/notification.h"

enum { CALLBACK_MAX = 256 };

/* One status, or one opt-out (status "opt_out": `from` is set, opaque and gateway_id are the message's). `from` holds
 * E.164 digits and never leaves the process. */
struct callback_item {
    struct gateway_status status; /* phone_token empty */
    char from[17];
};

/*
 * Fills items[0..count), at most CALLBACK_MAX. Returns the count; -EBADMSG if the body is no JSON object; -E2BIG if it
 * holds more. `now`: the instant for entries without a readable timestamp.
 */
must_check int callback_read(struct str body, int64_t now, struct callback_item *items);

/* STOP, BERHENTI, HENTI as the whole text, in any case, with spaces or a full stop around. */
bool callback_is_stop(const char *text);

#endif
