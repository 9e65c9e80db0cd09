#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/domain/cipher.h"
#include "common/domain/hmac.h"
#include "common/domain/token.h"

/* The contract's keys: bytes 00..1f and 20..3f. */
static const char key1[] = "k1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
static const char key2[] = "k2 202122232425262728292a2b2c2d2e2f303132333435363738393A3B3C3D3E3F";

static struct keyring ring_of(int keys)
{
    struct keyring ring;
    cleanup(buf_done) struct buf text;
    cleanup(buf_done) struct buf why;
    buf_init(&text, 1000);
    buf_init(&why, 1000);
    buf_append_cstr(&text, "# comment\r\n\n");
    buf_append_cstr(&text, key1);
    if (keys == 2)
        buf_append_cstr(&text, key2);
    assert_int_equal(keyring_parse(buf_str(&text), &ring, &why), 0);
    assert_int_equal(ring.count, keys);
    return ring;
}

static void vectors_of_the_contract(void **state)
{
    (void)state;
    struct keyring one = ring_of(1), two = ring_of(2);
    char token[TOKEN_TEXT_SIZE], renewed[TOKEN_TEXT_SIZE];
    token_make(&one, TOKEN_KK, "3510161203120001", token);
    assert_string_equal(token, "k1.utpuynhxcbu5nqlqjwllqe6e7hbydtgh");
    assert_int_equal(token_renew(&two, str_from(token), renewed), 0);
    assert_string_equal(renewed, "k2.nyrhrnnmitdaqjk6tclml43w55pei56v");
    token_make(&two, TOKEN_KK, "3510161203120001", token);
    assert_string_equal(token, renewed);
    token_make(&one, TOKEN_NIP, "198609262015051001", token);
    assert_string_equal(token, "k1.42fnielpl26zgtelosaxdjh6mliebf4g");
    assert_int_equal(token_renew(&one, str_from(renewed), token), -EINVAL); // of a key it hasn't
    token_make(&one, TOKEN_PHONE, "6281234567890", token);
    token_make(&one, TOKEN_NIK, "6281234567890", renewed);
    assert_string_not_equal(token, renewed);
}

static void token_form_and_back(void **state)
{
    (void)state;
    uint8_t bytes[TOKEN_BYTES], back[TOKEN_BYTES];
    int32_t key;
    char text[TOKEN_TEXT_SIZE];
    for (int round = 0; round < 300; round++) {
        for (size_t i = 0; i < TOKEN_BYTES; i++)
            bytes[i] = (uint8_t)(round * 31 + (int)i * 7 + (round >> 3));
        token_write(round + 1, bytes, text);
        assert_int_equal(token_parse(str_from(text), &key, back), 0);
        assert_int_equal(key, round + 1);
        assert_memory_equal(back, bytes, TOKEN_BYTES);
    }
    token_write(999, bytes, text);
    assert_true(token_form(str_from(text)));
    static const char *const bad[] = {
        "",
        "k1.",
        "k1.utpuynhxcbu5nqlqjwllqe6e7hbydtg",
        "k1.utpuynhxcbu5nqlqjwllqe6e7hbydtghh",
        "k0.utpuynhxcbu5nqlqjwllqe6e7hbydtgh",
        "k01.utpuynhxcbu5nqlqjwllqe6e7hbydtgh",
        "k1000.utpuynhxcbu5nqlqjwllqe6e7hbydtgh",
        "K1.utpuynhxcbu5nqlqjwllqe6e7hbydtgh",
        "k1.Utpuynhxcbu5nqlqjwllqe6e7hbydtgh",
        "k1.1tpuynhxcbu5nqlqjwllqe6e7hbydtgh",
        "k.utpuynhxcbu5nqlqjwllqe6e7hbydtgh",
        "k1-utpuynhxcbu5nqlqjwllqe6e7hbydtgh",
        "k-1.utpuynhxcbu5nqlqjwllqe6e7hbydtgh",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(token_form(str_from(bad[i])));
}

/* RFC 4231, cases 1, 2, 3 and 6. */
static void hmac_vectors(void **state)
{
    (void)state;
    char long_key[131], hex[65], fifty[50];
    uint8_t mac[DIGEST_BYTES];
    memset(long_key, 0xaa, sizeof(long_key));
    memset(fifty, 0xdd, sizeof(fifty));
    const struct {
        struct str key, message;
        const char *hex;
    } cases[] = {
        { STR_LIT("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"),
          STR_LIT("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
        { STR_LIT("Jefe"), STR_LIT("what do ya want for nothing?"),
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
        { { long_key, 20 }, { fifty, 50 }, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
        { { long_key, 131 },
          STR_LIT("Test Using Larger Than Block-Size Key - Hash Key First"),
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        hmac_sha256(cases[i].key, cases[i].message, mac);
        digest_hex(mac, sizeof(mac), hex);
        assert_string_equal(hex, cases[i].hex);
    }
    assert_true(hmac_equal(mac, mac, sizeof(mac)));
    uint8_t other[DIGEST_BYTES];
    memcpy(other, mac, sizeof(mac));
    other[31] ^= 1;
    assert_false(hmac_equal(mac, other, sizeof(mac)));
}

static void key_files_with_faults(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } cases[] = {
        { "", "no key in the file\n" },
        { "# only\n", "no key in the file\n" },
        { "k2 202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\n",
          "line 1: keys must be numbered k1, k2, … in order\n" },
        { "k1 00\n", "line 1: a key must be 64 hex digits\n" },
        { "k1 x00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
          "line 1: a key must be 64 hex digits\n" },
        { "secret\n", "line 1: not of the form: k1 <64 hex digits>\n" },
        { "k1\n", "line 1: not of the form: k1 <64 hex digits>\n" },
        { "k1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\nk2 "
          "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
          "line 2: the same key as in an earlier line\n" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct keyring ring;
        cleanup(buf_done) struct buf why;
        buf_init(&why, 1000);
        assert_int_equal(keyring_parse(str_from(cases[i].text), &ring, &why), -EINVAL);
        assert_string_equal(buf_cstr(&why), cases[i].why);
        assert_int_equal(ring.count, 0);
    }
    struct keyring one = ring_of(1), two = ring_of(2), none = { 0 };
    assert_true(keyring_overlap(&one, &two));
    assert_false(keyring_overlap(&one, &none));
}

static void phones_are_sealed(void **state)
{
    (void)state;
    struct keyring one = ring_of(1), two = ring_of(2);
    static const uint8_t nonce[CIPHER_NONCE] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
    char sealed[CIPHER_TEXT_SIZE], phone[CIPHER_PHONE_SIZE];
    static const char *const numbers[] = { "62812345678", "628123456789012", "1" };

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        assert_int_equal(cipher_seal(&one, nonce, "asn", "k1.x", numbers[i], sealed), 0);
        assert_int_equal(strlen(sealed), 3 + 59);
        assert_int_equal(cipher_open(&two, str_from(sealed), "asn", "k1.x", phone), 0);
        assert_string_equal(phone, numbers[i]);
        assert_int_equal(cipher_open(&one, str_from(sealed), "partner", "k1.x", phone), -EBADMSG);
        assert_int_equal(cipher_open(&one, str_from(sealed), "asn", "k1.y", phone), -EBADMSG);
    }
    assert_int_equal(cipher_seal(&two, nonce, "asn", "k1.x", "62812345678", sealed), 0);
    assert_memory_equal(sealed, "k2.", 3);
    assert_int_equal(cipher_open(&one, str_from(sealed), "asn", "k1.x", phone), -EINVAL);
    for (size_t at = 3; at < strlen(sealed); at++) { // no character can be changed
        char changed[CIPHER_TEXT_SIZE];
        memcpy(changed, sealed, sizeof(changed));
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        assert_true(cipher_open(&two, str_from(changed), "asn", "k1.x", phone) < 0);
    }
    assert_int_equal(cipher_seal(&one, nonce, "asn", "x", "", sealed), -EINVAL);
    assert_int_equal(cipher_seal(&one, nonce, "asn", "x", "1234567890123456", sealed), -EINVAL);
    static const char *const bad[] = { "", "k1.", "x", "k9.AAAA", "k1.====", ".AAAA" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(cipher_open(&one, str_from(bad[i]), "asn", "x", phone), -EINVAL);
    uint8_t a[CIPHER_NONCE], b[CIPHER_NONCE];
    assert_int_equal(cipher_random(a), 0);
    assert_int_equal(cipher_random(b), 0);
    assert_memory_not_equal(a, b, CIPHER_NONCE);
}

/* Made with another implementation (Python's `cryptography`): key 1, nonce 01..0c, AAD "asn|k1.x". */
static void sealed_elsewhere(void **state)
{
    (void)state;
    struct keyring one = ring_of(1);
    static const uint8_t nonce[CIPHER_NONCE] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
    char sealed[CIPHER_TEXT_SIZE];
    assert_int_equal(cipher_seal(&one, nonce, "asn", "k1.x", "6281234567890", sealed), 0);
    assert_string_equal(sealed, "k1.AQIDBAUGBwgJCgsMLtxo7d2mw7J5lFR_KSPqKIXiz-d92oyVW0J3VoOXVRU");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_of_the_contract),
        cmocka_unit_test(token_form_and_back),
        cmocka_unit_test(hmac_vectors),
        cmocka_unit_test(key_files_with_faults),
        cmocka_unit_test(phones_are_sealed),
        cmocka_unit_test(sealed_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
