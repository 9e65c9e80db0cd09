#include <stdio.h>

#include "common/wire/parts.h"

enum {
    PERIOD, REGENCY, PROGRAMME, ITEM, DECILES, DECILE_BASIS, LADDER, DISTRIBUTION, REPORT_BY, LAMBDA_M, SEED, EDITION,
    ROSTER, STATE, EXPECT,
};
static const struct str NAMES[] = {
    JSON_NAME("period"),       JSON_NAME("regency"), JSON_NAME("programme"),    JSON_NAME("item"),
    JSON_NAME("deciles"),      JSON_NAME("decile_basis"), JSON_NAME("ladder"),  JSON_NAME("distribution"),
    JSON_NAME("report_by"),    JSON_NAME("lambda_m"), JSON_NAME("seed"),        JSON_NAME("edition"),
    JSON_NAME("roster"),       JSON_NAME("state"),   JSON_NAME("expect"),
};

enum { HOUSEHOLDS, GIVERS, DONATIONS };
static const struct str EXPECT_NAMES[] = { JSON_NAME("households"), JSON_NAME("givers"), JSON_NAME("donations") };

static void put_expect(struct buf *b, const struct expect *e)
{
    if (!e->present) {
        json_put_null(b, "expect");
    } else if (e->any) {
        json_put_string(b, "expect", "any");
    } else {
        json_put_open(b, "expect", '{');
        json_put_int(b, "households", e->households);
        json_put_int(b, "givers", e->givers);
        json_put_int(b, "donations", e->donations);
        json_put_close(b, '}');
    }
}

void period_encode(struct buf *b, const struct period *m)
{
    json_put_begin(b);
    json_put_string(b, "period", m->period);
    json_put_region(b, "regency", m->regency);
    json_put_word(b, "programme", &wire_programmes, m->programme);
    json_put_string(b, "item", m->item);
    parts_put_deciles(b, "deciles", m->deciles, m->decile_count);
    json_put_word(b, "decile_basis", &wire_decile_bases, m->decile_basis);
    parts_put_ladder(b, "ladder", m->ladder, m->ladder_count);
    parts_put_distribution(b, "distribution", m->distribution_from, m->distribution_to);
    json_put_date(b, "report_by", m->report_by);
    json_put_int(b, "lambda_m", m->lambda_m);
    json_put_string(b, "seed", m->seed);
    json_put_edition(b, "edition", m->edition);
    json_put_int_or_null(b, "roster", m->roster, -1);
    json_put_word(b, "state", &wire_period_states, m->state);
    put_expect(b, &m->expect);
    json_put_close(b, '}');
}

/* "any", or all three counts. */
static void read_expect(const struct json_node *root, struct expect *e)
{
    struct json_node object;
    struct str word;
    if (json_peek_string(root, EXPECT, &word)) {
        e->present = e->any = str_is(word, "any");
        if (!e->any)
            json_fault(root, EXPECT, REJECT_UNKNOWN_VALUE, "an object of three counts, or any");
    } else if (json_object(root, EXPECT, OPTIONAL, EXPECT_NAMES, ARRAY_LEN(EXPECT_NAMES), &object)) {
        e->present = true;
        json_int(&object, HOUSEHOLDS, REQUIRED, 0, JSON_MAX_INTEGER, &e->households);
        json_int(&object, GIVERS, REQUIRED, 0, JSON_MAX_INTEGER, &e->givers);
        json_int(&object, DONATIONS, REQUIRED, 0, JSON_MAX_INTEGER, &e->donations);
    }
}

int period_decode(struct str value, struct period *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct period m = { .roster = -1, .expect = { .households = -1, .givers = -1, .donations = -1 } };
    json_ref(&root, PERIOD, REQUIRED, m.period);
    json_regency(&root, REGENCY, REQUIRED, &m.regency);
    m.programme = (enum programme)json_word(&root, PROGRAMME, REQUIRED, &wire_programmes);
    json_ref(&root, ITEM, REQUIRED, m.item);
    parts_deciles(&root, DECILES, REQUIRED, m.deciles, &m.decile_count);
    m.decile_basis = (enum decile_basis)json_word(&root, DECILE_BASIS, REQUIRED, &wire_decile_bases);
    parts_ladder(&root, LADDER, REQUIRED, NULL, m.ladder, &m.ladder_count);
    parts_distribution(&root, DISTRIBUTION, REQUIRED, &m.distribution_from, &m.distribution_to);
    json_date(&root, REPORT_BY, REQUIRED, &m.report_by);
    json_int32(&root, LAMBDA_M, REQUIRED, -1, 1000000, &m.lambda_m);
    json_ref(&root, SEED, REQUIRED, m.seed);
    json_edition(&root, EDITION, OPTIONAL, &m.edition);
    json_int(&root, ROSTER, OPTIONAL, 0, JSON_MAX_INTEGER, &m.roster);
    m.state = (enum period_state)json_word(&root, STATE, REQUIRED, &wire_period_states);
    read_expect(&root, &m.expect);
    if (m.state == PERIOD_PLAN && !m.expect.present)
        json_fault(&root, EXPECT, REJECT_MISSING_FIELD, "an object of three counts, or any");
    if (m.state != PERIOD_PLAN && m.expect.present)
        json_fault(&root, EXPECT, REJECT_INCONSISTENT, "null without state plan");
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}

void period_id(const struct period *m, char out[DONATION_ID_SIZE])
{
    snprintf(out, DONATION_ID_SIZE, "%s/%s", m->period, wire_word(&wire_period_states, m->state));
}
