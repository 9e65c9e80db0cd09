#include "common/domain/token.h"

#include <errno.h>
#include <stdio.h>

#include "common/core/parse.h"
#include "common/domain/hmac.h"

enum { BASE32_LEN = 32, MAX_KEY = 999, MAX_INPUT = 32 };

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

/* 5 bytes are 8 characters, most significant bit first; 20 bytes need no padding. */
static void base32_write(const uint8_t bytes[TOKEN_BYTES], char out[BASE32_LEN + 1])
{
    for (size_t i = 0; i < BASE32_LEN; i++) {
        size_t bit = i * 5, at = bit / 8;
        unsigned pair = (unsigned)bytes[at] << 8 | (at + 1 < TOKEN_BYTES ? bytes[at + 1] : 0u);
        out[i] = alphabet[pair >> (11 - bit % 8) & 31];
    }
    out[BASE32_LEN] = '\0';
}

static int base32_value(char c)
{
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

static bool base32_read(const char *text, uint8_t bytes[TOKEN_BYTES])
{
    uint32_t bits = 0;
    int have = 0;
    size_t at = 0;

    for (size_t i = 0; i < BASE32_LEN; i++) {
        int value = base32_value(text[i]);
        if (value < 0)
            return false;
        bits = bits << 5 | (uint32_t)value;
        have += 5;
        if (have >= 8) {
            have -= 8;
            bytes[at++] = (uint8_t)(bits >> have);
        }
    }
    return true;
}

/* From key `from` (the bytes are under it) to the newest. */
static void climb(const struct keyring *ring, int32_t from, uint8_t bytes[TOKEN_BYTES])
{
    uint8_t mac[DIGEST_BYTES];
    for (int32_t n = from; n < ring->count; n++) {
        hmac_sha256((struct str){ (const char *)ring->keys[n], KEY_BYTES },
                    (struct str){ (const char *)bytes, TOKEN_BYTES }, mac);
        memcpy(bytes, mac, TOKEN_BYTES);
    }
}

void token_write(int32_t key, const uint8_t bytes[TOKEN_BYTES], char out[TOKEN_TEXT_SIZE])
{
    char text[BASE32_LEN + 1];
    base32_write(bytes, text);
    snprintf(out, TOKEN_TEXT_SIZE, "k%d.%s", (int)key % (MAX_KEY + 1), text);
}

void token_make(const struct keyring *ring, enum token_domain domain, const char *digits, char out[TOKEN_TEXT_SIZE])
{
    static const char *const names[] = { "kk", "nip", "nik", "phone" };
    char input[MAX_INPUT];
    uint8_t mac[DIGEST_BYTES];

    int n = snprintf(input, sizeof(input), "%s|%s", names[domain], digits);
    size_t len = n < (int)sizeof(input) ? (size_t)n : sizeof(input) - 1;
    hmac_sha256((struct str){ (const char *)ring->keys[0], KEY_BYTES }, (struct str){ input, len }, mac);
    climb(ring, 1, mac);
    token_write(ring->count, mac, out);
    explicit_bzero(input, sizeof(input));
}

int token_parse(struct str token, int32_t *key, uint8_t bytes[TOKEN_BYTES])
{
    uint8_t read[TOKEN_BYTES];
    int64_t number;

    if (token.n < 3 + BASE32_LEN || token.n >= TOKEN_TEXT_SIZE || token.p[0] != 'k')
        return -EINVAL;
    size_t dot = token.n - BASE32_LEN - 1;
    if (token.p[dot] != '.' || parse_int((struct str){ token.p + 1, dot - 1 }, 1, MAX_KEY, &number) != 0 ||
        !base32_read(token.p + dot + 1, read))
        return -EINVAL;
    if (key != NULL)
        *key = (int32_t)number;
    if (bytes != NULL)
        memcpy(bytes, read, TOKEN_BYTES);
    return 0;
}

bool token_form(struct str token)
{
    return token_parse(token, NULL, NULL) == 0;
}

int token_renew(const struct keyring *ring, struct str token, char out[TOKEN_TEXT_SIZE])
{
    uint8_t bytes[TOKEN_BYTES];
    int32_t key;

    if (token_parse(token, &key, bytes) != 0 || key > ring->count)
        return -EINVAL;
    climb(ring, key, bytes);
    token_write(ring->count, bytes, out);
    return 0;
}
