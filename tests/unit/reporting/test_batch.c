#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/wire/decision.h"
#include "common/wire/registry.h"
#include "common/wire/tally.h"
#include "services/reporting/batch.h"
#include "services/reporting/migrations.h"

enum { MAX_RECORDS = 16 };

/* Records whose bytes live as long as the fixture. */
struct fixture {
    struct batch batch;
    struct batch_record records[MAX_RECORDS];
    struct buf bytes[2 * MAX_RECORDS];
    size_t count;
};

static int set_up(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof(f));
    batch_init(&f.batch);
    for (size_t i = 0; i < ARRAY_LEN(f.bytes); i++)
        buf_init(&f.bytes[i], 1 << 16);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    batch_done(&f->batch);
    for (size_t i = 0; i < ARRAY_LEN(f->bytes); i++)
        buf_done(&f->bytes[i]);
    return 0;
}

static struct buf *new_value(struct fixture *f, enum topic topic, const char *key)
{
    struct buf *k = &f->bytes[2 * f->count], *v = &f->bytes[2 * f->count + 1];
    buf_append_cstr(k, key);
    f->records[f->count++] = (struct batch_record){ .topic = topic, .key = buf_str(k) };
    return v;
}

static void add_household(struct fixture *f, const char *id, enum household_status status)
{
    struct household m = { .ref = "SK-1", .regency = 3510, .village = 3510161002, .decile_national = 1, .dtsen = 24311,
                           .members = -1, .band = 2, .status = status };
    char key[80];
    snprintf(m.household, sizeof(m.household), "%s", id);
    snprintf(key, sizeof(key), "household:3510/%s", id);
    struct buf *value = new_value(f, TOPIC_REGISTRY, key);
    household_encode(value, &m);
    f->records[f->count - 1].value = buf_str(value);
}

static void add_tombstone(struct fixture *f, const char *key)
{
    (void)new_value(f, TOPIC_REGISTRY, key);
    f->records[f->count - 1].tombstone = true;
}

static const char *rows_of(struct fixture *f, enum table table)
{
    const char *text = buf_cstr(&f->batch.rows[table]);
    assert_non_null(text);
    return text;
}

#define ID "k1.utpuynhxcbu5nqlqjwllqe6e7hbydtgh"

static void test_a_row_has_the_columns(void **state)
{
    struct fixture *f = *state;
    add_household(f, ID, HOUSEHOLD_ACTIVE);
    assert_int_equal(batch_build(&f->batch, f->records, f->count), 0);
    assert_string_equal(rows_of(f, TABLE_HOUSEHOLD),
                        "[{\"regency\":\"3510\",\"household\":\"" ID "\",\"ref\":\"SK-1\",\"village\":\"3510161002\","
                        "\"decile_national\":1,\"decile_province\":null,\"decile_regency\":null,\"dtsen\":\"2025-12\","
                        "\"members\":null,\"band\":2,\"status\":\"active\",\"was\":null}]");
}

static void test_the_last_of_a_key_counts(void **state)
{
    struct fixture *f = *state;
    add_household(f, ID, HOUSEHOLD_ACTIVE);
    add_household(f, ID, HOUSEHOLD_LEFT);
    assert_int_equal(batch_build(&f->batch, f->records, f->count), 0);
    assert_int_equal(f->batch.row_count[TABLE_HOUSEHOLD], 1);
    assert_non_null(strstr(rows_of(f, TABLE_HOUSEHOLD), "\"left\""));
}

static void test_a_tombstone_ends_and_keeps(void **state)
{
    struct fixture *f = *state;
    add_household(f, ID, HOUSEHOLD_ACTIVE);
    add_tombstone(f, "household:3510/" ID);
    add_tombstone(f, "donation:3510/bumn-contoh/D-1");
    add_tombstone(f, "delivery:3510/7f0c");
    assert_int_equal(batch_build(&f->batch, f->records, f->count), 0);
    assert_int_equal(f->batch.row_count[TABLE_HOUSEHOLD], 1);
    assert_string_equal(rows_of(f, TABLE_HOUSEHOLD_ENDED), "[{\"regency\":\"3510\",\"household\":\"" ID "\"}]");
    assert_string_equal(rows_of(f, TABLE_DONATION_ENDED),
                        "[{\"regency\":\"3510\",\"partner\":\"bumn-contoh\",\"donation\":\"D-1\"}]");
    assert_int_equal(f->batch.row_count[TABLE_DELIVERY], 0);
}

static void test_a_broken_record_is_told_and_hides_none(void **state)
{
    struct fixture *f = *state;
    add_household(f, ID, HOUSEHOLD_ACTIVE);
    struct buf *value = new_value(f, TOPIC_REGISTRY, "household:3510/" ID);
    buf_append_cstr(value, "{\"household\":7}");
    f->records[1].value = buf_str(value);
    struct buf *other = new_value(f, TOPIC_DECISION, "nonsense");
    buf_append_cstr(other, "{}");
    f->records[2].value = buf_str(other);
    assert_int_equal(batch_build(&f->batch, f->records, f->count), 0);
    assert_int_equal(f->records[0].reject.code, REJECT_NONE);
    assert_int_not_equal(f->records[1].reject.code, REJECT_NONE);
    assert_int_equal(f->records[2].reject.code, REJECT_BAD_CLOUDEVENT);
    assert_int_equal(f->batch.row_count[TABLE_HOUSEHOLD], 1);
}

static void test_tally_lines(void **state)
{
    struct fixture *f = *state;
    static struct tally m = { .topic = "berbagi.raw.visit", .partition = 3, .from = 10, .next = 14, .count = 1 };
    m.counts[0] = (struct tally_count){ .source = "//uji", .type = "id.berbagi.raw.visit.v1", .accepted = 2 };
    m.counts[0].rejected[REJECT_BAD_DIGITS] = 2;
    struct buf *value = new_value(f, TOPIC_TALLY, "berbagi.raw.visit/3/14");
    tally_encode(value, &m);
    f->records[0].value = buf_str(value);
    assert_int_equal(batch_build(&f->batch, f->records, f->count), 0);
    assert_string_equal(rows_of(f, TABLE_TALLY),
                        "[{\"topic\":\"berbagi.raw.visit\",\"part\":3,\"next_off\":14,\"from_off\":10}]");
    assert_non_null(strstr(rows_of(f, TABLE_TALLY_COUNT), "\"rejected\":{\"bad_digits\":2},\"warnings\":{}"));
}

static void test_figures_that_a_trigger_lacks_are_null(void **state)
{
    struct fixture *f = *state;
    static struct plan m = { .regency = 3510, .period = "2026-01", .revision = 1, .trigger = TRIGGER_REFUSED,
                             .distribution_from = 20481, .distribution_to = 20483, .report_by = 20488,
                             .has_expect = true, .expected_households = 5, .known_households = 4 };
    struct buf *value = new_value(f, TOPIC_DECISION, "plan:3510/2026-01/1");
    plan_encode(value, &m);
    f->records[0].value = buf_str(value);
    assert_int_equal(batch_build(&f->batch, f->records, f->count), 0);
    const char *row = rows_of(f, TABLE_PLAN);
    assert_non_null(strstr(row, "\"asn_givers\":null"));
    assert_non_null(strstr(row, "\"feasible\":null"));
    assert_non_null(strstr(row, "\"rule\":null"));
}

static void test_statements(void **state)
{
    struct fixture *f = *state;
    struct buf *b = &f->bytes[0];
    table_statement(b, TABLE_TALLY);
    assert_string_equal(buf_cstr(b),
                        "INSERT INTO tally (topic,part,next_off,from_off) SELECT topic,part,next_off,from_off FROM "
                        "json_populate_recordset(NULL::tally, $1) ON CONFLICT (topic,part,next_off) DO UPDATE "
                        "SET from_off = EXCLUDED.from_off");
    buf_reset(b);
    table_statement(b, TABLE_DONATION_ENDED);
    assert_string_equal(buf_cstr(b),
                        "UPDATE donation t SET state = 'withdrawn' FROM json_populate_recordset(NULL::donation, "
                        "$1) r WHERE t.regency = r.regency AND t.partner = r.partner AND "
                        "t.donation = r.donation");
}

static void test_migrations_are_numbered(void **state)
{
    (void)state;
    for (size_t i = 0; i < migration_count; i++) {
        assert_int_equal(migrations[i].version, (int)i + 1);
        assert_true(strlen(migrations[i].sql) > 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_row_has_the_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_last_of_a_key_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_tombstone_ends_and_keeps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_broken_record_is_told_and_hides_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tally_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_figures_that_a_trigger_lacks_are_null, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_statements, set_up, tear_down),
        cmocka_unit_test(test_migrations_are_numbered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
