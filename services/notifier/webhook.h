/*
 * Shell: the endpoint that the gateway calls. It checks the signature over the raw body, appends one record per status
 * to `raw.gateway`, and answers 200 when the broker has them all: what was acknowledged is never lost. Anything else
 * is the main loop's work.
 *
 *     GET  /webhook   the gateway's verification: hub.mode=subscribe, hub.verify_token, hub.challenge
 *     POST /webhook   X-Hub-Signature-256: sha256=<HMAC-SHA-256 of the body under the app secret>
 */
#ifndef BERBAGI_NOTIFIER_WEBHOOK_H
#define BERBAGI_NOTIFIER_WEBHOOK_H

#include "common/daemon/daemon.h"
#include "common/domain/keyring.h"

struct webhook;

/* From the settings WEBHOOK_*. The ring must outlive it. Negative errno: it can't listen, or its settings are
 * wrong. */
must_check int webhook_start(struct daemon *d, const struct keyring *phone_tokens, struct webhook **out);
/* Accepts NULL and nulls the pointer. */
void webhook_stop(struct webhook **webhook);

/* Pure: true if `header` is the signature of `body` under `secret`. Compares in constant time. */
bool webhook_signature_valid(struct str secret, struct str body, const char *header);

#endif
