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

/*
 * Hashes of many short texts that begin alike, each whole: what they share is prepared once.
 */
enum { DIGEST_BLOCK = 64 };
struct digest_series {
    struct digest begun;                    /* with the whole blocks of what they share */
    size_t shared;
    unsigned char rest[DIGEST_BLOCK];       /* of what they share, behind its whole blocks */
};

void digest_series_start(struct digest_series *s, const char *shared);
/* The hash of what they share followed by the text. */
void digest_series_hash(const struct digest_series *s, const char *text, uint8_t out[DIGEST_BYTES]);

/* Lower-case hex of n bytes and a NUL: out has room for 2n + 1. */
void digest_hex(const uint8_t *bytes, size_t n, char *out);

#endif
