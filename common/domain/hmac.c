#include "common/domain/hmac.h"

enum { BLOCK = 64 };

void hmac_sha256(struct str key, struct str message, uint8_t out[DIGEST_BYTES])
{
    uint8_t block[BLOCK] = { 0 }, inner[DIGEST_BYTES];
    struct digest d;

    if (key.n > BLOCK) {
        digest_start(&d);
        digest_add(&d, key.p, key.n);
        digest_end(&d, block);
    } else if (key.n > 0) {
        memcpy(block, key.p, key.n);
    }
    for (size_t i = 0; i < BLOCK; i++)
        block[i] ^= 0x36;
    digest_start(&d);
    digest_add(&d, block, BLOCK);
    digest_add(&d, message.p, message.n);
    digest_end(&d, inner);
    for (size_t i = 0; i < BLOCK; i++)
        block[i] ^= 0x36 ^ 0x5c;
    digest_start(&d);
    digest_add(&d, block, BLOCK);
    digest_add(&d, inner, sizeof(inner));
    digest_end(&d, out);
    explicit_bzero(block, sizeof(block));
}

bool hmac_equal(const uint8_t *a, const uint8_t *b, size_t n)
{
    volatile uint8_t difference = 0; // volatile: the loop must not end at the first one
    for (size_t i = 0; i < n; i++)
        difference = (uint8_t)(difference | (a[i] ^ b[i]));
    return difference == 0;
}
