#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/hash.h"
#include "common/core/map.h"

/* Against a model that can't be wrong: an array of all keys there are. */
enum { KEYS = 700, STEPS = 60000 };

static void behaves_as_an_array(void **state)
{
    (void)state;
    struct map m;
    bool there[KEYS] = { false };
    uint64_t values[KEYS] = { 0 }, seed = 1;
    size_t count = 0;

    map_init(&m, 20, sizeof(uint64_t), 3, 5);
    for (int step = 0; step < STEPS; step++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        size_t k = (size_t)(seed >> 33) % KEYS;
        char text[24];
        struct str key = { text, (size_t)snprintf(text, sizeof(text), "key-%zu", k) };
        bool removing = (seed >> 20) % 100 < (step / 10000 % 2 != 0 ? 70u : 30u);
        if (removing) {
            assert_int_equal(map_remove(&m, key), there[k]);
            count -= there[k];
            there[k] = false;
        } else {
            bool added;
            uint64_t *value = map_put(&m, key, &added);
            assert_non_null(value);
            assert_int_equal((uintptr_t)value % 8, 0);
            assert_int_equal(added, !there[k]);
            assert_int_equal(*value, added ? 0 : values[k]);
            *value = values[k] = seed;
            count += added;
            there[k] = true;
        }
        assert_int_equal(m.count, count);
        if (step % 500 != 0)
            continue;
        for (size_t i = 0; i < KEYS; i++) {
            key.n = (size_t)snprintf(text, sizeof(text), "key-%zu", i);
            uint64_t *value = map_get(&m, key);
            assert_int_equal(value != NULL, there[i]);
            if (value != NULL)
                assert_int_equal(*value, values[i]);
        }
        size_t seen = 0;
        struct str k2;
        void *value;
        for (size_t at = 0; map_next(&m, &at, &k2, &value); seen++)
            assert_ptr_equal(map_get(&m, k2), value);
        assert_int_equal(seen, count);
    }
    map_done(&m);
}

static void keys_of_different_lengths(void **state)
{
    (void)state;
    struct map m;
    static const char zeros[4] = { 0 };

    map_init(&m, 4, 1, 1, 2);
    for (size_t n = 1; n <= 4; n++)
        *(char *)map_put(&m, (struct str){ zeros, n }, NULL) = (char)n;
    for (size_t n = 1; n <= 4; n++)
        assert_int_equal(*(char *)map_get(&m, (struct str){ zeros, n }), n);
    assert_int_equal(m.count, 4);
    assert_null(map_put(&m, (struct str){ "12345", 5 }, NULL));
    assert_null(map_put(&m, (struct str){ NULL, 0 }, NULL));
    assert_null(map_get(&m, (struct str){ "12345", 5 }));
    assert_false(map_remove(&m, (struct str){ "x", 1 }));
    map_clear(&m);
    assert_int_equal(m.count, 0);
    assert_null(map_get(&m, (struct str){ zeros, 1 }));
    map_done(&m);
    map_done(&m);
}

static void a_set_without_values(void **state)
{
    (void)state;
    struct map m;
    bool added;
    map_init(&m, 8, 0, 0, 0);
    assert_non_null(map_put(&m, STR_LIT("a"), &added));
    assert_true(added);
    assert_non_null(map_put(&m, STR_LIT("a"), &added));
    assert_false(added);
    map_done(&m);
}

/* Twenty million tokens of 20 bytes with 12 bytes beside them must stay near a gigabyte. */
static void memory_per_entry(void **state)
{
    (void)state;
    struct map m;
    map_init(&m, 20, 12, 1, 2);
    assert_int_equal(m.stride, 32);
    for (uint32_t i = 0; i < 300000; i++) {
        char key[20] = { 0 };
        memcpy(key, &i, sizeof(i));
        assert_non_null(map_put(&m, (struct str){ key, sizeof(key) }, NULL));
    }
    assert_int_equal(m.count, 300000);
    assert_true(map_memory(&m) < 300000 * 60);
    map_done(&m);
    assert_int_equal(map_reserve(&m, 1000), 0);
    size_t capacity = m.capacity;
    for (uint32_t i = 0; i < 1000; i++)
        assert_non_null(map_put(&m, (struct str){ (const char *)&i, sizeof(i) }, NULL));
    assert_int_equal(m.capacity, capacity);
    map_done(&m);
}

/* Computed by a second implementation, written from the paper, that yields the paper's own vector with 2 and 4
 * rounds. */
static void siphash_vectors(void **state)
{
    (void)state;
    static const char bytes[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
    static const struct {
        size_t n;
        uint64_t hash;
    } cases[] = {
        { 0, UINT64_C(0xabac0158050fc4dc) },
        { 1, UINT64_C(0xc9f49bf37d57ca93) },
        { 7, UINT64_C(0xd3927d989bb11140) },
        { 8, UINT64_C(0x369095118d299a8e) },
        { 9, UINT64_C(0x25a48eb36c063de4) },
        { 15, UINT64_C(0xd320d86d2a519956) },
        { 16, UINT64_C(0xcc4fdd1a7d908b66) },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_true(hash_sip13(UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908),
                               (struct str){ bytes, cases[i].n }) == cases[i].hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behaves_as_an_array),   cmocka_unit_test(keys_of_different_lengths),
        cmocka_unit_test(a_set_without_values),  cmocka_unit_test(memory_per_entry),
        cmocka_unit_test(siphash_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
