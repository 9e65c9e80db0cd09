/* The tally of a transaction: next - from is the sum of the fates, whatever the partitions did. */
#include "tests/unit/ingest/world.h"

#include "services/ingest/count.h"

static struct intake from_source(enum topic topic, const char *source)
{
    struct intake in = { .topic = topic };
    snprintf(in.envelope.source, sizeof in.envelope.source, "%s", source);
    snprintf(in.envelope.type, sizeof in.envelope.type, "id.berbagi.raw.visit.v1");
    return in;
}

static int64_t fates(const struct tally *t)
{
    int64_t sum = 0;
    for (int i = 0; i < t->count; i++) {
        sum += t->counts[i].accepted + t->counts[i].duplicate + t->counts[i].stale;
        for (int code = 0; code < REJECT_CODES; code++)
            sum += t->counts[i].rejected[code];
    }
    return sum;
}

static void test_rows(void **state)
{
    (void)state;
    struct count c = { NULL, NULL, NULL };
    struct intake a = from_source(TOPIC_RAW_VISIT, "//uji/a"), b = from_source(TOPIC_RAW_VISIT, "//uji/b");
    a.warnings.count[WARNING_FINDING] = 2;
    assert_int_equal(count_record(&c, "uji.", 3, 10, 500, &a, FATE_ACCEPTED, REJECT_NONE), 0);
    assert_int_equal(count_record(&c, "uji.", 3, 11, 501, &b, FATE_DUPLICATE, REJECT_NONE), 0);
    assert_int_equal(count_record(&c, "uji.", 3, 12, 502, &a, FATE_STALE, REJECT_NONE), 0);
    assert_int_equal(count_record(&c, "uji.", 3, 13, 503, &a, FATE_REJECTED, REJECT_BAD_DATE), 0);
    const struct tally *t = &c.used->tally;
    assert_null(c.used->next);
    assert_string_equal(t->topic, "uji.raw.visit");
    assert_int_equal(t->from, 10);
    assert_int_equal(t->next, 14);
    assert_int_equal(fates(t), 4);
    assert_int_equal(t->count, 2);
    assert_int_equal(t->counts[0].accepted, 1);
    assert_int_equal(t->counts[0].stale, 1);
    assert_int_equal(t->counts[0].rejected[REJECT_BAD_DATE], 1);
    assert_int_equal(t->counts[0].warnings[WARNING_FINDING], 2); /* of what was accepted */
    assert_int_equal(t->counts[1].duplicate, 1);

    struct buf key cleanup(buf_done);
    struct envelope e;
    buf_init(&key, 1024);
    count_event(c.used, &key, &e);
    assert_true(str_is(buf_str(&key), "uji.raw.visit/3/14"));
    assert_string_equal(e.id, "uji.raw.visit/3/14");
    assert_string_equal(e.source, "//berbagi/ingest");
    assert_string_equal(e.type, "id.berbagi.tally.v1");
    assert_string_equal(e.subject, "");
    assert_int_equal(e.time, 503);
    count_done(&c);
}

/* Partitions and topics side by side; a gap begins another tally; after a reset nothing is left. */
static void test_partitions_and_gaps(void **state)
{
    (void)state;
    struct count c = { NULL, NULL, NULL };
    struct intake visit = from_source(TOPIC_RAW_VISIT, "//uji/a"), asn = from_source(TOPIC_RAW_ASN, "//uji/a");
    for (int i = 0; i < 10; i++) {
        assert_int_equal(count_record(&c, "", 0, i, 0, &visit, FATE_ACCEPTED, REJECT_NONE), 0);
        assert_int_equal(count_record(&c, "", 1, i + (i >= 5), 0, &visit, FATE_ACCEPTED, REJECT_NONE), 0);
        assert_int_equal(count_record(&c, "", 0, i, 0, &asn, FATE_STALE, REJECT_NONE), 0);
    }
    int tallies = 0;
    int64_t sum = 0;
    for (const struct counted *t = c.used; t != NULL; t = t->next) {
        assert_int_equal(t->tally.next - t->tally.from, fates(&t->tally));
        sum += fates(&t->tally);
        tallies++;
    }
    assert_int_equal(tallies, 4);
    assert_int_equal(sum, 30);
    count_reset(&c);
    assert_null(c.used);
    assert_int_equal(count_record(&c, "", 0, 10, 0, &visit, FATE_ACCEPTED, REJECT_NONE), 0);
    assert_int_equal(fates(&c.used->tally), 1);
    count_done(&c);
}

static void test_many_sources(void **state)
{
    (void)state;
    struct count c = { NULL, NULL, NULL };
    struct buf value cleanup(buf_done);
    char source[32];
    for (int i = 0; i < 100; i++) {
        snprintf(source, sizeof source, "//uji/%d", i);
        struct intake in = from_source(TOPIC_RAW_VISIT, source);
        assert_int_equal(count_record(&c, "uji.", 0, i, 0, &in, FATE_ACCEPTED, REJECT_NONE), 0);
    }
    const struct tally *t = &c.used->tally;
    assert_int_equal(t->count, TALLY_MAX_SOURCES + 1);
    assert_string_equal(t->counts[TALLY_MAX_SOURCES].source, "other");
    assert_string_equal(t->counts[TALLY_MAX_SOURCES].type, "");
    assert_int_equal(t->counts[TALLY_MAX_SOURCES].accepted, 36);
    assert_int_equal(fates(t), 100);

    struct tally again;
    struct reject error;
    buf_init(&value, 1 << 20);
    tally_encode(&value, t);
    assert_int_equal(tally_decode(buf_str(&value), &again, &error), 0);
    assert_int_equal(fates(&again), 100);
    count_done(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows), cmocka_unit_test(test_partitions_and_gaps), cmocka_unit_test(test_many_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
