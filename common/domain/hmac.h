/* HMAC-SHA-256 (RFC 2104), over the thin wrapper of digest.h: cannot fail, allocates nothing. */
#ifndef BERBAGI_DOMAIN_HMAC_H
#define BERBAGI_DOMAIN_HMAC_H

#include "common/core/str.h"
#include "common/domain/digest.h"

void hmac_sha256(struct str key, struct str message, uint8_t out[DIGEST_BYTES]);

/* Compares in a time that doesn't depend on the content. */
bool hmac_equal(const uint8_t *a, const uint8_t *b, size_t n);

#endif
