#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/daemon/txn_hold.h"

enum { SLOTS = 4 };

struct world {
    struct txn_offsets offsets;
    struct txn_holds holds;
};

static int set_up(void **state)
{
    static struct world w;
    struct place places[SLOTS];
    for (int i = 0; i < SLOTS; i++)
        places[i] = (struct place){ TOPIC_RAW_PERIOD, i, 100 };
    w = (struct world){ 0 };
    if (txn_offsets_own(&w.offsets, places, SLOTS) != 0 || txn_holds_own(&w.holds, SLOTS) != 0)
        return -1;
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    txn_holds_clear(&w->holds);
    txn_offsets_clear(&w->offsets);
    return 0;
}

/* A record of the slot's partition, kept as if it had been held. */
static void hold(struct world *w, size_t slot, int64_t offset, int64_t append_time, size_t bytes)
{
    static char value[1024 * 1024];
    const struct header headers[] = { { STR_LIT("ce_id"), STR_LIT("x") }, { STR_LIT("none"), { NULL, 0 } } };
    struct record record = {
        .topic = TOPIC_RAW_PERIOD, .partition = (int32_t)slot, .offset = offset, .append_time = append_time,
        .key = STR_LIT("key"), .value = { value, bytes }, .headers = headers, .header_count = 2,
    };
    struct kafka_batch batch = { .records = &record, .count = 1 };
    struct kafka_kept *kept = kafka_batch_keep(NULL, &batch, 0);
    assert_non_null(kept);
    assert_int_equal(txn_hold_append(&w->holds, slot, kept), 0);
}

static void wait_for(struct world *w, size_t slot, const int64_t ends[SLOTS])
{
    struct place places[SLOTS];
    for (int i = 0; i < SLOTS; i++)
        places[i] = (struct place){ TOPIC_RAW_PERIOD, i, ends[i] };
    assert_int_equal(txn_hold_wait(&w->holds, slot, places, SLOTS), 0);
}

static void a_kept_record_is_a_copy(void **state)
{
    struct world *w = *state;
    hold(w, 1, 7, 5, 3);
    const struct record *r = kafka_kept_record(txn_hold_peek(&w->holds, 1, 0));
    assert_int_equal(r->offset, 7);
    assert_true(str_is(r->key, "key"));
    assert_int_equal(r->value.n, 3);
    assert_int_equal(r->header_count, 2);
    assert_true(str_is(r->headers[0].name, "ce_id") && str_is(r->headers[0].value, "x"));
    assert_null(r->headers[1].value.p);
    assert_null(txn_hold_peek(&w->holds, 1, 1));
    assert_null(txn_hold_peek(&w->holds, 0, 0));
}

static void waits_until_every_other_partition_is_fetched(void **state)
{
    struct world *w = *state;
    hold(w, 0, 100, 1, 1);
    assert_int_equal(txn_hold_ready(&w->holds, &w->offsets), -1); // the ends are not noted yet
    wait_for(w, 0, (int64_t[]){ 500, 110, 100, 120 });
    assert_int_equal(txn_hold_ready(&w->holds, &w->offsets), -1);
    w->offsets.slots[1].fetched = 110;
    assert_int_equal(txn_hold_ready(&w->holds, &w->offsets), -1);
    w->offsets.slots[3].fetched = 119;
    assert_int_equal(txn_hold_ready(&w->holds, &w->offsets), -1);
    w->offsets.slots[3].fetched = 121;
    assert_int_equal(txn_hold_ready(&w->holds, &w->offsets), 0); // its own partition's end is no matter
    w->holds.holds[0].open = true;
    assert_int_equal(txn_hold_ready(&w->holds, &w->offsets), -1);
}

static void the_earlier_command_goes_first(void **state)
{
    struct world *w = *state;
    hold(w, 0, 100, 20, 1);
    hold(w, 2, 100, 10, 1);
    wait_for(w, 0, (int64_t[]){ 0, 0, 0, 0 });
    wait_for(w, 2, (int64_t[]){ 0, 0, 0, 0 });
    assert_int_equal(txn_hold_ready(&w->holds, &w->offsets), 2);
    txn_hold_pop(&w->holds, 2, 1);
    assert_int_equal(w->holds.active, 1);
    assert_int_equal(txn_hold_ready(&w->holds, &w->offsets), 0);
}

static void two_full_queues_do_not_wait_for_each_other(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 33; i++) {
        hold(w, 0, 100 + i, 20, 1024 * 1024);
        hold(w, 1, 100 + i, 10, 1024 * 1024);
    }
    assert_true(txn_hold_is_full(&w->holds, 0) && txn_hold_is_full(&w->holds, 1));
    wait_for(w, 0, (int64_t[]){ 0, 900, 0, 0 });
    wait_for(w, 1, (int64_t[]){ 900, 0, 0, 101 });
    assert_int_equal(txn_hold_ready(&w->holds, &w->offsets), 0); // 1 also waits for what can still come
    w->offsets.slots[3].fetched = 101;
    assert_int_equal(txn_hold_ready(&w->holds, &w->offsets), 1);
    txn_hold_pop(&w->holds, 1, 33);
    assert_false(txn_hold_is_full(&w->holds, 1));
    assert_int_equal(w->holds.holds[1].bytes, 0);
}

static void many_records_keep_their_order(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 300; i++) {
        hold(w, 3, i, 0, 1);
        if (i % 3 == 2)
            txn_hold_pop(&w->holds, 3, 1);
    }
    for (size_t i = 0; i < 200; i++)
        assert_int_equal(kafka_kept_record(txn_hold_peek(&w->holds, 3, i))->offset, 100 + i);
    txn_holds_drop(&w->holds);
    assert_int_equal(w->holds.active, 0);
    assert_int_equal(w->holds.count, SLOTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_kept_record_is_a_copy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(waits_until_every_other_partition_is_fetched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_earlier_command_goes_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_full_queues_do_not_wait_for_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_records_keep_their_order, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
