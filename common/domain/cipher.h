/*
 * Phone numbers on the way from ingest to the notifier (contract, section 2, `contact`): AES-256-GCM,
 * k<n>.<base64url, unpadded, of nonce 12 | ciphertext 16 | tag 16>; plaintext: '+' and the E.164 digits, padded with
 * NUL to 16 bytes, so that the length tells nothing; AAD "<giver kind>|<giver id>", so that a number can't be moved to
 * another giver. The nonce is the caller's: random, never the same twice under one key.
 */
#ifndef BERBAGI_DOMAIN_CIPHER_H
#define BERBAGI_DOMAIN_CIPHER_H

#include "common/domain/keyring.h"

enum { CIPHER_TEXT_SIZE = 80, CIPHER_NONCE = 12, CIPHER_PHONE_SIZE = 16 };

/* `phone`: E.164 digits without '+', as phone_parse() yields. 0; -EINVAL (more than 15 digits, empty); -EIO. */
must_check int cipher_seal(const struct keyring *ring, const uint8_t nonce[CIPHER_NONCE], const char *kind,
                           const char *id, const char *phone, char out[CIPHER_TEXT_SIZE]);

/* The digits without '+' and a NUL. -EINVAL: not of this form or of a key the ring hasn't; -EBADMSG: not genuine. */
must_check int cipher_open(const struct keyring *ring, struct str sealed, const char *kind, const char *id,
                           char phone[CIPHER_PHONE_SIZE]);

/* 12 bytes from the system's generator. 0 or -EIO. */
must_check int cipher_random(uint8_t nonce[CIPHER_NONCE]);

#endif
