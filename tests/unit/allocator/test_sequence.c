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

static void play(uint64_t seed, int steps, struct reached *reached)
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
    }
    world_end(w);
    free(w);
}

static void live_state_is_restored_state(void **state)
{
    (void)state;
    struct reached reached = { 0 };
    int from = getenv("BERBAGI_SEED") != NULL ? (int)strtol(getenv("BERBAGI_SEED"), NULL, 10) : 0;
    int n = getenv("BERBAGI_SEQUENCES") != NULL ? (int)strtol(getenv("BERBAGI_SEQUENCES"), NULL, 10) : 150;
    for (int seed = from; seed < from + n; seed++) {
        if (n > 1000 && seed % 1000 == 0)
            fprintf(stderr, "seed %d\n", seed);
        play((uint64_t)seed, 90, &reached);
    }
    if (n < 100)
        return;
    for (int i = TRIGGER_CUT; i <= TRIGGER_REFUSED; i++)
        assert_true(reached.triggers[i] > 0);
    for (int i = REASON_OFF_PLAN; i <= REASON_VOID; i++)
        assert_true(reached.reasons[i] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(live_state_is_restored_state) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
