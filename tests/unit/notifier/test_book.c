#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/cleanup.h"
#include "services/notifier/book.h"

enum { REGENCY = 3510, NOW = 1000 };

static struct giver asn(int n)
{
    struct giver giver = { .kind = GIVER_ASN };
    snprintf(giver.id, sizeof(giver.id), "k1.giver%d", n);
    return giver;
}

static void fold_row(struct book *book, int household, int giver, enum row_state state)
{
    struct assignment row = { .period = "2026-01", .regency = REGENCY, .state = state };
    snprintf(row.household, sizeof(row.household), "k1.family%d", household);
    if (giver > 0)
        row.giver = asn(giver);
    assert_int_equal(book_row(book, &row), 0);
}

static void fold_plan(struct book *book, enum plan_trigger trigger)
{
    struct plan plan = { .regency = REGENCY, .period = "2026-01", .trigger = trigger, .distribution_from = 100,
                         .distribution_to = 102, .report_by = 105 };
    assert_int_equal(book_plan(book, &plan, NOW), 0);
}

static void fold_contact(struct book *book, int giver, bool consent)
{
    struct contact contact = { .giver = asn(giver), .regency = REGENCY, .consent = consent };
    snprintf(contact.phone_token, sizeof(contact.phone_token), "k1.phone%d", giver);
    assert_int_equal(book_contact(book, &contact, NOW), 0);
}

static struct prospect prospect_of(struct book *book, uint32_t pair)
{
    struct prospect prospect;
    book_prospect(book, pair, 500, NOW, &prospect);
    return prospect;
}

/* A plan of two givers with two families and one. */
static struct book *planned(void)
{
    struct book *book = book_new(1, 2);
    fold_contact(book, 1, true);
    fold_row(book, 1, 1, ROW_PLANNED);
    fold_row(book, 2, 1, ROW_PLANNED);
    fold_row(book, 3, 2, ROW_PLANNED);
    fold_row(book, 4, 0, ROW_UNSERVED);
    fold_plan(book, TRIGGER_CUT);
    return book;
}

static void test_a_giver_is_due_once_the_plan_stands(void **state)
{
    (void)state;
    struct book *book cleanup(book_free) = book_new(1, 2);
    uint32_t pair;
    fold_contact(book, 1, true);
    fold_row(book, 1, 1, ROW_PLANNED);
    assert_false(book_due(book, NOW, &pair));
    fold_plan(book, TRIGGER_CUT);
    assert_false(book_due(book, NOW - 1, &pair));
    assert_true(book_due(book, NOW, &pair));
    assert_false(book_due(book, NOW, &pair));
    struct prospect prospect = prospect_of(book, pair);
    assert_int_equal(prospect.families, 1);
    assert_int_equal(prospect.last_day, 102);
    assert_true(prospect.has_contact && prospect.consent && prospect.contact_awaited);
}

static void test_one_message_for_all_families(void **state)
{
    (void)state;
    struct book *book cleanup(book_free) = planned();
    uint32_t first, second, third;
    assert_true(book_due(book, NOW, &first));
    assert_true(book_due(book, NOW, &second));
    assert_false(book_due(book, NOW, &third));
    assert_int_equal(prospect_of(book, first).families + prospect_of(book, second).families, 3);
    assert_int_not_equal(prospect_of(book, first).has_contact, prospect_of(book, second).has_contact);
}

static void test_rows_of_the_moment_count(void **state)
{
    (void)state;
    struct book *book cleanup(book_free) = planned();
    uint32_t pair;
    fold_row(book, 1, 1, ROW_DELIVERED);
    fold_row(book, 2, 3, ROW_PLANNED);
    fold_row(book, 3, 2, ROW_CANCELLED);
    fold_plan(book, TRIGGER_REPAIR);
    int sum = 0;
    while (book_due(book, NOW, &pair))
        sum += prospect_of(book, pair).families;
    assert_int_equal(sum, 1);
}

static void test_once_a_period(void **state)
{
    (void)state;
    struct book *book cleanup(book_free) = planned();
    uint32_t pair;
    while (book_due(book, NOW, &pair))
        assert_true(book_advance(book, pair, 1, MESSAGE_INTENT, ""));
    fold_row(book, 9, 1, ROW_PLANNED);
    fold_plan(book, TRIGGER_REPAIR);
    assert_false(book_due(book, NOW, &pair));
    fold_row(book, 10, 7, ROW_PLANNED);
    fold_plan(book, TRIGGER_REPAIR);
    assert_true(book_due(book, NOW, &pair));
}

static void test_states_only_rise(void **state)
{
    (void)state;
    struct book *book cleanup(book_free) = planned();
    uint32_t pair;
    assert_true(book_due(book, NOW, &pair));
    assert_true(book_advance(book, pair, 1, MESSAGE_SUPPRESSED, "no_contact"));
    assert_true(book_advance(book, pair, 1, MESSAGE_INTENT, ""));
    assert_true(book_advance(book, pair, 1, MESSAGE_DELIVERED, ""));
    assert_false(book_advance(book, pair, 1, MESSAGE_SENT, ""));
    assert_false(book_advance(book, pair, 1, MESSAGE_DELIVERED, ""));
    assert_true(book_advance(book, pair, 1, MESSAGE_READ, ""));
    assert_true(book_advance(book, pair, 2, MESSAGE_INTENT, ""));
    assert_false(book_advance(book, pair, 1, MESSAGE_READ, ""));
}

static void test_a_late_contact_wakes(void **state)
{
    (void)state;
    struct book *book cleanup(book_free) = planned();
    uint32_t pair;
    while (book_due(book, NOW, &pair)) {
        if (!prospect_of(book, pair).has_contact)
            assert_true(book_advance(book, pair, 1, MESSAGE_SUPPRESSED, "no_contact"));
        else
            assert_true(book_advance(book, pair, 1, MESSAGE_INTENT, ""));
    }
    fold_contact(book, 2, true);
    assert_true(book_due(book, NOW, &pair));
    assert_true(prospect_of(book, pair).has_contact);
    assert_false(book_due(book, NOW, &pair));
}

static void test_suppression(void **state)
{
    (void)state;
    struct book *book cleanup(book_free) = book_new(1, 2);
    uint32_t pair;
    fold_contact(book, 1, true);
    fold_row(book, 1, 1, ROW_PLANNED);
    fold_plan(book, TRIGGER_CUT);
    struct suppression suppression = { .phone_token = "k1.phone1", .reason = SUPPRESSION_OPT_OUT };
    assert_int_equal(book_suppression(book, &suppression), 0);
    assert_true(book_due(book, NOW, &pair));
    assert_int_equal(prospect_of(book, pair).suppressed, SUPPRESSION_OPT_OUT);
    book_suppression_lifted(book, str_from("k1.phone1"));
    assert_int_equal(prospect_of(book, pair).suppressed, SUPPRESSION_NONE);
    assert_int_equal(book_contact_gone(book, REGENCY, str_from("k1.giver1")), 0);
    assert_false(prospect_of(book, pair).has_contact);
}

/* What was written, read back into an empty book, gives the same state: the restore's property. */
static void test_restore(void **state)
{
    (void)state;
    struct book *live cleanup(book_free) = planned(), *restored cleanup(book_free) = planned();
    struct notification written[4];
    size_t count = 0;
    uint32_t pair, at = 0;
    while (book_due(live, NOW, &pair)) {
        assert_true(
            book_advance(live, pair, 1, count == 0 ? MESSAGE_FAILED : MESSAGE_INTENT, count == 0 ? "no_answer" : ""));
        book_message(live, pair, &written[count++]);
    }
    while (book_due(restored, NOW, &pair))
        continue;
    for (size_t i = 0; i < count; i++)
        assert_int_equal(book_notification(restored, &written[i], NOW), 0);
    assert_true(book_due(restored, NOW, &pair)); /* nothing had left: tried again */
    assert_false(book_due(restored, NOW, &pair));
    assert_true(book_next_in_state(restored, MESSAGE_INTENT, &at, &pair));
    assert_false(book_next_in_state(restored, MESSAGE_INTENT, &at, &pair));
    for (size_t i = 0; i < count; i++) {
        struct notification again;
        assert_true(book_find(restored, written[i].notification, &pair));
        book_message(restored, pair, &again);
        assert_memory_equal(&again, &written[i], sizeof(again));
    }
}

/* "Refused for now", said the gateway, and spoke of it in a callback all the same: never again, restart or not. */
static void test_what_the_gateway_took_is_not_tried_again(void **state)
{
    (void)state;
    struct book *live cleanup(book_free) = planned(), *restored cleanup(book_free) = planned();
    struct notification written;
    uint32_t pair, other;
    assert_true(book_due(live, NOW, &pair));
    assert_true(book_advance(live, pair, 1, MESSAGE_INTENT, ""));
    assert_false(book_taken(live, pair)); /* an intent: no news that a record must keep */
    assert_true(book_advance(live, pair, 1, MESSAGE_FAILED, "gateway_131016"));
    assert_int_equal(book_later(live, pair, NOW), 0);
    while (book_due(live, NOW, &other))
        assert_int_not_equal(other, pair);
    book_message(live, pair, &written);
    snprintf(written.gateway_id, sizeof(written.gateway_id), "wamid.A");
    assert_int_equal(book_notification(restored, &written, NOW), 0);
    assert_true(book_find(restored, written.notification, &pair));
    while (book_due(restored, NOW, &other))
        assert_int_not_equal(other, pair);
}

static void test_a_callback_belies_a_refusal_once(void **state)
{
    (void)state;
    struct book *book cleanup(book_free) = planned();
    uint32_t pair;
    assert_true(book_due(book, NOW, &pair));
    assert_true(book_advance(book, pair, 1, MESSAGE_FAILED, "gateway_131016"));
    assert_true(book_taken(book, pair));
    assert_false(book_taken(book, pair));
}

/* The pair limit is kept over a restart and over plan events. */
static void test_a_refused_message_keeps_its_time(void **state)
{
    (void)state;
    struct book *book cleanup(book_free) = planned();
    struct notification written;
    uint32_t pair, other;
    assert_true(book_due(book, NOW, &pair));
    assert_true(book_advance(book, pair, 1, MESSAGE_FAILED, "gateway_131056"));
    book_message(book, pair, &written);
    while (book_due(book, NOW, &other))
        continue;
    assert_int_equal(book_notification(book, &written, NOW), 0);
    fold_row(book, 9, 1, ROW_PLANNED);
    fold_row(book, 10, 2, ROW_PLANNED);
    fold_plan(book, TRIGGER_REPAIR);
    while (book_due(book, NOW + 5999, &other))
        assert_int_not_equal(other, pair);
    assert_true(book_due(book, NOW + 6000, &other));
    assert_int_equal(other, pair);
}

static void test_which_refusals_count(void **state)
{
    (void)state;
    assert_true(book_reason_counts("gateway_131056"));
    assert_false(book_reason_counts("gateway_130429"));
    assert_false(book_reason_counts("gateway_190"));
    assert_false(book_reason_counts("no_answer"));
}

static void test_which_failures_are_tried_again(void **state)
{
    (void)state;
    assert_true(book_reason_retries("no_answer"));
    assert_true(book_reason_retries("gateway_130429"));
    assert_true(book_reason_retries("gateway_190"));
    assert_false(book_reason_retries("gateway_131026"));
    assert_false(book_reason_retries("gateway_x"));
    assert_false(book_reason_retries("opt_out"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_giver_is_due_once_the_plan_stands),
        cmocka_unit_test(test_one_message_for_all_families),
        cmocka_unit_test(test_rows_of_the_moment_count),
        cmocka_unit_test(test_once_a_period),
        cmocka_unit_test(test_states_only_rise),
        cmocka_unit_test(test_a_late_contact_wakes),
        cmocka_unit_test(test_suppression),
        cmocka_unit_test(test_restore),
        cmocka_unit_test(test_what_the_gateway_took_is_not_tried_again),
        cmocka_unit_test(test_a_callback_belies_a_refusal_once),
        cmocka_unit_test(test_a_refused_message_keeps_its_time),
        cmocka_unit_test(test_which_refusals_count),
        cmocka_unit_test(test_which_failures_are_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
