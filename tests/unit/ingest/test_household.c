/* Households: duplicates, order, moves, changed numbers (contract, sections 0 and 2). */
#include "tests/unit/ingest/world.h"

static void test_accepted(void **state)
{
    struct world *w = *state;
    assert_int_equal(send_household(w, "a", TEST_TIME - HOUR, 1, EAST, "2026-01", -1, NULL), FATE_ACCEPTED);
    assert_string_equal(story(w), expected("registry household:1199/%s #household\n", family_token(w, 1)));
    const struct logged *l = written(w, 0);
    assert_string_equal(l->envelope.id, "a#household");
    assert_string_equal(l->envelope.source, "//uji/sumber");
    assert_string_equal(l->envelope.type, "id.berbagi.household.v1");
    assert_string_equal(l->envelope.subject, "1199");
    assert_string_equal(l->envelope.version, "2026-01");
    assert_int_equal(l->envelope.time, TEST_TIME - HOUR);
    struct household m = read_household_event(l);
    assert_string_equal(m.household, family_token(w, 1));
    assert_int_equal(m.village, village_in(EAST));
    assert_int_equal(m.status, HOUSEHOLD_ACTIVE);
    assert_string_equal(m.was, "");
}

static void test_duplicate(void **state)
{
    struct world *w = *state;
    assert_int_equal(send_household(w, "a", TEST_TIME - HOUR, 1, EAST, "2026-01", -1, NULL), FATE_ACCEPTED);
    assert_int_equal(send_household(w, "a", TEST_TIME - HOUR, 1, EAST, "2026-01", -1, NULL), FATE_DUPLICATE);
    world_commit(w);
    assert_int_equal(send_household(w, "a", TEST_TIME - HOUR, 1, EAST, "2026-01", -1, NULL), FATE_DUPLICATE);
    /* on any raw topic, and whatever it holds */
    assert_int_equal(send_asn(w, "a", TEST_TIME - HOUR, 1, EAST, 1, -1, NULL, "active"), FATE_DUPLICATE);
    assert_int_equal(world_send(w, TOPIC_RAW_VISIT, "a", TEST_TIME, "no json"), FATE_DUPLICATE);
    assert_int_equal(w->count, 0);
}

/* A refused or stale record claims nothing: mended and sent again under its id it passes. */
static void test_refused_claims_nothing(void **state)
{
    struct world *w = *state;
    assert_int_equal(world_send(w, TOPIC_RAW_HOUSEHOLD, "a", TEST_TIME, "{}"), FATE_REJECTED);
    assert_int_equal(w->error.code, REJECT_MISSING_FIELD);
    assert_string_equal(w->error.pointer, "/codebook");
    assert_int_equal(send_household(w, "b", TEST_TIME, 1, EAST, "2026-01", -1, NULL), FATE_ACCEPTED);
    assert_int_equal(send_household(w, "a", TEST_TIME, 1, EAST, "2025-12", -1, NULL), FATE_STALE);
    world_commit(w);
    assert_int_equal(send_household(w, "a", TEST_TIME, 1, EAST, "2026-01", -1, NULL), FATE_ACCEPTED);
}

static void test_order(void **state)
{
    struct world *w = *state;
    assert_int_equal(send_household(w, "a", TEST_TIME - HOUR, 1, EAST, "2026-01", -1, NULL), FATE_ACCEPTED);
    assert_int_equal(send_household(w, "b", TEST_TIME, 1, EAST, "2025-12", -1, NULL), FATE_STALE);
    assert_int_equal(send_household(w, "c", TEST_TIME - HOUR - 1, 1, EAST, "2026-01", -1, NULL), FATE_STALE);
    assert_int_equal(send_household(w, "d", TEST_TIME - HOUR, 1, EAST, "2026-01", -1, NULL), FATE_ACCEPTED);
    assert_int_equal(send_household(w, "e", TEST_TIME - 9 * HOUR, 1, EAST, "2026-02", -1, NULL), FATE_ACCEPTED);
    world_abort(w);
    assert_int_equal(send_household(w, "b", TEST_TIME, 1, EAST, "2025-12", -1, NULL), FATE_ACCEPTED);
}

static void test_move(void **state)
{
    struct world *w = *state;
    const char *token = family_token(w, 1);
    send_household(w, "a", TEST_TIME - HOUR, 1, EAST, "2026-01", -1, NULL);
    assert_int_equal(send_household(w, "b", TEST_TIME, 1, WEST, "2026-01", -1, NULL), FATE_ACCEPTED);
    assert_string_equal(story(w), expected("registry household:1199/%s #farewell.1199\n"
                                           "registry household:1198/%s #household\n", token, token));
    struct household old = read_household_event(written(w, 0)), new = read_household_event(written(w, 1));
    assert_int_equal(old.regency, EAST);
    assert_int_equal(old.village, 0);
    assert_int_equal(old.status, HOUSEHOLD_LEFT);
    assert_int_equal(old.decile_national, 1);
    assert_int_equal(new.regency, WEST);
    assert_int_equal(new.status, HOUSEHOLD_ACTIVE);
    assert_string_equal(written(w, 0)->envelope.subject, "1199");
    assert_string_equal(written(w, 0)->envelope.version, "2026-01");
    /* the farewell counts as a record of the old thing with the new record's order */
    assert_int_equal(send_household(w, "c", TEST_TIME - 1, 1, EAST, "2026-01", -1, NULL), FATE_STALE);
    /* equal order: it goes back */
    assert_int_equal(send_household(w, "d", TEST_TIME, 1, EAST, "2026-01", -1, NULL), FATE_ACCEPTED);
    assert_string_equal(story(w), expected("registry household:1198/%s #farewell.1198\n"
                                           "registry household:1199/%s #household\n", token, token));
    /* and stays */
    assert_int_equal(send_household(w, "e", TEST_TIME, 1, EAST, "2026-01", -1, NULL), FATE_ACCEPTED);
    assert_int_equal(w->count, 1);
}

static void test_changed_number(void **state)
{
    struct world *w = *state;
    const char *old = family_token(w, 1), *new = family_token(w, 2);
    send_household(w, "a", TEST_TIME - HOUR, 1, EAST, "2026-01", -1, NULL);
    assert_int_equal(send_household(w, "b", TEST_TIME, 2, EAST, "2026-01", 1, NULL), FATE_ACCEPTED);
    assert_string_equal(story(w), expected("registry household:1199/%s #household\n"
                                           "registry household:1199/%s #farewell.1199\n", new, old));
    struct household now = read_household_event(written(w, 0)), gone = read_household_event(written(w, 1));
    assert_string_equal(now.was, old);
    assert_string_equal(gone.was, "");
    assert_string_equal(gone.household, old);
    assert_int_equal(gone.status, HOUSEHOLD_LEFT);
    assert_int_equal(gone.village, 0);
    assert_string_equal(gone.ref, "SK-2");
    world_commit(w);
    /* remembered, and written in every later record */
    assert_int_equal(send_household(w, "c", TEST_TIME, 2, EAST, "2026-02", -1, NULL), FATE_ACCEPTED);
    assert_int_equal(w->count, 1);
    assert_string_equal(read_household_event(written(w, 0)).was, old);
    /* what the former number said before its farewell is stale, what it says later is not */
    assert_int_equal(send_household(w, "d", TEST_TIME - 1, 1, EAST, "2026-01", -1, NULL), FATE_STALE);
    assert_int_equal(send_household(w, "e", TEST_TIME, 1, EAST, "2026-01", -1, NULL), FATE_ACCEPTED);
}

/* The farewell follows if it is not stale for the former; `was` is written all the same. */
static void test_changed_number_stale(void **state)
{
    struct world *w = *state;
    send_household(w, "a", TEST_TIME, 1, EAST, "2026-02", -1, NULL);
    assert_int_equal(send_household(w, "b", TEST_TIME, 2, EAST, "2026-01", 1, NULL), FATE_ACCEPTED);
    assert_int_equal(w->count, 1);
    assert_string_equal(read_household_event(written(w, 0)).was, family_token(w, 1));
}

static void test_former_unknown(void **state)
{
    struct world *w = *state;
    assert_int_equal(send_household(w, "b", TEST_TIME, 2, EAST, "2026-01", 1, NULL), FATE_ACCEPTED);
    assert_string_equal(story(w), expected("registry household:1199/%s #household\n"
                                           "registry household:1199/%s #farewell.1199\n", family_token(w, 2),
                                           family_token(w, 1)));
    assert_int_equal(send_household(w, "c", TEST_TIME - 1, 1, EAST, "2026-01", -1, NULL), FATE_STALE);
}

static void test_former_elsewhere(void **state)
{
    struct world *w = *state;
    const char *old = family_token(w, 1), *new = family_token(w, 2);
    send_household(w, "a", TEST_TIME - HOUR, 1, WEST, "2026-01", -1, NULL);
    for (int round = 0; round < 2; round++) { /* the same again next month */
        const char *id = round == 0 ? "b" : "c", *versi = round == 0 ? "2026-01" : "2026-02";
        assert_int_equal(send_household(w, id, TEST_TIME, 2, EAST, versi, 1, NULL), FATE_ACCEPTED);
        assert_string_equal(story(w), expected("registry household:1199/%s #household\n"
                                               "registry household:1198/%s #farewell.1198\n", new, old));
        assert_string_equal(read_household_event(written(w, 0)).was, "");
        assert_int_equal(read_household_event(written(w, 1)).regency, WEST);
        world_commit(w);
    }
}

/* Moves and changes its number at once: both were in the west. `was` is a former id in *this* regency. */
static void test_move_and_changed_number(void **state)
{
    struct world *w = *state;
    const char *a = family_token(w, 1), *b = family_token(w, 2);
    send_household(w, "a", TEST_TIME - HOUR, 1, WEST, "2026-01", -1, NULL);
    send_household(w, "b", TEST_TIME - HOUR, 2, WEST, "2026-01", -1, NULL);
    assert_int_equal(send_household(w, "c", TEST_TIME, 2, EAST, "2026-01", 1, NULL), FATE_ACCEPTED);
    assert_string_equal(story(w), expected("registry household:1198/%s #farewell.1198\n"
                                           "registry household:1199/%s #household\n"
                                           "registry household:1198/%s #farewell.1198.was\n", b, b, a));
    assert_string_equal(read_household_event(written(w, 1)).was, "");
}

/* A thing keeps its `was`: the farewell of a move says it once more, and it is there after a return. */
static void test_was_belongs_to_the_regency(void **state)
{
    struct world *w = *state;
    const char *old = family_token(w, 1);
    send_household(w, "a", TEST_TIME - HOUR, 2, EAST, "2026-01", 1, NULL);
    world_commit(w);
    assert_int_equal(send_household(w, "b", TEST_TIME, 2, WEST, "2026-01", -1, NULL), FATE_ACCEPTED);
    assert_string_equal(read_household_event(written(w, 0)).was, old);
    assert_string_equal(read_household_event(written(w, 1)).was, "");
    world_commit(w);
    assert_int_equal(send_household(w, "c", TEST_TIME, 2, EAST, "2026-01", -1, NULL), FATE_ACCEPTED);
    assert_string_equal(read_household_event(written(w, 0)).was, "");
    assert_string_equal(read_household_event(written(w, 1)).was, old);
}

static void test_names_itself(void **state)
{
    struct world *w = *state;
    assert_int_equal(send_household(w, "a", TEST_TIME, 1, EAST, "2026-01", 1, NULL), FATE_ACCEPTED);
    assert_int_equal(w->count, 1);
    assert_string_equal(read_household_event(written(w, 0)).was, "");
}

/* `keluar` is a status, not a farewell: the family is still known here. */
static void test_left(void **state)
{
    struct world *w = *state;
    assert_int_equal(send_household(w, "a", TEST_TIME, 1, EAST, "2026-01", -1, "keluar"), FATE_ACCEPTED);
    struct household m = read_household_event(written(w, 0));
    assert_int_equal(m.status, HOUSEHOLD_LEFT);
    assert_int_equal(m.village, village_in(EAST));
    assert_int_equal(send_household(w, "b", TEST_TIME, 1, WEST, "2026-01", -1, NULL), FATE_ACCEPTED);
    assert_int_equal(w->count, 2);
}

static void test_claims_end(void **state)
{
    struct world *w = *state;
    send_household(w, "a", TEST_TIME, 1, EAST, "2026-01", -1, NULL);
    struct view_change change;
    int claims = 0;
    for (size_t at = 0; view_next(&w->view, &at, &change);)
        if (change.key.p[0] == 'C') {
            assert_int_equal(change.expires, TEST_TIME + CLAIM_TTL_MS);
            claims++;
        } else {
            assert_int_equal(change.expires, 0);
        }
    assert_int_equal(claims, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_accepted), T(test_duplicate), T(test_refused_claims_nothing), T(test_order), T(test_move),
        T(test_changed_number), T(test_changed_number_stale), T(test_former_unknown), T(test_former_elsewhere),
        T(test_move_and_changed_number), T(test_was_belongs_to_the_regency), T(test_names_itself), T(test_left),
        T(test_claims_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
