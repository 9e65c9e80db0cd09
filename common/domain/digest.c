/*
 * The low-level calls of libcrypto, marked deprecated since 3.0: the EVP ones allocate, can fail and take one and a
 * half times (a context kept) to six times (one shot) as long for the short strings that are hashed here by the ten
 * thousand.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "common/domain/digest.h"

#include <openssl/sha.h>
#include <string.h>

_Static_assert(sizeof(SHA256_CTX) <= sizeof(((struct digest *)0)->state), "room for libcrypto's context");

void digest_start(struct digest *d)
{
    SHA256_Init((SHA256_CTX *)(void *)d->state);
}

void digest_add(struct digest *d, const void *bytes, size_t n)
{
    SHA256_Update((SHA256_CTX *)(void *)d->state, bytes, n);
}

void digest_add_cstr(struct digest *d, const char *s)
{
    digest_add(d, s, strlen(s));
}

void digest_end(struct digest *d, uint8_t out[DIGEST_BYTES])
{
    SHA256_Final(out, (SHA256_CTX *)(void *)d->state);
}

void digest_hex(const uint8_t *bytes, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}
