/*
 * The memory is a function of our own output: rebuilt from it, from any earlier copy, and whatever order the
 * partitions are read in, it is byte for byte the memory that was kept while running. And the order of arrival decides
 * nothing that the contract orders by version.
 */
#include "tests/unit/ingest/world.h"

#include <errno.h>

#include "common/domain/partition.h"

enum { PARTITIONS = 4, STEPS = 400, RUNS = 25, FAMILIES = 5, PEOPLE = 4, VISITS = 6 };

static uint32_t random_below(uint64_t *seed, uint32_t n)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % n;
}

static int regency_at(uint32_t i)
{
    static const int regencies[] = { WEST, EAST, MIDDLE };
    return regencies[i % 3];
}

/* One random record of any type; few things, so that everything happens often. */
static void random_record(struct world *w, uint64_t *seed, int step)
{
    static const char *const editions[] = { "2025-11", "2025-12", "2026-01" };
    static const char *const outcomes[] = { "delivered", "not_home", "moved", "void", "refused" };
    static const char *const findings[] = { NULL, "{\"health\":\"ill\",\"alone\":true}", "{\"house\":\"unfit\"}",
                                            "{\"other\":true,\"dropouts\":2}" };
    char id[32], donation[8];
    int64_t time = TEST_TIME - HOUR * random_below(seed, 20);
    int regency = regency_at(random_below(seed, 3));
    bool again = random_below(seed, 10) == 0 && step > 0;
    snprintf(id, sizeof id, "r%d", again ? (int)random_below(seed, (uint32_t)step) : step);
    w->released = random_below(seed, 2) == 0;
    switch (random_below(seed, 6)) {
    case 0:
    case 1:
        send_household(w, id, time, (int)random_below(seed, FAMILIES), regency, editions[random_below(seed, 3)],
                       random_below(seed, 3) == 0 ? (int)random_below(seed, FAMILIES) : -1,
                       random_below(seed, 6) == 0 ? "keluar" : NULL);
        break;
    case 2:
        send_asn(w, id, time, (int)random_below(seed, PEOPLE), regency, (int)random_below(seed, 5),
                 random_below(seed, 3) == 0 ? (int)random_below(seed, PEOPLE) : -1,
                 random_below(seed, 2) == 0 ? "081200000001" : NULL, random_below(seed, 5) == 0 ? "moved" : "active");
        break;
    case 3:
        snprintf(donation, sizeof donation, "D-%u", random_below(seed, 3));
        send_donation(w, id, time, donation, regency, (int)random_below(seed, 4), NULL);
        break;
    case 4:
        send_visit(w, id, time, (int)random_below(seed, VISITS), random_below(seed, 8) == 0 ? WEST : EAST,
                   random_below(seed, 8) == 0 ? "2025-12" : "2026-01", outcomes[random_below(seed, 5)],
                   findings[random_below(seed, 4)]);
        break;
    default:
        send_period(w, id, time, random_below(seed, 2) == 0 ? "plan" : "close");
    }
}

/* Reads one event of the log into the view, as a restore does: from its bytes alone. */
static void fold(struct world *to, const struct logged *l, int64_t now)
{
    struct header headers[ENVELOPE_MAX_HEADERS];
    struct buf scratch;
    struct fact fact;
    if (l->event.topic != TOPIC_REGISTRY && l->event.topic != TOPIC_REFERRAL)
        return;
    buf_init(&scratch, 1 << 16);
    assert_non_null(buf_reserve(&scratch, 4096));
    struct own_event event = {
        .topic = l->event.topic,
        .key = str_from(l->key),
        .value = l->value != NULL ? str_from(l->value) : (struct str){ NULL, 0 },
        .tombstone = l->value == NULL,
        .headers = headers,
        .header_count = envelope_write(&l->envelope, headers, &scratch),
    };
    assert_int_equal(fact_read(&event, &fact), 0);
    if (fact.claim.len != 0)
        world_want(to, &fact.claim);
    world_want(to, &fact.subject);
    fact_apply(&to->view, &scratch, &fact, l->at, now);
    assert_int_equal(to->view.error, 0);
    buf_done(&scratch);
}

/* From event number `from` on, partition by partition, topic by topic, in a random order of these. */
static void rebuild(struct world *to, const struct world *source, int from, uint64_t *seed, int64_t now)
{
    int order[2 * PARTITIONS];
    for (int i = 0; i < 2 * PARTITIONS; i++)
        order[i] = i;
    for (int i = 2 * PARTITIONS - 1; i > 0; i--) {
        int j = (int)random_below(seed, (uint32_t)i + 1), swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
    for (int p = 0; p < 2 * PARTITIONS; p++) {
        for (int i = from; i < source->log_count; i++) {
            const struct logged *l = &source->log[i];
            enum topic topic = order[p] % 2 == 0 ? TOPIC_REGISTRY : TOPIC_REFERRAL;
            if (l->event.topic == topic && partition_of_regency(l->event.regency, PARTITIONS) == order[p] / 2)
                fold(to, l, now);
        }
        world_commit(to);
    }
}

static void copy_committed(struct world *to, const struct world *from)
{
    struct view_change change;
    for (size_t at = 0; view_next(&from->committed, &at, &change);) {
        struct view_key key = key_of(change.key);
        if (!change.removed)
            view_put(&to->committed, &key, change.value, change.expires);
    }
}

static size_t assert_contains(struct world *a, struct world *b)
{
    struct view_change change;
    size_t n = 0;
    for (size_t at = 0; view_next(&a->committed, &at, &change);) {
        struct view_key key = key_of(change.key);
        struct str value;
        if (change.removed)
            continue;
        n++;
        view_want(&b->committed, &key);
        view_load(&b->committed, &key, NULL);
        if (!view_get(&b->committed, &key, &value) || !str_equal(value, change.value))
            fail_msg("a key of kind %c differs", change.key.p[0]);
    }
    return n;
}

static void test_rebuilt(void **state)
{
    (void)state;
    for (uint64_t run = 1; run <= RUNS; run++) {
        static struct world live, copy, again;
        uint64_t seed = run;
        int mark = 0;
        world_init(&live);
        world_init(&copy);
        world_init(&again);
        for (int step = 0; step < STEPS; step++) {
            random_record(&live, &seed, step);
            live.now += 1000;
            if (random_below(&seed, 8) == 0)
                world_abort(&live);
            else if (random_below(&seed, 8) == 0)
                world_commit(&live);
            if (step == STEPS / 2) { /* a copy that will be behind */
                world_commit(&live);
                copy_committed(&copy, &live);
                mark = (int)random_below(&seed, (uint32_t)live.log_count + 1); /* and has read further than it noted */
            }
        }
        world_commit(&live);
        rebuild(&again, &live, 0, &seed, live.now);
        size_t n = assert_contains(&live, &again);
        assert_int_equal(n, assert_contains(&again, &live));
        assert_true(n > STEPS / 10);
        rebuild(&copy, &live, mark, &seed, live.now);
        assert_int_equal(n, assert_contains(&live, &copy));
        assert_int_equal(n, assert_contains(&copy, &live));
        world_done(&live);
        world_done(&copy);
        world_done(&again);
    }
}

/* The latest value of each key, which is what compaction leaves, gives the same memory but for claims. */
static void test_rebuilt_from_the_latest(void **state)
{
    (void)state;
    for (uint64_t run = 1; run <= RUNS; run++) {
        static struct world live, again;
        uint64_t seed = run * 77;
        world_init(&live);
        world_init(&again);
        for (int step = 0; step < STEPS; step++)
            random_record(&live, &seed, step);
        world_commit(&live);
        for (int i = 0; i < live.log_count; i++) {
            bool latest = true;
            for (int later = i + 1; later < live.log_count && latest; later++)
                latest = live.log[later].event.topic != live.log[i].event.topic ||
                         strcmp(live.log[later].key, live.log[i].key) != 0;
            if (latest)
                fold(&again, &live.log[i], live.now);
        }
        world_commit(&again);
        struct view_change change;
        size_t things = 0;
        for (size_t at = 0; view_next(&live.committed, &at, &change);) {
            struct view_key key = key_of(change.key);
            struct str value;
            if (change.key.p[0] == 'C')
                continue;
            things++;
            view_want(&again.committed, &key);
            view_load(&again.committed, &key, NULL);
            assert_true(view_get(&again.committed, &key, &value) && str_equal(value, change.value));
        }
        assert_true(things > FAMILIES);
        world_done(&live);
        world_done(&again);
    }
}

/* What is older than its time to live is not brought back. */
static void test_expired(void **state)
{
    (void)state;
    static struct world live, late;
    uint64_t seed = 1;
    world_init(&live);
    world_init(&late);
    send_visit(&live, "a", TEST_TIME, 1, EAST, "2026-01", "delivered", "{\"alone\":true}");
    send_household(&live, "b", TEST_TIME, 1, EAST, "2026-01", -1, NULL);
    world_commit(&live);
    rebuild(&late, &live, 0, &seed, TEST_TIME + CLAIM_TTL_MS);
    size_t kept = 0;
    struct view_change change;
    for (size_t at = 0; view_next(&late.committed, &at, &change);) {
        assert_int_not_equal(change.key.p[0], 'C');
        kept++;
    }
    assert_int_equal(kept, 2);
    world_done(&late);
    world_init(&late);
    rebuild(&late, &live, 0, &seed, TEST_TIME + VISIT_TTL_MS);
    assert_int_equal(late.committed.written, 1);
    world_done(&live);
    world_done(&late);
}

/* The latest value of a household where it is now, without `was` (which tells of what came before). */
static void final_state(struct world *w, int family, char out[TEXT])
{
    struct str value;
    struct thing now;
    struct view_key key = view_key_token('H', family_token(w, family));
    char wanted[128];
    snprintf(out, TEXT, "unknown");
    world_want(w, &key);
    if (!view_get(&w->view, &key, &value) || !entity_now(value, &now))
        return;
    snprintf(wanted, sizeof wanted, "household:%d/%s", now.regency, family_token(w, family));
    for (int i = w->log_count - 1; i >= 0; i--) {
        if (strcmp(w->log[i].key, wanted) == 0) {
            snprintf(out, TEXT, "%s %d", w->log[i].value, now.ended);
            return;
        }
    }
}

static void test_order_of_arrival(void **state)
{
    (void)state;
    enum { RECORDS = 24 };
    for (uint64_t run = 1; run <= RUNS; run++) {
        static char first[FAMILIES][TEXT], other[FAMILIES][TEXT];
        uint64_t seed = run, records = run * 1000;
        for (int round = 0; round < 6; round++) {
            static struct world w;
            int order[RECORDS];
            world_init(&w);
            for (int i = 0; i < RECORDS; i++)
                order[i] = i;
            for (int i = RECORDS - 1; i > 0 && round > 0; i--) {
                int j = (int)random_below(&seed, (uint32_t)i + 1), swap = order[i];
                order[i] = order[j];
                order[j] = swap;
            }
            for (int i = 0; i < RECORDS; i++) { /* record order[i]: a time of its own, so no two are of equal order */
                uint64_t own = records + (uint64_t)order[i];
                char id[16];
                snprintf(id, sizeof id, "r%d", order[i]);
                for (int warm = 0; warm < 4; warm++)
                    random_below(&own, 2);
                send_household(&w, id, TEST_TIME - HOUR + order[i], (int)random_below(&own, FAMILIES),
                               regency_at(random_below(&own, 3)),
                               random_below(&own, 2) == 0 ? "2025-12" : "2026-01", -1,
                               random_below(&own, 4) == 0 ? "keluar" : NULL);
            }
            for (int f = 0; f < FAMILIES; f++)
                final_state(&w, f, round == 0 ? first[f] : other[f]);
            for (int f = 0; f < FAMILIES && round > 0; f++)
                assert_string_equal(first[f], other[f]);
            world_done(&w);
        }
    }
}

static void test_not_ours(void **state)
{
    (void)state;
    static const struct header none[] = { { STR_LIT("ce_id"), STR_LIT("a#household") } };
    static const struct {
        enum topic topic;
        const char *key;
        bool tombstone;
        int result;
    } rows[] = {
        { TOPIC_REGISTRY, "household:1199/k1.utpuynhxcbu5nqlqjwllqe6e7hbydtgh", false, -EBADMSG }, /* no attributes */
        { TOPIC_REGISTRY, "household:1199/k1.short", true, -EBADMSG },
        { TOPIC_REGISTRY, "household/1199", true, -EBADMSG },
        { TOPIC_REGISTRY, "household:1199/k1.utpuynhxcbu5nqlqjwllqe6e7hbydtgh", true, 0 },
        { TOPIC_REFERRAL, "1199/7f0c2a51-0f7e-4b7a-9d51-2f1f0c9a3b01/see_note", false, 0 },
        { TOPIC_REFERRAL, "1199/7f0c2a51-0f7e-4b7a-9d51-2f1f0c9a3b01/soup", false, -EBADMSG },
        { TOPIC_REFERRAL, "1199/7f0c2a51-0f7e-4b7a-9d51-2f1f0c9a3b01", false, -EBADMSG },
        { TOPIC_REFERRAL, "11/7f0c2a51-0f7e-4b7a-9d51-2f1f0c9a3b01/see_note", false, -EBADMSG },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fact fact;
        struct own_event event = { rows[i].topic, str_from(rows[i].key), STR_LIT("{}"), rows[i].tombstone, none, 1 };
        assert_int_equal(fact_read(&event, &fact), rows[i].result);
    }
}

/* A tombstone of the registry (somebody's right to be forgotten): the thing is forgotten, its other regencies stay. */
static void test_forgotten(void **state)
{
    struct world *w = *state;
    send_household(w, "a", TEST_TIME - HOUR, 1, EAST, "2026-01", -1, NULL);
    send_household(w, "b", TEST_TIME, 1, WEST, "2026-01", -1, NULL);
    world_commit(w);
    struct logged gone = w->log[0];
    struct view_key key = view_key_token('H', family_token(w, 1));
    struct str value;
    struct thing t;
    gone.value = NULL;
    fold(w, &gone, TEST_TIME);
    assert_true(view_get(&w->view, &key, &value));
    assert_false(entity_in(value, EAST, &t));
    assert_true(entity_in(value, WEST, &t));
    snprintf(gone.key, sizeof gone.key, "household:1198/%s", family_token(w, 1));
    fold(w, &gone, TEST_TIME);
    assert_false(view_get(&w->view, &key, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rebuilt), cmocka_unit_test(test_rebuilt_from_the_latest),
        cmocka_unit_test(test_expired), cmocka_unit_test(test_order_of_arrival),
        cmocka_unit_test(test_not_ours), T(test_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
