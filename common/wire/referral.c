#include <stdio.h>

#include "common/wire/parts.h"
#include "common/wire/visit.h"

enum { REFERRAL, KIND, HOUSEHOLD, REF, REGENCY, VILLAGE, VISIT, OPENED_ON, DUE_ON, STATE };
static const struct str NAMES[] = {
    JSON_NAME("referral"), JSON_NAME("kind"),  JSON_NAME("household"), JSON_NAME("ref"),    JSON_NAME("regency"),
    JSON_NAME("village"),  JSON_NAME("visit"), JSON_NAME("opened_on"), JSON_NAME("due_on"), JSON_NAME("state"),
};

enum { REFERRAL_ID_SIZE = VISIT_SIZE + 32 };

/* <visit>/<kind> */
static void write_id(const struct referral *m, char out[REFERRAL_ID_SIZE])
{
    snprintf(out, REFERRAL_ID_SIZE, "%s/%s", m->visit, wire_word(&wire_referral_kinds, m->kind));
}

void referral_encode(struct buf *b, const struct referral *m)
{
    char id[REFERRAL_ID_SIZE];
    write_id(m, id);
    json_put_begin(b);
    json_put_string(b, "referral", id);
    json_put_word(b, "kind", &wire_referral_kinds, m->kind);
    json_put_string(b, "household", m->household);
    json_put_string(b, "ref", m->ref);
    json_put_region(b, "regency", m->regency);
    json_put_region(b, "village", m->village);
    json_put_string(b, "visit", m->visit);
    json_put_date(b, "opened_on", m->opened_on);
    json_put_date(b, "due_on", m->due_on);
    json_put_word(b, "state", &wire_referral_states, m->state);
    json_put_close(b, '}');
}

int referral_decode(struct str value, struct referral *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct referral m = { .village = 0 };
    char id[REFERRAL_ID_SIZE], expected[REFERRAL_ID_SIZE];
    json_string(&root, REFERRAL, REQUIRED, id, sizeof id);
    m.kind = (enum referral_kind)json_word(&root, KIND, REQUIRED, &wire_referral_kinds);
    json_token(&root, HOUSEHOLD, REQUIRED, m.household);
    json_ref(&root, REF, OPTIONAL, m.ref);
    json_regency(&root, REGENCY, REQUIRED, &m.regency);
    json_village(&root, VILLAGE, REQUIRED, &m.village);
    json_uuid(&root, VISIT, REQUIRED, m.visit);
    json_date(&root, OPENED_ON, REQUIRED, &m.opened_on);
    json_date(&root, DUE_ON, REQUIRED, &m.due_on);
    m.state = (enum referral_state)json_word(&root, STATE, REQUIRED, &wire_referral_states);
    if (json_in_failed(&in))
        return json_in_result(&in);

    write_id(&m, expected);
    if (strcmp(id, expected) != 0)
        json_fault(&root, REFERRAL, REJECT_INCONSISTENT, "<visit>/<kind>");
    else
        *out = m;
    return json_in_result(&in);
}
