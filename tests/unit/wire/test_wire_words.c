/*
 * The words of the contract and their order, the topics' names, and the keys.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/core/buf.h"
#include "common/wire/decision.h"
#include "common/wire/notification.h"
#include "common/wire/registry.h"
#include "common/wire/tally.h"
#include "common/wire/topics.h"
#include "common/wire/warning.h"

static void assert_word(const struct wire_words *words, int value, const char *word)
{
    assert_string_equal(wire_word(words, value), word);
    assert_int_equal(wire_value(words, str_from(word)), value);
}

/* The last value of each enumeration has the last word: no table is shifted or short. */
static void test_last_words(void **state)
{
    (void)state;
    assert_word(&wire_giver_kinds, GIVER_PARTNER, "partner");
    assert_word(&wire_employments, EMPLOYMENT_PPPK_PART_TIME, "pppk_part_time");
    assert_word(&wire_positions, POSITION_STAFF, "staff");
    assert_word(&wire_household_statuses, HOUSEHOLD_LEFT, "left");
    assert_word(&wire_asn_statuses, ASN_EXEMPT, "exempt");
    assert_word(&wire_partner_kinds, PARTNER_OTHER, "other");
    assert_word(&wire_donation_states, DONATION_WITHDRAWN, "withdrawn");
    assert_word(&wire_programmes, PROGRAMME_WEEKLY_DISH, "weekly_dish");
    assert_word(&wire_decile_bases, BASIS_REGENCY, "regency");
    assert_word(&wire_period_states, PERIOD_VOID, "void");
    assert_word(&wire_outcomes, OUTCOME_VOID, "void");
    assert_word(&wire_healths, HEALTH_BEDRIDDEN, "bedridden");
    assert_word(&wire_houses, HOUSE_UNFIT, "unfit");
    assert_word(&wire_referral_kinds, REFERRAL_BEDAH_RUMAH, "bedah_rumah");
    assert_word(&wire_referral_states, REFERRAL_WITHDRAWN, "withdrawn");
    assert_word(&wire_row_states, ROW_CANCELLED, "cancelled");
    assert_word(&wire_row_reasons, REASON_SUPPLY_EXHAUSTED, "supply_exhausted");
    assert_word(&wire_row_reasons, REASON_VOID, "void");
    assert_word(&wire_triggers, TRIGGER_REFUSED, "refused");
    assert_word(&wire_message_kinds, MESSAGE_CHANGED, "changed");
    assert_word(&wire_message_states, MESSAGE_READ, "read");
    assert_word(&wire_suppression_reasons, SUPPRESSION_WRONG_NUMBER, "wrong_number");
    assert_int_equal(wire_referral_kinds.count, REFERRAL_KINDS);
    assert_int_equal(CHILD_WORKING, 1 << (wire_value(&wire_children, str_from("working")) - 1));
    assert_int_equal(AID_OTHER, 1 << (wire_value(&wire_aids, str_from("other")) - 1));
}

static void test_no_word(void **state)
{
    (void)state;
    assert_null(wire_word(&wire_healths, 0));
    assert_null(wire_word(&wire_healths, -1));
    assert_null(wire_word(&wire_healths, wire_healths.count));
    assert_int_equal(wire_value(&wire_healths, str_from("")), 0);
    assert_int_equal(wire_value(&wire_healths, str_from("welll")), 0);
    assert_int_equal(wire_value(&wire_healths, (struct str){ "wellness", 3 }), 0);
    assert_null(reject_code_name(REJECT_NONE));
    assert_null(reject_code_name(REJECT_CODES));
    assert_string_equal(reject_code_name(REJECT_BAD_CLOUDEVENT), "bad_cloudevent");
    assert_null(warning_code_name(WARNING_NONE));
    assert_null(warning_code_name(WARNING_CODES));
    assert_string_equal(warning_code_name(WARNING_VILLAGE), "village");
}

/* What is too long for a fault's texts is cut, never written over the end. */
static void test_reject_is_cut(void **state)
{
    (void)state;
    char text[600];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct reject r;
    assert_int_equal(reject_set(&r, REJECT_BAD_DATE, text, text), -EBADMSG);
    assert_int_equal(strlen(r.pointer), REJECT_POINTER_SIZE - 1);
    assert_int_equal(strlen(r.expected), REJECT_EXPECTED_SIZE - 1);
}

static void test_topics(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    for (int t = 0; t < TOPIC_COUNT; t++) {
        buf_reset(&b);
        buf_printf(&b, "berbagi.%s", topic_name((enum topic)t));
        assert_int_equal(topic_from_name(buf_str(&b), "berbagi."), t);
        assert_int_equal(topic_from_name(buf_str(&b), ""), -1);
        assert_int_equal(topic_from_name(buf_str(&b), "Berbagi."), -1);
    }
    assert_int_equal(topic_from_name(str_from("berbagi."), "berbagi."), -1);
    assert_int_equal(topic_from_name(str_from("berb"), "berbagi."), -1);
    assert_int_equal(topic_from_name(str_from("visit"), ""), TOPIC_VISIT);
    buf_done(&b);
}

// ---- keys ----------------------------------------------------------------------------------------------------------

static void test_registry_keys(void **state)
{
    (void)state;
    static const struct {
        const char *key, *id;
        enum registry_type type;
    } rows[] = {
        { "household:3510/k1.aaaa", "k1.aaaa", REGISTRY_HOUSEHOLD },
        { "asn:3510/k1.aaaa", "k1.aaaa", REGISTRY_ASN },
        { "donation:3510/p1/d1", "p1/d1", REGISTRY_DONATION },
        { "period:3510/2026/01/plan", "2026/01/plan", REGISTRY_PERIOD },
        { "delivery:3510/7f0c", "7f0c", REGISTRY_DELIVERY },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct registry_key key;
        struct buf b;
        assert_int_equal(registry_key_parse(str_from(rows[i].key), &key), 0);
        assert_int_equal(key.type, rows[i].type);
        assert_int_equal(key.regency, 3510);
        assert_true(str_is(key.id, rows[i].id));
        buf_init(&b, 200);
        registry_key_write(&b, key.type, key.regency, rows[i].id);
        assert_true(str_is(buf_str(&b), rows[i].key));
        buf_done(&b);
    }
}

static void test_no_registry_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "", ":", "household", "household:", "household:3510", "household:3510/", "household:351/x",
        "household:35100/x",
        "household:0510/x", "household:35a0/x", "households:3510/x", "house:3510/x", ":3510/x", "Household:3510/x",
        "assignment:3510/p/x", "household:-351/x",
    };
    struct registry_key key;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        assert_int_equal(registry_key_parse(str_from(keys[i]), &key), -EINVAL);
    assert_int_equal(registry_key_parse((struct str){ NULL, 0 }, &key), -EINVAL);

    char text[200] = "donation:3510/";
    memset(text + strlen(text), 'x', DONATION_ID_SIZE - 1);
    assert_int_equal(registry_key_parse(str_from(text), &key), 0);
    memset(text + strlen(text), 'x', 1);
    assert_int_equal(registry_key_parse(str_from(text), &key), -EINVAL);
}

static void test_decision_keys(void **state)
{
    (void)state;
    static const struct assignment row = { .regency = 3510, .period = "2026/w05", .household = "k1.aaaa" };
    static const struct plan plan = { .regency = 3511, .period = "2026-01", .revision = 12 };
    struct decision_key key;
    struct buf b;
    buf_init(&b, 200);
    assignment_key_write(&b, &row);
    assert_true(str_is(buf_str(&b), "assignment:3510/2026/w05/k1.aaaa"));
    assert_int_equal(decision_key_parse(buf_str(&b), &key), 0);
    assert_int_equal(key.type, DECISION_ASSIGNMENT);
    assert_int_equal(key.regency, 3510);
    assert_true(str_is(key.period, "2026/w05"));
    assert_true(str_is(key.id, "k1.aaaa"));
    buf_reset(&b);
    plan_key_write(&b, &plan);
    assert_true(str_is(buf_str(&b), "plan:3511/2026-01/12"));
    assert_int_equal(decision_key_parse(buf_str(&b), &key), 0);
    assert_int_equal(key.type, DECISION_PLAN);
    assert_true(str_is(key.id, "12"));
    buf_done(&b);

    static const char *const none[] = {
        "", "plan:3510/12", "plan:3510//12", "plan:3510/2026-01/", "household:3510/p/x",
    };
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        assert_int_equal(decision_key_parse(str_from(none[i]), &key), -EINVAL);
}

static void test_ids(void **state)
{
    (void)state;
    static const struct donation donation = { .partner = "p1", .donation = "d1" };
    static const struct period period = { .period = "2026-01", .state = PERIOD_CLOSE };
    struct donation longest;
    char id[DONATION_ID_SIZE];
    donation_id(&donation, id);
    assert_string_equal(id, "p1/d1");
    period_id(&period, id);
    assert_string_equal(id, "2026-01/close");
    memset(&longest, 0, sizeof longest);
    memset(longest.partner, 'p', REF_SIZE - 1);
    memset(longest.donation, 'd', REF_SIZE - 1);
    donation_id(&longest, id);
    assert_int_equal(strlen(id), DONATION_ID_SIZE - 1);
}

/* printf '3510|2026-01|asn|k1.aaaa|assigned|0' | sha256sum | cut -c1-32 */
static void test_notification_id(void **state)
{
    (void)state;
    static const struct notification m = {
        .regency = 3510, .period = "2026-01", .giver = { GIVER_ASN, "k1.aaaa" }, .kind = MESSAGE_ASSIGNED,
        .round = "0",
    };
    char id[NOTIFICATION_SIZE];
    notification_id(&m, id);
    assert_string_equal(id, "b913f215305bde7539a2a9cd49cbd115");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_words),     cmocka_unit_test(test_no_word),
        cmocka_unit_test(test_reject_is_cut),  cmocka_unit_test(test_topics),
        cmocka_unit_test(test_registry_keys),  cmocka_unit_test(test_no_registry_keys),
        cmocka_unit_test(test_decision_keys),  cmocka_unit_test(test_ids),
        cmocka_unit_test(test_notification_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
