/*
 * Keys from a file, one a line: "k1 <64 hex digits>". Numbered from 1 without a gap, in order; empty lines and lines
 * that begin with '#' are passed over. One ring per purpose (KK, NIP, NIK, phone token, phone cipher): the same key in
 * two lines is a fault. The newest key is the one with the highest number.
 */
#ifndef BERBAGI_DOMAIN_KEYRING_H
#define BERBAGI_DOMAIN_KEYRING_H

#include <stdint.h>

#include "common/core/buf.h"

enum { KEYRING_MAX = 16, KEY_BYTES = 32 };

struct keyring {
    int32_t count;                          /* 1 to KEYRING_MAX */
    uint8_t keys[KEYRING_MAX][KEY_BYTES];   /* key n at n - 1 */
};

/* 0, or -EINVAL with a line ("line 2: …", never with the key) appended to `why`; *out is zeroed then. */
must_check int keyring_parse(struct str file, struct keyring *out, struct buf *why);
/* Overwrites the keys. */
void keyring_done(struct keyring *ring);
/* True if any key stands in both: domains must not share keys. */
bool keyring_overlap(const struct keyring *a, const struct keyring *b);

#endif
