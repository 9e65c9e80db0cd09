/* Visits, corrections, referrals (contract, sections 1 and 2), and the commands about a period. */
#include "tests/unit/ingest/world.h"

#include "services/ingest/referrals.h"

#define VISIT "7f0c2a51-0f7e-4b7a-9d51-2f1f0c9a3b01"
#define ILL_ALONE "{\"health\":\"ill\",\"alone\":true}"

static struct referral read_referral_event(const struct logged *l)
{
    struct referral m;
    struct reject error;
    assert_int_equal(referral_decode(str_from(l->value), &m, &error), 0);
    return m;
}

static void test_visit(void **state)
{
    struct world *w = *state;
    assert_int_equal(send_visit(w, "a", TEST_TIME, 1, EAST, "2026-01", "delivered", ILL_ALONE), FATE_ACCEPTED);
    assert_string_equal(story(w), "registry delivery:1199/" VISIT " #delivery\n"
                                  "visit 1199/" VISIT " #visit\n"
                                  "referral 1199/" VISIT "/rawat_warga #referral.rawat_warga\n"
                                  "referral 1199/" VISIT "/rantang_kasih #referral.rantang_kasih\n");
    struct delivery d;
    struct visit v;
    struct reject error;
    assert_int_equal(delivery_decode(str_from(written(w, 0)->value), &d, &error), 0);
    assert_string_equal(d.household, family_token(w, 1));
    assert_int_equal(d.giver.kind, GIVER_ASN);
    assert_string_equal(d.giver.id, person_token(w, 1));
    assert_int_equal(d.packages, 1);
    assert_int_equal(visit_decode(str_from(written(w, 1)->value), &v, &error), 0);
    assert_int_equal(v.reported_at, TEST_TIME);
    assert_int_equal(v.findings.health, HEALTH_ILL);
    assert_string_equal(written(w, 0)->envelope.version, "");
    struct referral r = read_referral_event(written(w, 2));
    assert_string_equal(r.household, family_token(w, 1));
    assert_string_equal(r.ref, "SK-1");
    assert_int_equal(r.village, village_in(EAST));
    assert_int_equal(r.due_on - r.opened_on, 3);
    assert_int_equal(r.opened_on, d.on);
    assert_int_equal(r.state, REFERRAL_OPEN);
}

static void test_kinds(void **state)
{
    (void)state;
    static const struct {
        enum outcome_at_door outcome;
        struct findings findings;
        enum referral_kind kind;
        int days;
    } rows[] = {
        { OUTCOME_DELIVERED, { .present = true, .health = HEALTH_ILL }, REFERRAL_RAWAT_WARGA, 3 },
        { OUTCOME_DELIVERED, { .present = true, .health = HEALTH_BEDRIDDEN }, REFERRAL_RAWAT_WARGA, 3 },
        { OUTCOME_DELIVERED, { .present = true, .health = HEALTH_WELL }, REFERRAL_NONE, 0 },
        { OUTCOME_DELIVERED, { .present = true, .other = TRISTATE_TRUE }, REFERRAL_SEE_NOTE, 3 },
        { OUTCOME_DELIVERED, { .present = true, .other = TRISTATE_FALSE }, REFERRAL_NONE, 0 },
        { OUTCOME_NOT_HOME, { .present = true, .alone = TRISTATE_TRUE }, REFERRAL_RANTANG_KASIH, 7 },
        { OUTCOME_DELIVERED, { .present = true, .dropouts = 1 }, REFERRAL_GARDA_AMPUH, 14 },
        { OUTCOME_DELIVERED, { .present = true, .dropouts = 0 }, REFERRAL_NONE, 0 },
        { OUTCOME_DELIVERED, { .present = true, .dropouts = -1, .child = CHILD_WORKING }, REFERRAL_GARDA_AMPUH, 14 },
        { OUTCOME_MOVED, { .present = false }, REFERRAL_DATA_CORRECTION, 14 },
        { OUTCOME_DECEASED, { .present = false }, REFERRAL_DATA_CORRECTION, 14 },
        { OUTCOME_NOT_FOUND, { .present = false }, REFERRAL_DATA_CORRECTION, 14 },
        { OUTCOME_REFUSED, { .present = false }, REFERRAL_NONE, 0 },
        { OUTCOME_NOT_HOME, { .present = false }, REFERRAL_NONE, 0 },
        { OUTCOME_DELIVERED, { .present = true, .house = HOUSE_UNFIT }, REFERRAL_BEDAH_RUMAH, 30 },
        { OUTCOME_DELIVERED, { .present = true, .house = HOUSE_MINOR_DAMAGE }, REFERRAL_NONE, 0 },
        { OUTCOME_DELIVERED, { .present = true, .regular_aid = AID_PKH }, REFERRAL_NONE, 0 },
        { OUTCOME_VOID, { .present = true, .health = HEALTH_ILL, .house = HOUSE_UNFIT }, REFERRAL_NONE, 0 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t wanted = (uint8_t)(rows[i].kind != REFERRAL_NONE ? 1u << (rows[i].kind - 1) : 0);
        assert_int_equal(referrals_of(rows[i].outcome, &rows[i].findings), wanted);
        if (wanted != 0)
            assert_int_equal(referral_days(rows[i].kind), rows[i].days);
    }
}

/* A correction writes every kind it ever had; what it no longer has is withdrawn. */
static void test_correction(void **state)
{
    struct world *w = *state;
    send_visit(w, "a", TEST_TIME - 3 * HOUR, 1, EAST, "2026-01", "delivered", ILL_ALONE);
    world_commit(w);
    assert_int_equal(send_visit(w, "b", TEST_TIME - 2 * HOUR, 1, EAST, "2026-01", "delivered",
                                "{\"house\":\"unfit\"}"), FATE_ACCEPTED);
    assert_int_equal(w->count, 5);
    assert_int_equal(read_referral_event(written(w, 2)).state, REFERRAL_WITHDRAWN);
    assert_int_equal(read_referral_event(written(w, 3)).state, REFERRAL_WITHDRAWN);
    assert_int_equal(read_referral_event(written(w, 4)).state, REFERRAL_OPEN);
    world_commit(w);
    assert_int_equal(send_visit(w, "c", TEST_TIME - HOUR, 1, EAST, "2026-01", "delivered", ILL_ALONE), FATE_ACCEPTED);
    assert_int_equal(w->count, 5);
    assert_int_equal(read_referral_event(written(w, 2)).state, REFERRAL_OPEN);
    assert_int_equal(read_referral_event(written(w, 4)).state, REFERRAL_WITHDRAWN);
    assert_int_equal(send_visit(w, "d", TEST_TIME, 1, EAST, "2026-01", "void", ILL_ALONE), FATE_ACCEPTED);
    assert_int_equal(w->count, 5);
    for (int i = 2; i < 5; i++)
        assert_int_equal(read_referral_event(written(w, i)).state, REFERRAL_WITHDRAWN);
    struct visit v;
    struct reject error;
    assert_int_equal(visit_decode(str_from(written(w, 1)->value), &v, &error), 0);
    assert_false(v.findings.present);
    assert_int_equal(v.outcome, OUTCOME_VOID);
}

static void test_correction_keeps(void **state)
{
    struct world *w = *state;
    send_visit(w, "a", TEST_TIME - HOUR, 1, EAST, "2026-01", "delivered", NULL);
    assert_int_equal(send_visit(w, "b", TEST_TIME, 1, WEST, "2026-02", "delivered", NULL), FATE_REJECTED);
    assert_int_equal(w->error.code, REJECT_INCONSISTENT);
    assert_string_equal(w->error.pointer, "/regency");
    assert_int_equal(send_visit(w, "b", TEST_TIME, 1, EAST, "2026-02", "delivered", NULL), FATE_REJECTED);
    assert_int_equal(w->error.code, REJECT_INCONSISTENT);
    assert_string_equal(w->error.pointer, "/period");
    /* stale goes first */
    assert_int_equal(send_visit(w, "b", TEST_TIME - HOUR - 1, 1, WEST, "2026-02", "delivered", NULL), FATE_STALE);
    /* equal is accepted, and a claim was not taken by what was refused */
    assert_int_equal(send_visit(w, "b", TEST_TIME - HOUR, 1, EAST, "2026-01", "not_home", NULL), FATE_ACCEPTED);
}

static void test_visit_ends(void **state)
{
    struct world *w = *state;
    send_visit(w, "a", TEST_TIME, 1, EAST, "2026-01", "delivered", ILL_ALONE);
    struct view_change change;
    int visits = 0;
    for (size_t at = 0; view_next(&w->view, &at, &change);)
        if (change.key.p[0] == 'V') {
            assert_int_equal(change.expires, TEST_TIME + VISIT_TTL_MS);
            visits++;
        }
    assert_int_equal(visits, 1);
}

static void test_partner_visit(void **state)
{
    struct world *w = *state;
    assert_int_equal(world_send(w, TOPIC_RAW_VISIT, "a", TEST_TIME,
        "{\"visit\":\"" VISIT "\",\"regency\":\"1199\",\"village\":\"1199012001\",\"period\":\"2026-01\","
        "\"nomor_kartu_keluarga\":\"1199010101100002\",\"partner\":\"hipmi-uji\",\"donation\":\"D-1\","
        "\"visited_on\":\"2026-01-20\",\"outcome\":\"delivered\",\"packages\":2}"), FATE_ACCEPTED);
    struct delivery d;
    struct reject error;
    assert_int_equal(w->count, 2);
    assert_int_equal(delivery_decode(str_from(written(w, 0)->value), &d, &error), 0);
    assert_int_equal(d.giver.kind, GIVER_PARTNER);
    assert_string_equal(d.giver.id, "hipmi-uji/D-1");
    assert_int_equal(d.packages, 2);
}

/* A plan is held until the barrier is reached; refused, stale and duplicate ones are not. */
static void test_barrier(void **state)
{
    struct world *w = *state;
    assert_int_equal(send_period(w, "a", TEST_TIME - HOUR, "plan"), FATE_HELD);
    assert_int_equal(w->view.written, 0);
    w->released = true;
    assert_int_equal(send_period(w, "a", TEST_TIME - HOUR, "plan"), FATE_ACCEPTED);
    assert_string_equal(story(w), "registry period:1199/2026-01/plan #period\n");
    w->released = false;
    assert_int_equal(send_period(w, "a", TEST_TIME - HOUR, "plan"), FATE_DUPLICATE);
    assert_int_equal(send_period(w, "b", TEST_TIME - 2 * HOUR, "plan"), FATE_STALE);
    assert_int_equal(world_send(w, TOPIC_RAW_PERIOD, "c", TEST_TIME, "{\"state\":\"plan\"}"), FATE_REJECTED);
    /* each state has an order of its own; close and void are not held */
    assert_int_equal(send_period(w, "d", TEST_TIME - 2 * HOUR, "close"), FATE_ACCEPTED);
    assert_int_equal(send_period(w, "e", TEST_TIME - 2 * HOUR, "void"), FATE_ACCEPTED);
    assert_int_equal(send_period(w, "f", TEST_TIME, "plan"), FATE_HELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_visit), T(test_kinds), T(test_correction), T(test_correction_keeps), T(test_visit_ends),
        T(test_partner_visit), T(test_barrier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
