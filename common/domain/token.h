/*
 * Tokens in place of identity numbers (contract, section 0): k<n>.<lower-case unpadded base32 of 20 bytes>.
 * Key 1: HMAC-SHA-256(key, "<domain>|<digits>") cut to 20 bytes; key n: HMAC of the 20 bytes under key n - 1. So a log
 * can be re-keyed without the originals. base32 of RFC 4648, section 6.
 */
#ifndef BERBAGI_DOMAIN_TOKEN_H
#define BERBAGI_DOMAIN_TOKEN_H

#include "common/domain/keyring.h"

enum { TOKEN_TEXT_SIZE = 40, TOKEN_BYTES = 20 };

enum token_domain { TOKEN_KK, TOKEN_NIP, TOKEN_NIK, TOKEN_PHONE };

/* The token of `digits` (NUL-terminated ASCII) under the ring's newest key. Cannot fail. */
void token_make(const struct keyring *ring, enum token_domain domain, const char *digits, char out[TOKEN_TEXT_SIZE]);

/* Brings a token of an older key to the ring's newest; 0, or -EINVAL: no token, or of a key the ring hasn't. */
must_check int token_renew(const struct keyring *ring, struct str token, char out[TOKEN_TEXT_SIZE]);

/* Key number (1 to 999) and bytes of a token; 0 or -EINVAL. Either output may be NULL. */
must_check int token_parse(struct str token, int32_t *key, uint8_t bytes[TOKEN_BYTES]);
bool token_form(struct str token);
/* The inverse of token_parse(): tables may keep 20 bytes instead of the text. key 1 to 999. */
void token_write(int32_t key, const uint8_t bytes[TOKEN_BYTES], char out[TOKEN_TEXT_SIZE]);

#endif
