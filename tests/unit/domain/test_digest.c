/* Hashes of a series are those of the whole texts, whatever the lengths on both sides of the blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/domain/digest.h"

enum { MOST = 150 };

static void fill(char *s, int n, char first)
{
    for (int i = 0; i < n; i++)
        s[i] = (char)(first + i % 23);
    s[n] = '\0';
}

static void a_series_hashes_whole_texts(void **state)
{
    (void)state;
    char shared[MOST + 1], text[MOST + 1];

    for (int a = 0; a <= MOST; a++)
        for (int b = 0; b <= MOST; b++) {
            uint8_t whole[DIGEST_BYTES], one[DIGEST_BYTES];
            struct digest_series series;
            struct digest d;

            fill(shared, a, 'a');
            fill(text, b, 'A');
            digest_start(&d);
            digest_add_cstr(&d, shared);
            digest_add_cstr(&d, text);
            digest_end(&d, whole);
            digest_series_start(&series, shared);
            digest_series_hash(&series, text, one);
            assert_memory_equal(one, whole, sizeof(whole));
        }
}

static void the_standard_s_example(void **state)
{
    (void)state;
    struct digest_series series;
    uint8_t hash[DIGEST_BYTES];
    char hex[2 * DIGEST_BYTES + 1];

    digest_series_start(&series, "a");
    digest_series_hash(&series, "bc", hash);
    digest_hex(hash, sizeof(hash), hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_series_hashes_whole_texts),
        cmocka_unit_test(the_standard_s_example),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
