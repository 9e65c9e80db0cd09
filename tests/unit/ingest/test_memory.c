/* The bytes of the memory, and the layers of the view. */
#include <errno.h>

#include "services/ingest/memory.h"
#include "services/ingest/view.h"
#include "tests/unit/ingest/world.h"

#define TOKEN_A "k1.utpuynhxcbu5nqlqjwllqe6e7hbydtgh"

static struct thing thing(int regency, int64_t version, int64_t time, bool ended, const char *was)
{
    struct thing t = { .regency = regency, .order = { version, time }, .ended = ended };
    snprintf(t.was, sizeof t.was, "%s", was);
    return t;
}

static void test_entity(void **state)
{
    (void)state;
    struct buf one cleanup(buf_done), two cleanup(buf_done), three cleanup(buf_done);
    struct thing t, a = thing(1199, 1, 100, true, TOKEN_A), b = thing(1198, INT64_MAX, INT64_MIN, false, "");
    buf_init(&one, 1000);
    buf_init(&two, 1000);
    buf_init(&three, 1000);
    assert_false(entity_now((struct str){ NULL, 0 }, &t));
    entity_set(&one, (struct str){ NULL, 0 }, &a);
    entity_set(&two, buf_str(&one), &b);
    assert_true(entity_valid(buf_str(&two)));
    assert_true(entity_in(buf_str(&two), 1199, &t));
    assert_string_equal(t.was, TOKEN_A);
    assert_true(t.ended);
    assert_int_equal(t.order.version, 1);
    assert_int_equal(t.order.time, 100);
    assert_true(entity_now(buf_str(&two), &t));
    assert_int_equal(t.regency, 1198);
    assert_true(t.order.version == INT64_MAX && t.order.time == INT64_MIN);
    a = thing(1199, 2, 0, false, "");
    entity_set(&three, buf_str(&two), &a);
    assert_true(entity_in(buf_str(&three), 1199, &t));
    assert_string_equal(t.was, "");
    buf_reset(&one);
    entity_remove(&one, buf_str(&three), 1199);
    assert_false(entity_in(buf_str(&one), 1199, &t));
    assert_true(entity_in(buf_str(&one), 1198, &t));
    /* cut short it is no value, at no place */
    for (size_t n = 1; n < two.len; n++)
        if (n != one.len)
            assert_false(entity_valid((struct str){ two.data, n }));
}

/* Where it is now: the greatest order, then what has not ended; whatever order the things were learned in. */
static void test_now(void **state)
{
    (void)state;
    static const struct {
        struct thing a, b;
        int now;
    } rows[] = {
        { { 1, { 1, 5 }, false, "" }, { 2, { 2, 1 }, false, "" }, 2 },
        { { 1, { 2, 5 }, false, "" }, { 2, { 2, 6 }, true, "" }, 2 },
        { { 1, { 2, 5 }, true, "" }, { 2, { 2, 5 }, false, "" }, 2 },
        { { 1, { 2, 5 }, false, "" }, { 2, { 2, 5 }, true, "" }, 1 },
        { { 1, { 2, 5 }, true, "" }, { 2, { 2, 5 }, true, "" }, 1 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (int turn = 0; turn < 2; turn++) {
            struct buf one cleanup(buf_done), two cleanup(buf_done);
            struct thing t;
            buf_init(&one, 1000);
            buf_init(&two, 1000);
            entity_set(&one, (struct str){ NULL, 0 }, turn == 0 ? &rows[i].a : &rows[i].b);
            entity_set(&two, buf_str(&one), turn == 0 ? &rows[i].b : &rows[i].a);
            assert_true(entity_now(buf_str(&two), &t));
            assert_int_equal(t.regency, rows[i].now);
        }
    }
}

static void test_visit(void **state)
{
    (void)state;
    struct buf b cleanup(buf_done);
    struct visit_memory m = { 1199, 0x21, TEST_TIME, "2026-w05" }, again;
    buf_init(&b, 1000);
    visit_memory_write(&b, &m);
    assert_true(visit_memory_read(buf_str(&b), &again));
    assert_int_equal(again.regency, 1199);
    assert_int_equal(again.kinds, 0x21);
    assert_int_equal(again.time, TEST_TIME);
    assert_string_equal(again.period, "2026-w05");
    assert_false(visit_memory_read((struct str){ b.data, 2 }, &again));
}

static void test_layers(void **state)
{
    (void)state;
    struct view v;
    struct view_key key = view_key_visit("7f0c2a51-0f7e-4b7a-9d51-2f1f0c9a3b10");
    struct view_key other = view_key_hash('D', "a/b", "");
    struct view_change change;
    struct str value, old = STR_LIT("old");
    size_t at = 0;
    view_init(&v, 1, 2);
    assert_true(view_want(&v, &key));
    assert_false(view_want(&v, &key));
    view_load(&v, &key, &old);
    assert_false(view_want(&v, &key));
    assert_true(view_get(&v, &key, &value) && str_is(value, "old"));
    assert_false(view_next(&v, &at, &change)); /* what was only read isn't written back */
    view_put(&v, &key, STR_LIT("new"), 9);
    view_load(&v, &key, &old);                 /* what was committed does not cover it */
    assert_true(view_get(&v, &key, &value) && str_is(value, "new"));
    at = 0;
    assert_true(view_next(&v, &at, &change));
    assert_true(str_is(change.value, "new") && change.expires == 9 && !change.removed);
    assert_false(view_next(&v, &at, &change));
    view_remove(&v, &key);
    assert_false(view_get(&v, &key, &value));
    at = 0;
    assert_true(view_next(&v, &at, &change) && change.removed);
    assert_int_equal(v.written, 1);
    assert_int_equal(v.error, 0);
    assert_false(view_get(&v, &other, &value)); /* nobody loaded it: a slip that must not pass for "unknown" */
    assert_int_equal(v.error, -ENOENT);
    view_forget(&v);
    assert_int_equal(v.error, 0);
    assert_true(view_want(&v, &key));
    view_done(&v);
}

static void test_keys(void **state)
{
    (void)state;
    struct view_key a = view_key_token('H', TOKEN_A), b = view_key_token('A', TOKEN_A);
    assert_int_equal(a.len, 23);
    assert_memory_not_equal(a.bytes, b.bytes, 23);
    assert_int_equal(view_key_token('H', "3510161203120001").len, 0);
    /* "ab" + "c" is not "a" + "bc" */
    a = view_key_hash('C', "ab", "c");
    b = view_key_hash('C', "a", "bc");
    assert_int_equal(a.len, 21);
    assert_memory_not_equal(a.bytes, b.bytes, 21);
    a = view_key_visit("00ff0a10-0000-0000-0000-0000000000f1");
    assert_memory_equal(a.bytes, "V\x00\xff\x0a\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf1", 17);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entity), cmocka_unit_test(test_now), cmocka_unit_test(test_visit),
        cmocka_unit_test(test_layers), cmocka_unit_test(test_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
