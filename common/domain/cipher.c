#include "common/domain/cipher.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>

#include "common/core/parse.h"

enum { PLAIN = 16, TAG = 16, SEALED = CIPHER_NONCE + PLAIN + TAG, SEALED_TEXT = 59, MAX_AAD = 256 };

static void context_done(EVP_CIPHER_CTX **c)
{
    EVP_CIPHER_CTX_free(*c);
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* base64url without padding (RFC 4648, section 5). */
static void base64url_write(const uint8_t bytes[SEALED], char out[SEALED_TEXT + 1])
{
    for (size_t i = 0; i < SEALED_TEXT; i++) {
        size_t bit = i * 6, at = bit / 8;
        unsigned pair = (unsigned)bytes[at] << 8 | (at + 1 < SEALED ? bytes[at + 1] : 0u);
        out[i] = alphabet[pair >> (10 - bit % 8) & 63];
    }
    out[SEALED_TEXT] = '\0';
}

static bool base64url_read(struct str text, uint8_t bytes[SEALED])
{
    uint32_t bits = 0;
    int have = 0;
    size_t at = 0;

    if (text.n != SEALED_TEXT)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        const char *found = text.p[i] != '\0' ? strchr(alphabet, text.p[i]) : NULL;
        if (found == NULL)
            return false;
        bits = bits << 6 | (uint32_t)(found - alphabet);
        have += 6;
        if (have >= 8) {
            have -= 8;
            bytes[at++] = (uint8_t)(bits >> have);
        }
    }
    return (bits & ((1u << have) - 1)) == 0; // one text for one value
}

/* "<kind>|<id>"; -1 if it is too long. */
static int make_aad(const char *kind, const char *id, uint8_t out[MAX_AAD])
{
    int n = snprintf((char *)out, MAX_AAD, "%s|%s", kind, id);
    return n < MAX_AAD ? n : -1;
}

int cipher_seal(const struct keyring *ring, const uint8_t nonce[CIPHER_NONCE], const char *kind, const char *id,
                const char *phone, char out[CIPHER_TEXT_SIZE])
{
    uint8_t plain[PLAIN] = { '+' }, sealed[SEALED], aad[MAX_AAD];
    char text[SEALED_TEXT + 1];
    size_t digits = strlen(phone);
    int aad_len = make_aad(kind, id, aad), n;

    if (digits < 1 || digits > PLAIN - 1 || aad_len < 0)
        return -EINVAL;
    memcpy(plain + 1, phone, digits);
    memcpy(sealed, nonce, CIPHER_NONCE);
    cleanup(context_done) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    bool ok = c != NULL && EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, ring->keys[ring->count - 1], nonce) == 1 &&
              EVP_EncryptUpdate(c, NULL, &n, aad, aad_len) == 1 &&
              EVP_EncryptUpdate(c, sealed + CIPHER_NONCE, &n, plain, PLAIN) == 1 &&
              EVP_EncryptFinal_ex(c, sealed + CIPHER_NONCE + PLAIN, &n) == 1 &&
              EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, sealed + CIPHER_NONCE + PLAIN) == 1;
    explicit_bzero(plain, sizeof(plain));
    if (!ok)
        return -EIO;
    base64url_write(sealed, text);
    snprintf(out, CIPHER_TEXT_SIZE, "k%d.%s", (int)ring->count, text);
    return 0;
}

/* '+', digits, then nothing but NUL. */
static bool take_phone(const uint8_t plain[PLAIN], char phone[CIPHER_PHONE_SIZE])
{
    size_t n = 0;
    while (n + 1 < PLAIN && plain[n + 1] >= '0' && plain[n + 1] <= '9')
        n++;
    for (size_t i = n + 1; i < PLAIN; i++)
        if (plain[i] != 0)
            return false;
    if (plain[0] != '+' || n == 0)
        return false;
    memcpy(phone, plain + 1, n);
    phone[n] = '\0';
    return true;
}

int cipher_open(const struct keyring *ring, struct str text, const char *kind, const char *id,
                char phone[CIPHER_PHONE_SIZE])
{
    uint8_t plain[PLAIN], sealed[SEALED], aad[MAX_AAD];
    const char *dot = text.n > 0 ? memchr(text.p, '.', text.n) : NULL;
    int aad_len = make_aad(kind, id, aad), n;
    int64_t key;

    if (dot == NULL || dot == text.p || text.p[0] != 'k' || aad_len < 0 ||
        parse_int((struct str){ text.p + 1, (size_t)(dot - text.p) - 1 }, 1, ring->count, &key) != 0 ||
        !base64url_read((struct str){ dot + 1, text.n - (size_t)(dot + 1 - text.p) }, sealed))
        return -EINVAL;
    cleanup(context_done) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    bool ok = c != NULL && EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, ring->keys[key - 1], sealed) == 1 &&
              EVP_DecryptUpdate(c, NULL, &n, aad, aad_len) == 1 &&
              EVP_DecryptUpdate(c, plain, &n, sealed + CIPHER_NONCE, PLAIN) == 1 &&
              EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, sealed + CIPHER_NONCE + PLAIN) == 1 &&
              EVP_DecryptFinal_ex(c, plain + PLAIN, &n) == 1 && take_phone(plain, phone);
    explicit_bzero(plain, sizeof(plain));
    return ok ? 0 : -EBADMSG;
}

int cipher_random(uint8_t nonce[CIPHER_NONCE])
{
    return RAND_bytes(nonce, CIPHER_NONCE) == 1 ? 0 : -EIO;
}
