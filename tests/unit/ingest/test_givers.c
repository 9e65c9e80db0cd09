/* Civil servants and donations: moves, changed numbers, contacts (contract, section 2). */
#include "tests/unit/ingest/world.h"

#define PHONE "0812-0000-0001"

static struct contact read_contact(const struct logged *l)
{
    struct contact m;
    struct reject error;
    assert_non_null(l->value);
    assert_int_equal(contact_decode(str_from(l->value), &m, &error), 0);
    return m;
}

static void test_asn(void **state)
{
    struct world *w = *state;
    const char *id = person_token(w, 1);
    assert_int_equal(send_asn(w, "a", TEST_TIME, 1, EAST, 5, -1, PHONE, "active"), FATE_ACCEPTED);
    assert_string_equal(story(w), expected("registry asn:1199/%s #asn\ncontact 1199/%s #contact\n", id, id));
    assert_string_equal(written(w, 0)->envelope.version, "5");
    struct asn m = read_asn_event(written(w, 0));
    assert_string_equal(m.grade, "III/c");
    assert_int_equal(m.version, 5);
    assert_string_equal(m.household, "");

    struct contact c = read_contact(written(w, 1));
    char phone[CIPHER_PHONE_SIZE], token[TOKEN_SIZE];
    assert_int_equal(c.giver.kind, GIVER_ASN);
    assert_string_equal(c.giver.id, id);
    assert_true(c.consent);
    assert_int_equal(cipher_open(&w->secrets.cipher, str_from(c.phone), "asn", id, phone), 0);
    assert_string_equal(phone, "6281200000001");
    token_make(&w->secrets.phone, TOKEN_PHONE, "6281200000001", token);
    assert_string_equal(c.phone_token, token);
}

static void test_own_family(void **state)
{
    struct world *w = *state;
    assert_int_equal(world_send(w, TOPIC_RAW_ASN, "a", TEST_TIME,
        "{\"regency\":\"1199\",\"ref\":\"ASN-1\",\"nip\":\"199001012015051002\",\"employment\":\"pppk_part_time\","
        "\"position\":\"staff\",\"unit\":\"OPD-1\",\"nomor_kartu_keluarga\":\"1199010101100002\","
        "\"status\":\"active\",\"version\":1}"), FATE_ACCEPTED);
    assert_string_equal(read_asn_event(written(w, 0)).household, family_token(w, 1));
}

/* No readable phone, or status moved: a tombstone there. Who retired keeps the contact. */
static void test_contact_gone(void **state)
{
    struct world *w = *state;
    const char *id = person_token(w, 1);
    const char *gone = expected("registry asn:1199/%s #asn\n-contact 1199/%s #contact.1199\n", id, id);
    assert_int_equal(send_asn(w, "a", TEST_TIME, 1, EAST, 1, -1, NULL, "active"), FATE_ACCEPTED);
    assert_string_equal(story(w), gone);
    assert_int_equal(send_asn(w, "b", TEST_TIME, 1, EAST, 2, -1, "12", "active"), FATE_ACCEPTED);
    assert_string_equal(story(w), gone);
    assert_int_equal(w->in.warnings.count[WARNING_PHONE], 1);
    assert_int_equal(send_asn(w, "c", TEST_TIME, 1, EAST, 3, -1, PHONE, "moved"), FATE_ACCEPTED);
    assert_string_equal(story(w), gone);
    assert_int_equal(send_asn(w, "d", TEST_TIME, 1, EAST, 4, -1, PHONE, "retired"), FATE_ACCEPTED);
    assert_non_null(written(w, 1)->value);
}

static void test_asn_moves(void **state)
{
    struct world *w = *state;
    const char *id = person_token(w, 1);
    send_asn(w, "a", TEST_TIME, 1, EAST, 1, -1, PHONE, "active");
    assert_int_equal(send_asn(w, "b", TEST_TIME, 1, WEST, 2, -1, PHONE, "active"), FATE_ACCEPTED);
    assert_string_equal(story(w), expected("registry asn:1199/%s #farewell.1199\n-contact 1199/%s #contact.1199\n"
                                           "registry asn:1198/%s #asn\ncontact 1198/%s #contact\n", id, id, id, id));
    struct asn old = read_asn_event(written(w, 0));
    assert_int_equal(old.status, ASN_MOVED);
    assert_int_equal(old.home_village, 0);
    assert_int_equal(old.work_village, 0);
    assert_int_equal(old.version, 2);
    assert_string_equal(written(w, 1)->envelope.type, "id.berbagi.contact.v1");
    assert_string_equal(written(w, 1)->envelope.id, "b#contact.1199");
}

static void test_asn_changed_number(void **state)
{
    struct world *w = *state;
    const char *old = person_token(w, 1), *new = person_token(w, 2);
    send_asn(w, "a", TEST_TIME, 1, EAST, 1, -1, PHONE, "active");
    assert_int_equal(send_asn(w, "b", TEST_TIME, 2, EAST, 2, 1, NULL, "active"), FATE_ACCEPTED);
    assert_string_equal(story(w), expected("registry asn:1199/%s #asn\n-contact 1199/%s #contact.1199\n"
                                           "registry asn:1199/%s #farewell.1199\n-contact 1199/%s #contact.1199.was\n",
                                           new, new, old, old));
    assert_string_equal(read_asn_event(written(w, 0)).was, old);
    assert_int_equal(read_asn_event(written(w, 2)).status, ASN_MOVED);
    world_commit(w);
    assert_int_equal(send_asn(w, "c", TEST_TIME, 2, EAST, 3, -1, PHONE, "active"), FATE_ACCEPTED);
    assert_string_equal(read_asn_event(written(w, 0)).was, old);
    /* a ref that repeats retires nobody */
    assert_int_equal(w->count, 2);
}

/* A nine-digit old NIP counts as absent, an unreadable former number refuses. */
static void test_former_number_as_written(void **state)
{
    struct world *w = *state;
    static const char form[] =
        "{\"regency\":\"1199\",\"ref\":\"ASN-1\",\"nip\":\"199001012015051002\",\"nip_lama\":\"%s\",\"employment\":"
        "\"pppk_part_time\",\"position\":\"staff\",\"unit\":\"OPD-1\",\"status\":\"active\",\"version\":1}";
    char json[TEXT];
    snprintf(json, sizeof json, form, "510123456");
    assert_int_equal(world_send(w, TOPIC_RAW_ASN, "a", TEST_TIME, json), FATE_ACCEPTED);
    assert_int_equal(w->in.warnings.count[WARNING_OLD_NIP], 1);
    assert_string_equal(read_asn_event(written(w, 0)).was, "");
    snprintf(json, sizeof json, form, "5101");
    assert_int_equal(world_send(w, TOPIC_RAW_ASN, "b", TEST_TIME, json), FATE_REJECTED);
    assert_int_equal(w->error.code, REJECT_BAD_DIGITS);
    assert_string_equal(w->error.pointer, "/nip_lama");
}

static void test_donation(void **state)
{
    struct world *w = *state;
    assert_int_equal(send_donation(w, "a", TEST_TIME, "D-1", EAST, 1, PHONE), FATE_ACCEPTED);
    assert_string_equal(story(w), "registry donation:1199/hipmi-uji/D-1 #donation\n"
                                  "contact 1199/hipmi-uji/D-1 #contact\n");
    struct contact c = read_contact(written(w, 1));
    char phone[CIPHER_PHONE_SIZE];
    assert_int_equal(c.giver.kind, GIVER_PARTNER);
    assert_int_equal(cipher_open(&w->secrets.cipher, str_from(c.phone), "partner", "hipmi-uji/D-1", phone), 0);

    assert_int_equal(send_donation(w, "b", TEST_TIME, "D-1", EAST, 0, PHONE), FATE_STALE);
    assert_int_equal(send_donation(w, "c", TEST_TIME, "D-1", WEST, 2, NULL), FATE_ACCEPTED);
    assert_string_equal(story(w), "registry donation:1199/hipmi-uji/D-1 #farewell.1199\n"
                                  "-contact 1199/hipmi-uji/D-1 #contact.1199\n"
                                  "registry donation:1198/hipmi-uji/D-1 #donation\n"
                                  "-contact 1198/hipmi-uji/D-1 #contact.1198\n");
    struct donation m;
    struct reject error;
    assert_int_equal(donation_decode(str_from(written(w, 0)->value), &m, &error), 0);
    assert_int_equal(m.state, DONATION_WITHDRAWN);
    assert_int_equal(m.base_village, 0);
    assert_int_equal(m.packages, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_asn), T(test_own_family), T(test_contact_gone), T(test_asn_moves), T(test_asn_changed_number),
        T(test_former_number_as_written), T(test_donation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
