#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/sort.h"

enum { MOST = 3000, STRIDE = 24 };

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return *seed >> 16;
}

/* What the sort should give: values are the places before it, so ties show whether it is stable. */
static int model_keys(const void *a, const void *b)
{
    const struct sort_entry *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->value > y->value) - (x->value < y->value);
}

static void keys_ascend_and_ties_stay(void **state)
{
    (void)state;
    static struct sort_entry e[MOST], scratch[MOST], model[MOST];
    static const struct {
        const char *name;
        uint64_t mask;
    } cases[] = {
        { "all equal", 0 }, { "one byte", 0xff }, { "an odd number of bytes", 0xff00ff00ff },
        { "the highest byte", UINT64_C(0xff00000000000000) }, { "everything", UINT64_MAX >> 1 | UINT64_C(1) << 63 },
    };
    uint64_t seed = 7;

    for (size_t c = 0; c < sizeof(cases) / sizeof(*cases); c++)
        for (size_t n = 0; n <= MOST; n = n < 40 ? n + 1 : n * 2 + 3) {
            for (size_t i = 0; i < n; i++)
                model[i] = e[i] =
                    (struct sort_entry){ (next(&seed) << 20 ^ next(&seed)) & cases[c].mask, (uint32_t)i };
            sort_by_key(e, scratch, n);
            qsort(model, n, sizeof(*model), model_keys);
            for (size_t i = 0; i < n; i++)
                if (e[i].key != model[i].key || e[i].value != model[i].value)
                    fail_msg("%s, n = %zu: entry %zu is wrong", cases[c].name, n, i);
        }
}

static char texts[MOST][STRIDE];

static int model_texts(const void *a, const void *b)
{
    const struct sort_entry *x = a, *y = b;
    int order = strcmp(texts[x->value], texts[y->value]);

    return order != 0 ? order : (x->value > y->value) - (x->value < y->value);
}

/* Texts of few letters, some beyond ASCII, some empty, behind a common beginning: many agree in their first bytes. */
static void make_text(char *text, int common, uint64_t *seed)
{
    static const char letters[] = "a\x01z\xff";
    int length = (int)(next(seed) % (uint64_t)(STRIDE - common));

    memset(text, 0, STRIDE);
    memset(text, 'k', (size_t)common);
    for (int i = 0; i < length; i++)
        text[common + i] = letters[next(seed) % 4];
    text[STRIDE - 1] = '\0';
}

static void texts_ascend_as_strcmp_has_it(void **state)
{
    (void)state;
    static struct sort_entry e[MOST], scratch[MOST], model[MOST];
    uint64_t seed = 11;

    for (int common = 0; common <= 10; common += 5)
        for (size_t n = 0; n <= MOST; n = n < 40 ? n + 1 : n * 2 + 3) {
            for (size_t i = 0; i < n; i++) {
                make_text(texts[i], common, &seed);
                // The order of arrival must not matter.
                model[i] = e[i] = (struct sort_entry){ .value = (uint32_t)(n - 1 - i) };
            }
            sort_by_text(e, scratch, n, texts[0], STRIDE);
            qsort(model, n, sizeof(*model), model_texts);
            for (size_t i = 0; i < n; i++)
                if (e[i].value != model[i].value)
                    fail_msg("common beginning %d, n = %zu: entry %zu is wrong", common, n, i);
        }
}

static void heads_ascend_as_texts_do(void **state)
{
    (void)state;
    static const char *const ascending[] = {
        "", "\x01", "a", "a\x01", "aaaaaaa", "aaaaaaaa", "aaaaaaab", "ab", "b", "\x7f", "\x80", "\xff",
    };

    for (size_t i = 1; i < sizeof(ascending) / sizeof(*ascending); i++)
        assert_true(sort_head(ascending[i - 1]) < sort_head(ascending[i]));
    assert_int_equal(sort_head("aaaaaaaa"), sort_head("aaaaaaaab"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_ascend_and_ties_stay),
        cmocka_unit_test(texts_ascend_as_strcmp_has_it),
        cmocka_unit_test(heads_ascend_as_texts_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
