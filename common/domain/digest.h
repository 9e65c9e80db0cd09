/*
 * SHA-256, streaming. Cannot fail and allocates nothing, so pure code may use it freely.
 */
#ifndef BERBAGI_DOMAIN_DIGEST_H
#define BERBAGI_DOMAIN_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_BYTES = 32 };

struct digest {
    _Alignas(8) unsigned char state[128];   /* libcrypto's own */
};

void digest_start(struct digest *d);
void digest_add(struct digest *d, const void *bytes, size_t n);
void digest_add_cstr(struct digest *d, const char *s);
/* Writes the hash; `d` must be started again before further use. */
void digest_end(struct digest *d, uint8_t out[DIGEST_BYTES]);

/* Lower-case hex of n bytes and a NUL: out has room for 2n + 1. */
void digest_hex(const uint8_t *bytes, size_t n, char *out);

#endif
