/*
 * Random histories: after every event the live state equals the one restored from the latest values, the checker is
 * content, a repair has nothing left to do, and what came out stands in its chains.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/allocator/sequence.h"

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Counts what the histories reached: a test of nothing would pass unseen. */
struct reached {
    int triggers[TRIGGER_REFUSED + 1];
    int reasons[REASON_VOID + 1];
    int events;
};

static void count(struct reached *reached, const struct world *w)
{
    reached->events++;
    for (int i = 0; i < w->n_event_plans; i++)
        reached->triggers[w->event_plans[i]->trigger]++;
    for (int i = 0; i < w->n_event_rows; i++)
        reached->reasons[w->event_rows[i].reason]++;
}

/* A family or an ASN, of few, that names another as its former number: links in chains, circles, of rivals. */
static void step_number(struct world *w, struct bytes *b)
{
    struct household h = {
        .regency = WORLD_REGENCY, .village = pick_village(b), .decile_national = (int8_t)(1 + pick(b, 3)),
        .band = (int8_t)pick(b, 3), .members = 3, .dtsen = 24312,
        .status = pick(b, 4) == 0 ? HOUSEHOLD_LEFT : HOUSEHOLD_ACTIVE,
    };
    struct asn a = {
        .regency = WORLD_REGENCY, .employment = EMPLOYMENT_PNS, .position = POSITION_STAFF, .grade = "III/c",
        .unit = "opd", .version = 1, .home_village = pick_village(b),
        .status = pick(b, 4) == 0 ? ASN_RETIRED : ASN_ACTIVE,
    };
    household_name(h.household, pick(b, 6));
    household_name(h.was, pick(b, 6));
    asn_name(a.asn, pick(b, 6));
    asn_name(a.was, pick(b, 6));
    household_name(a.household, pick(b, 6));
    if (pick(b, 4) != 0)
        world_household(w, &h);
    else
        world_asn(w, &a);
}

static void play(uint64_t seed, int steps, bool numbers, struct reached *reached)
{
    uint8_t data[2048];
    struct world *w = malloc(sizeof(*w));
    assert_non_null(w);
    for (size_t i = 0; i < sizeof(data); i += 8) {
        uint64_t bits = next(&seed);
        memcpy(data + i, &bits, 8);
    }
    struct bytes bytes = { data, sizeof(data) };
    world_start(w);
    for (int i = 0; i < 8; i++) {
        step_household(w, &bytes);
        step_asn(w, &bytes);
    }
    for (int i = 0; i < steps && step(w, &bytes); i++) {
        count(reached, w);
        world_check(w);
        if (!numbers)
            continue;
        step_number(w, &bytes);
        world_check(w);
    }
    world_end(w);
    free(w);
}

static void play_all(bool numbers)
{
    struct reached reached = { 0 };
    int from = getenv("BERBAGI_SEED") != NULL ? (int)strtol(getenv("BERBAGI_SEED"), NULL, 10) : 0;
    int n = getenv("BERBAGI_SEQUENCES") != NULL ? (int)strtol(getenv("BERBAGI_SEQUENCES"), NULL, 10) : 150;
    for (int seed = from; seed < from + n; seed++) {
        if (n > 1000 && seed % 1000 == 0)
            fprintf(stderr, "seed %d\n", seed);
        play((uint64_t)seed, 90, numbers, &reached);
    }
    if (n < 100)
        return;
    for (int i = TRIGGER_CUT; i <= TRIGGER_REFUSED; i++)
        assert_true(reached.triggers[i] > 0);
    for (int i = REASON_OFF_PLAN; i <= REASON_VOID; i++)
        assert_true(reached.reasons[i] > 0);
}

static void live_state_is_restored_state(void **state)
{
    (void)state;
    play_all(false);
}

static void live_state_is_restored_state_where_numbers_change_all_the_time(void **state)
{
    (void)state;
    play_all(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_state_is_restored_state),
        cmocka_unit_test(live_state_is_restored_state_where_numbers_change_all_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
