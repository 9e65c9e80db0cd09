#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/daemon/txn_offsets.h"

static const struct place places[] = {
    { TOPIC_RAW_PERIOD, 0, 5 }, { TOPIC_RAW_PERIOD, 3, 0 }, { TOPIC_RAW_VISIT, 0, 70 }, { TOPIC_RAW_VISIT, 3, 9 },
};

static struct txn_offsets owned(void)
{
    struct txn_offsets o = { 0 };
    assert_int_equal(txn_offsets_own(&o, places, ARRAY_LEN(places)), 0);
    return o;
}

static void finds_what_is_owned_and_nothing_else(void **state)
{
    (void)state;
    struct txn_offsets o = owned();
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        assert_int_equal(txn_offsets_find(&o, places[i].topic, places[i].partition), i);
    assert_int_equal(txn_offsets_find(&o, TOPIC_RAW_PERIOD, 1), -1);
    assert_int_equal(txn_offsets_find(&o, TOPIC_RAW_PERIOD, 4), -1);
    assert_int_equal(txn_offsets_find(&o, TOPIC_RAW_PERIOD, -1), -1);
    assert_int_equal(txn_offsets_find(&o, TOPIC_REGISTRY, 0), -1);
    assert_int_equal(txn_offsets_find(&o, TOPIC_COUNT, 0), -1);
    assert_int_equal(txn_offsets_find(&o, (enum topic)-1, 0), -1);
    // A later assignment leaves nothing of the earlier one.
    assert_int_equal(txn_offsets_own(&o, &places[3], 1), 0);
    assert_int_equal(txn_offsets_find(&o, TOPIC_RAW_VISIT, 3), 0);
    assert_int_equal(txn_offsets_find(&o, TOPIC_RAW_VISIT, 0), -1);
    assert_int_equal(txn_offsets_find(&o, TOPIC_RAW_PERIOD, 0), -1);
    txn_offsets_clear(&o);
    assert_int_equal(txn_offsets_find(&o, TOPIC_RAW_VISIT, 3), -1);
    txn_offsets_clear(&o);
}

static void a_commit_settles_and_an_abort_rewinds(void **state)
{
    (void)state;
    struct txn_offsets o = owned();
    struct place next[ARRAY_LEN(places)];
    o.slots[0].next = 8;
    o.slots[0].fetched = 20;
    txn_offsets_next(&o, next);
    assert_int_equal(next[0].offset, 8);
    assert_int_equal(next[2].offset, 70);
    txn_offsets_rewind(&o);
    assert_int_equal(o.slots[0].next, 5);
    assert_int_equal(o.slots[0].fetched, 5);

    o.slots[0].next = 8;
    o.slots[0].fetched = 20;
    txn_offsets_settle(&o);
    txn_offsets_rewind(&o);
    assert_int_equal(o.slots[0].next, 8);
    assert_int_equal(o.slots[0].fetched, 8);

    o.slots[1].fetched = 4;
    txn_offsets_refetch(&o);
    assert_int_equal(o.slots[1].fetched, 0);
    txn_offsets_clear(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_owned_and_nothing_else),
        cmocka_unit_test(a_commit_settles_and_an_abort_rewinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
