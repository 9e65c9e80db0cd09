#include <stddef.h>

#include "common/wire/parts.h"
#include "common/wire/raw.h"
#include "common/wire/raw_util.h"

enum {
    F_PERIOD, F_REGENCY, F_PROGRAMME, F_ITEM, F_DECILES, F_DECILE_BASIS, F_LADDER, F_DISTRIBUTION, F_REPORT_BY,
    F_LAMBDA_M, F_SEED, F_EDITION, F_ROSTER, F_STATE, F_EXPECT,
};
static const struct str fields[] = {
    JSON_NAME("period"),    JSON_NAME("regency"), JSON_NAME("programme"),    JSON_NAME("item"),
    JSON_NAME("deciles"),   JSON_NAME("decile_basis"), JSON_NAME("ladder"),  JSON_NAME("distribution"),
    JSON_NAME("report_by"), JSON_NAME("lambda_m"), JSON_NAME("seed"),        JSON_NAME("edition"),
    JSON_NAME("roster"),    JSON_NAME("state"),   JSON_NAME("expect"),
};

enum { EXPECT_HOUSEHOLDS, EXPECT_GIVERS, EXPECT_DONATIONS };
static const struct str expect_fields[] = {
    JSON_NAME("households"), JSON_NAME("givers"), JSON_NAME("donations"),
};

enum { LAMBDA_MAX = 1000000, LAMBDA_DEFAULT = 5000 };

/* A grade is read for the employments of its step: where PNS are among them, a bare IV says too little. */
static bool read_grade(const struct json_node *grades, int slot, const struct ladder_step *step, char *out)
{
    bool pppk_only = step->employments != 0 && (step->employments & 1u << EMPLOYMENT_PNS) == 0;
    return raw_grade(grades, slot, REQUIRED, pppk_only ? EMPLOYMENT_PPPK : EMPLOYMENT_NONE, out);
}

static bool matches_everyone(const struct ladder_step *step)
{
    return step->employments == 0 && step->positions == 0 && step->grade_count == 0;
}

static void read_ladder(const struct json_node *root, struct period *out)
{
    if (!parts_ladder(root, F_LADDER, REQUIRED, read_grade, out->ladder, &out->ladder_count))
        return;
    if (!matches_everyone(&out->ladder[out->ladder_count - 1]))
        json_fault(root, F_LADDER, REJECT_INCONSISTENT,
                   "a last step without employment, positions and grades, so that it matches everyone");
}

static void read_days(const struct json_node *root, struct period *out)
{
    parts_distribution(root, F_DISTRIBUTION, REQUIRED, &out->distribution_from, &out->distribution_to);
    if (out->distribution_to < out->distribution_from)
        json_fault(root, F_DISTRIBUTION, REJECT_INCONSISTENT, "from not after to");
    if (json_date(root, F_REPORT_BY, REQUIRED, &out->report_by) && out->report_by < out->distribution_to)
        json_fault(root, F_REPORT_BY, REJECT_INCONSISTENT, "a day not before distribution.to");
}

/* Asked for with `plan` alone; of the other states it is dropped unread. */
static void read_expect(const struct json_node *root, struct expect *out)
{
    struct json_node counts;
    struct str word;

    out->households = out->givers = out->donations = -1;
    if (json_peek_string(root, F_EXPECT, &word)) {
        out->any = out->present = str_is(word, "any");
        if (!out->any)
            json_fault(root, F_EXPECT, REJECT_UNKNOWN_VALUE, "\"any\", or {households, givers, donations}");
        return;
    }
    if (!json_object(root, F_EXPECT, REQUIRED, expect_fields, ARRAY_LEN(expect_fields), &counts))
        return;
    json_int(&counts, EXPECT_HOUSEHOLDS, REQUIRED, 0, JSON_MAX_INTEGER, &out->households);
    json_int(&counts, EXPECT_GIVERS, REQUIRED, 0, JSON_MAX_INTEGER, &out->givers);
    json_int(&counts, EXPECT_DONATIONS, REQUIRED, 0, JSON_MAX_INTEGER, &out->donations);
    out->present = true;
}

int raw_period_decode(struct str value, const struct raw_context *context, struct raw_period *out,
                      struct warnings *warnings, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    struct period *p = &out->period;

    *out = (struct raw_period){ 0 };
    *warnings = (struct warnings){ 0 };
    int r = raw_open(&in, value, fields, ARRAY_LEN(fields), context, &root, error);
    if (r < 0)
        return r;

    json_ref(&root, F_PERIOD, REQUIRED, p->period);
    raw_regency(&root, F_REGENCY, context, &p->regency);
    p->programme = (enum programme)json_word(&root, F_PROGRAMME, REQUIRED, &wire_programmes);
    json_ref(&root, F_ITEM, REQUIRED, p->item);
    if (parts_deciles(&root, F_DECILES, REQUIRED, p->deciles, &p->decile_count) && p->decile_count == 0)
        json_fault(&root, F_DECILES, REJECT_OUT_OF_RANGE, "1 to 10 deciles in the order in which they are served");
    p->decile_basis = (enum decile_basis)json_word(&root, F_DECILE_BASIS, OPTIONAL, &wire_decile_bases);
    if (p->decile_basis == BASIS_NONE)
        p->decile_basis = BASIS_NATIONAL;
    read_ladder(&root, p);
    read_days(&root, p);
    p->lambda_m = LAMBDA_DEFAULT;
    json_int32(&root, F_LAMBDA_M, OPTIONAL, -1, LAMBDA_MAX, &p->lambda_m);
    json_ref(&root, F_SEED, REQUIRED, p->seed);
    json_edition(&root, F_EDITION, OPTIONAL, &p->edition);
    p->roster = -1;
    json_int(&root, F_ROSTER, OPTIONAL, 0, JSON_MAX_INTEGER, &p->roster);
    p->state = (enum period_state)json_word(&root, F_STATE, REQUIRED, &wire_period_states);
    p->expect = (struct expect){ .households = -1, .givers = -1, .donations = -1 };
    if (p->state == PERIOD_PLAN)
        read_expect(&root, &p->expect);
    return raw_close(&in);
}
