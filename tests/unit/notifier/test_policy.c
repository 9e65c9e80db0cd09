#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/cleanup.h"
#include "common/domain/local.h"
#include "services/notifier/pacing.h"
#include "services/notifier/policy.h"
#include "services/notifier/queue.h"

enum { DAY = 20481, HOUR = 60, PAPUA = 9171, BALI = 5103, BANYUWANGI = 3510 }; /* day 20481: 28 January 2026 */

static int64_t at(int32_t regency, int32_t minute)
{
    return local_instant(regency, DAY, minute);
}

struct row {
    const char *title;
    struct prospect prospect;
    int32_t minute; /* local */
    enum decision decision;
    const char *reason;
};

#define GOOD .regency = BANYUWANGI, .families = 2, .last_day = DAY, .has_contact = true, .consent = true

static const struct row rows[] = {
    { "in the morning", { GOOD }, 9 * HOUR, DECIDE_SEND, NULL },
    { "at seven sharp", { GOOD }, 7 * HOUR, DECIDE_SEND, NULL },
    { "a minute before seven", { GOOD }, 7 * HOUR - 1, DECIDE_WAIT, NULL },
    { "a minute before eight in the evening", { GOOD }, 20 * HOUR - 1, DECIDE_SEND, NULL },
    { "at eight in the evening", { GOOD }, 20 * HOUR, DECIDE_WAIT, NULL },
    { "the last day has passed", { GOOD }, 24 * HOUR + 9 * HOUR, DECIDE_EXPIRE, "too_late" },
    { "nothing left",
      { .regency = BANYUWANGI, .last_day = DAY, .has_contact = true, .consent = true },
      9 * HOUR,
      DECIDE_SUPPRESS,
      "nothing_left" },
    { "no contact",
      { .regency = BANYUWANGI, .families = 2, .last_day = DAY },
      9 * HOUR,
      DECIDE_SUPPRESS,
      "no_contact" },
    { "no contact yet",
      { .regency = BANYUWANGI, .families = 2, .last_day = DAY, .contact_awaited = true },
      9 * HOUR,
      DECIDE_WAIT,
      NULL },
    { "no consent",
      { .regency = BANYUWANGI, .families = 2, .last_day = DAY, .has_contact = true },
      9 * HOUR,
      DECIDE_SUPPRESS,
      "no_consent" },
    { "opted out", { GOOD, .suppressed = SUPPRESSION_OPT_OUT }, 9 * HOUR, DECIDE_SUPPRESS, "opt_out" },
    { "unreachable", { GOOD, .suppressed = SUPPRESSION_UNREACHABLE }, 9 * HOUR, DECIDE_SUPPRESS, "unreachable" },
    { "opted out at night", { GOOD, .suppressed = SUPPRESSION_OPT_OUT }, 23 * HOUR, DECIDE_SUPPRESS, "opt_out" },
};

static void test_decision(void **state)
{
    const struct row *row = *state;
    struct policy_answer answer = policy_decide(&row->prospect, at(BANYUWANGI, row->minute));
    assert_int_equal(answer.decision, row->decision);
    if (row->reason == NULL)
        assert_null(answer.reason);
    else
        assert_string_equal(answer.reason, row->reason);
    assert_true((answer.decision == DECIDE_WAIT) == (answer.wait_ms > 0));
}

static void test_quiet_hours_are_local(void **state)
{
    (void)state;
    /* 19:30 in Banyuwangi is 20:30 in Bali and 21:30 in Papua. */
    int64_t evening = at(BANYUWANGI, 19 * HOUR + 30);
    assert_int_equal(policy_quiet_ms(BANYUWANGI, evening), 0);
    assert_int_equal(policy_quiet_ms(BALI, evening), INT64_C(60000) * (10 * HOUR + 30));
    assert_int_equal(policy_quiet_ms(PAPUA, evening), INT64_C(60000) * (9 * HOUR + 30));
    assert_int_equal(policy_quiet_ms(BANYUWANGI, at(BANYUWANGI, 6 * HOUR)), INT64_C(60000) * HOUR);
}

static void test_pacing(void **state)
{
    (void)state;
    struct pacing p;
    pacing_init(&p, 80, 1000);
    assert_int_equal(pacing_take(&p, 500, 1000), 80);
    assert_int_equal(pacing_take(&p, 500, 1000), 0);
    assert_int_equal(pacing_take(&p, 500, 1500), 40);
    assert_int_equal(pacing_take(&p, 10, 2500), 10);
    assert_int_equal(pacing_take(&p, 500, 2500), 70);
    pacing_return(&p, 500);
    assert_int_equal(pacing_take(&p, 500, 2500), 80);
    assert_int_equal(pacing_take(&p, 500, 1000000000), 80);
    pacing_slow_down(&p, 1);
    assert_int_equal(pacing_take(&p, 500, 1000000000), 0);
    assert_int_equal(pacing_take(&p, 500, 1000001000), 40);
    /* Over any second no more than the rate and its burst leave. */
    int64_t total = 0;
    pacing_init(&p, 7, 0);
    for (int64_t now = 0; now <= 10000; now += 13)
        total += pacing_take(&p, 3, now);
    assert_true(total >= 70 && total <= 77);
}

static void test_queue(void **state)
{
    (void)state;
    struct queue q cleanup(queue_done) = { 0 };
    struct queue_entry entry, last = { INT64_MIN, 0 };
    uint64_t random = 1;
    for (uint32_t i = 0; i < 5000; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        assert_int_equal(queue_push(&q, (int64_t)(random >> 56), i), 0);
    }
    for (uint32_t i = 0; i < 5000; i++) {
        assert_true(queue_first(&q, &entry));
        assert_true(entry.at > last.at || (entry.at == last.at && (i == 0 || entry.item > last.item)));
        last = entry;
        queue_drop_first(&q);
    }
    assert_false(queue_first(&q, &entry));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(rows) + 3] = {
        cmocka_unit_test(test_quiet_hours_are_local),
        cmocka_unit_test(test_pacing),
        cmocka_unit_test(test_queue),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        tests[i + 3] = (struct CMUnitTest){ rows[i].title, test_decision, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
