#include "tests/unit/wire/raw_case.h"
#include "tests/unit/wire/raw_region.h"

#define LADDER                                                                                                        \
    "[{\"positions\":[\"ii_b\"],\"packages\":15},"                                                                    \
    "{\"employment\":[\"pns\",\"pppk\"],\"grades\":[\"IV/a\"],\"packages\":5},{\"packages\":1}]"

static const struct field fields[] = {
    { "period", "\"2026-01\"" },
    { "regency", "\"1199\"" },
    { "programme", "\"monthly_package\"" },
    { "item", "\"sembako\"" },
    { "deciles", "[1,2]" },
    { "decile_basis", "\"province\"" },
    { "ladder", LADDER },
    { "distribution", "{\"from\":\"2026-01-28\",\"to\":\"2026-01-29\"}" },
    { "report_by", "\"2026-02-03\"" },
    { "lambda_m", "4000" },
    { "seed", "\"undian-2026-01\"" },
    { "edition", "\"2026-01\"" },
    { "roster", "7" },
    { "state", "\"plan\"" },
    { "expect", "{\"households\":40,\"givers\":30,\"donations\":2}" },
};

static int decode(struct str value, const struct raw_context *context, struct buf *canonical,
                  struct warnings *warnings, struct reject *error)
{
    static struct raw_period out;
    int r = raw_period_decode(value, context, &out, warnings, error);
    if (r == 0)
        period_encode(canonical, &out.period);
    return r;
}

static const struct sample sample = { fields, ARRAY_LEN(fields), decode };

#define EXPECT_IN ",\"expect\":{\"households\":40,\"givers\":30,\"donations\":2}"
#define STEP_1 "{\"employment\":[],\"positions\":[\"ii_b\"],\"grades\":[],\"packages\":15}"
#define STEP_2 "{\"employment\":[\"pns\",\"pppk\"],\"positions\":[],\"grades\":[\"IV/a\"],\"packages\":5}"
#define STEP_3 "{\"employment\":[],\"positions\":[],\"grades\":[],\"packages\":1}"
#define ALL_STEPS "[" STEP_1 "," STEP_2 "," STEP_3 "]"

static const struct raw_case cases[] = {
    /* what each field becomes */
    { "period", { { "period", "\"2026-w05\"" } }, .from = "\"period\":\"2026-01\"", .to = "\"period\":\"2026-w05\"" },
    { "period: any ref", { { "period", "\"banjir/2026#1\"" } },
      .from = "\"period\":\"2026-01\"", .to = "\"period\":\"banjir/2026#1\"" },
    { "regency", { { "regency", "\"1198\"" } }, .from = "\"1199\"", .to = "\"1198\"" },
    { "regency: dots are taken away", { { "regency", "\"11.98\"" } }, .from = "\"1199\"", .to = "\"1198\"" },
    { "programme", { { "programme", "\"weekly_dish\"" } }, .from = "\"monthly_package\"", .to = "\"weekly_dish\"" },
    { "item", { { "item", "\"eggs\"" } }, .from = "\"sembako\"", .to = "\"eggs\"" },
    { "deciles keep their order", { { "deciles", "[3,1,10]" } }, .from = "[1,2]", .to = "[3,1,10]" },
    { "decile_basis", { { "decile_basis", "\"regency\"" } },
      .from = "\"decile_basis\":\"province\"", .to = "\"decile_basis\":\"regency\"" },
    { "decile_basis: national by default", { { "decile_basis", NULL } },
      .from = "\"decile_basis\":\"province\"", .to = "\"decile_basis\":\"national\"" },
    { "ladder: absent, null and empty lists match all",
      { { "ladder", "[{\"employment\":[],\"positions\":null,\"packages\":1000}]" } }, .from = ALL_STEPS,
      .to = "[{\"employment\":[],\"positions\":[],\"grades\":[],\"packages\":1000}]" },
    { "ladder: words and grades in their order",
      { { "ladder", "[{\"employment\":[\"pppk\"],\"positions\":[\"staff\",\"ii_a\"],"
                    "\"grades\":[\"gol. IX\",\"4\"],\"packages\":0},{\"packages\":2}]" } },
      .from = ALL_STEPS,
      .to = "[{\"employment\":[\"pppk\"],\"positions\":[\"ii_a\",\"staff\"],\"grades\":[\"IX\",\"IV\"],"
            "\"packages\":0},"
            "{\"employment\":[],\"positions\":[],\"grades\":[],\"packages\":2}]" },
    { "ladder: grades are spelled as everywhere",
      { { "ladder", "[{\"grades\":[\"IIIa\",\"3.B\",\"III c\"],\"packages\":3},{\"packages\":1}]" } },
      .from = ALL_STEPS,
      .to = "[{\"employment\":[],\"positions\":[],\"grades\":[\"III/a\",\"III/b\",\"III/c\"],"
            "\"packages\":3}," STEP_3 "]" },
    { "distribution.from", { { "distribution", "{\"from\":\"2026-01-27\",\"to\":\"2026-01-29\"}" } },
      .from = "\"from\":\"2026-01-28\"", .to = "\"from\":\"2026-01-27\"" },
    { "distribution.to", { { "distribution", "{\"from\":\"2026-01-28\",\"to\":\"2026-01-28\"}" } },
      .from = "\"to\":\"2026-01-29\"", .to = "\"to\":\"2026-01-28\"" },
    { "report_by", { { "report_by", "\"2026-01-29\"" } }, .from = "\"2026-02-03\"", .to = "\"2026-01-29\"" },
    { "lambda_m", { { "lambda_m", "0" } }, .from = "\"lambda_m\":4000", .to = "\"lambda_m\":0" },
    { "lambda_m: continuity first", { { "lambda_m", "-1" } }, .from = "\"lambda_m\":4000", .to = "\"lambda_m\":-1" },
    { "lambda_m: 5000 by default", { { "lambda_m", "null" } },
      .from = "\"lambda_m\":4000", .to = "\"lambda_m\":5000" },
    { "seed", { { "seed", "\"x\"" } }, .from = "\"undian-2026-01\"", .to = "\"x\"" },
    { "edition", { { "edition", "\"2025-12\"" } },
      .from = "\"edition\":\"2026-01\"", .to = "\"edition\":\"2025-12\"" },
    { "edition: optional", { { "edition", NULL } }, .from = "\"edition\":\"2026-01\"", .to = "\"edition\":null" },
    { "roster", { { "roster", "9007199254740991" } }, .from = "\"roster\":7", .to = "\"roster\":9007199254740991" },
    { "roster: optional", { { "roster", NULL } }, .from = "\"roster\":7", .to = "\"roster\":null" },
    { "state close: expect is dropped", { { "state", "\"close\"" } },
      .from = "\"plan\"" EXPECT_IN, .to = "\"close\",\"expect\":null" },
    { "state void: expect is not even read", { { "state", "\"void\"" }, { "expect", "\"some\"" } },
      .from = "\"plan\"" EXPECT_IN, .to = "\"void\",\"expect\":null" },
    { "expect", { { "expect", "{\"donations\":0,\"givers\":1,\"households\":2}" } },
      .from = "{\"households\":40,\"givers\":30,\"donations\":2}",
      .to = "{\"households\":2,\"givers\":1,\"donations\":0}" },
    { "expect: any", { { "expect", "\"any\"" } },
      .from = "{\"households\":40,\"givers\":30,\"donations\":2}", .to = "\"any\"" },
    { "an unknown field is passed over", { { "lain", "{\"a\":1,\"a\":[1.5e300,{}]}" } } },

    /* refusals */
    { "period missing", { { "period", NULL } }, REJECT_MISSING_FIELD, "/period" },
    { "period of another type", { { "period", "202601" } }, REJECT_WRONG_TYPE, "/period" },
    { "period no ref", { { "period", "\"2026 01\"" } }, REJECT_OUT_OF_RANGE, "/period" },
    { "period hides a NIK", { { "period", "\"3510161203120001\"" } }, REJECT_FORBIDDEN_CONTENT, "/period" },
    { "regency missing", { { "regency", "null" } }, REJECT_MISSING_FIELD, "/regency" },
    { "regency as a number", { { "regency", "1199" } }, REJECT_WRONG_TYPE, "/regency" },
    { "regency too short", { { "regency", "\"119\"" } }, REJECT_BAD_DIGITS, "/regency", "four digits" },
    { "regency with a space", { { "regency", "\"11 99\"" } }, REJECT_BAD_DIGITS, "/regency" },
    { "regency empty", { { "regency", "\"\"" } }, REJECT_BAD_DIGITS, "/regency" },
    { "regency unknown", { { "regency", "\"1196\"" } }, REJECT_UNKNOWN_REGION, "/regency", "version uji-1", "gone" },
    { "regency gone", { { "regency", "\"1197\"" } }, REJECT_UNKNOWN_REGION, "/regency", "1198" },
    { "programme missing", { { "programme", NULL } }, REJECT_MISSING_FIELD, "/programme" },
    { "programme unknown", { { "programme", "\"bulanan\"" } }, REJECT_UNKNOWN_VALUE, "/programme", "weekly_dish" },
    { "programme in capitals", { { "programme", "\"WEEKLY_DISH\"" } }, REJECT_UNKNOWN_VALUE, "/programme" },
    { "programme of another type", { { "programme", "1" } }, REJECT_WRONG_TYPE, "/programme" },
    { "item missing", { { "item", NULL } }, REJECT_MISSING_FIELD, "/item" },
    { "item empty", { { "item", "\"\"" } }, REJECT_OUT_OF_RANGE, "/item" },
    { "deciles missing", { { "deciles", NULL } }, REJECT_MISSING_FIELD, "/deciles" },
    { "deciles none", { { "deciles", "[]" } }, REJECT_OUT_OF_RANGE, "/deciles" },
    { "deciles no list", { { "deciles", "1" } }, REJECT_WRONG_TYPE, "/deciles" },
    { "deciles: 0", { { "deciles", "[1,0]" } }, REJECT_OUT_OF_RANGE, "/deciles/1" },
    { "deciles: 11", { { "deciles", "[11]" } }, REJECT_OUT_OF_RANGE, "/deciles/0" },
    { "deciles: a word", { { "deciles", "[1,\"2\"]" } }, REJECT_WRONG_TYPE, "/deciles/1" },
    { "deciles: null", { { "deciles", "[null]" } }, REJECT_MISSING_FIELD, "/deciles/0" },
    { "deciles: one twice", { { "deciles", "[1,2,1]" } }, REJECT_INCONSISTENT, "/deciles/2", "once" },
    { "decile_basis unknown", { { "decile_basis", "\"nasional\"" } }, REJECT_UNKNOWN_VALUE, "/decile_basis" },
    { "ladder missing", { { "ladder", NULL } }, REJECT_MISSING_FIELD, "/ladder" },
    { "ladder empty", { { "ladder", "[]" } }, REJECT_OUT_OF_RANGE, "/ladder" },
    { "ladder: a step that is none", { { "ladder", "[7]" } }, REJECT_WRONG_TYPE, "/ladder/0" },
    { "ladder: packages missing", { { "ladder", "[{}]" } }, REJECT_MISSING_FIELD, "/ladder/0/packages" },
    { "ladder: packages 1001", { { "ladder", "[{\"packages\":1001}]" } }, REJECT_OUT_OF_RANGE, "/ladder/0/packages" },
    { "ladder: packages -1", { { "ladder", "[{\"packages\":-1}]" } }, REJECT_OUT_OF_RANGE, "/ladder/0/packages" },
    { "ladder: packages 1.0", { { "ladder", "[{\"packages\":1.0}]" } }, REJECT_WRONG_TYPE, "/ladder/0/packages" },
    { "ladder: unknown employment", { { "ladder", "[{\"employment\":[\"pns\",\"honorer\"],\"packages\":1}]" } },
      REJECT_UNKNOWN_VALUE, "/ladder/0/employment/1" },
    { "ladder: unknown position", { { "ladder", "[{\"packages\":1},{\"positions\":[\"v_a\"],\"packages\":1}]" } },
      REJECT_UNKNOWN_VALUE, "/ladder/1/positions/0" },
    { "ladder: unknown grade", { { "ladder", "[{\"grades\":[\"III/a\",\"V/f\"],\"packages\":1}]" } },
      REJECT_UNKNOWN_VALUE, "/ladder/0/grades/1" },
    { "ladder: bare IV where PNS are meant too", { { "ladder", "[{\"grades\":[\"IX\",\"IV\"],\"packages\":1}]" } },
      REJECT_AMBIGUOUS_CODE, "/ladder/0/grades/1", "IV/a" },
    { "ladder: no grade", { { "ladder", "[{\"grades\":[null],\"packages\":1}]" } },
      REJECT_MISSING_FIELD, "/ladder/0/grades/0" },
    { "ladder: grade of another type", { { "ladder", "[{\"grades\":[9],\"packages\":1}]" } },
      REJECT_WRONG_TYPE, "/ladder/0/grades/0" },
    { "ladder: the last step leaves somebody out",
      { { "ladder", "[{\"packages\":1},{\"positions\":[\"staff\"],\"packages\":1}]" } },
      REJECT_INCONSISTENT, "/ladder", "everyone" },
    { "ladder: the first fault of a step counts before the last step's",
      { { "ladder", "[{\"packages\":1001},{\"positions\":[\"staff\"],\"packages\":1}]" } },
      REJECT_OUT_OF_RANGE, "/ladder/0/packages" },
    { "distribution missing", { { "distribution", NULL } }, REJECT_MISSING_FIELD, "/distribution" },
    { "distribution no object", { { "distribution", "[]" } }, REJECT_WRONG_TYPE, "/distribution" },
    { "distribution.from missing", { { "distribution", "{\"to\":\"2026-01-29\"}" } },
      REJECT_MISSING_FIELD, "/distribution/from" },
    { "distribution.to missing", { { "distribution", "{\"from\":\"2026-01-29\",\"to\":null}" } },
      REJECT_MISSING_FIELD, "/distribution/to" },
    { "distribution.from no date", { { "distribution", "{\"from\":\"28-01-2026\",\"to\":\"2026-01-29\"}" } },
      REJECT_BAD_DATE, "/distribution/from", "YYYY-MM-DD" },
    { "distribution.to no day", { { "distribution", "{\"from\":\"2026-01-28\",\"to\":\"2026-02-29\"}" } },
      REJECT_BAD_DATE, "/distribution/to" },
    { "distribution the wrong way round", { { "distribution", "{\"from\":\"2026-01-29\",\"to\":\"2026-01-28\"}" } },
      REJECT_INCONSISTENT, "/distribution" },
    { "report_by missing", { { "report_by", NULL } }, REJECT_MISSING_FIELD, "/report_by" },
    { "report_by before the distribution ends", { { "report_by", "\"2026-01-28\"" } },
      REJECT_INCONSISTENT, "/report_by" },
    { "report_by no date", { { "report_by", "\"2026-1-28\"" } }, REJECT_BAD_DATE, "/report_by" },
    { "lambda_m -2", { { "lambda_m", "-2" } }, REJECT_OUT_OF_RANGE, "/lambda_m" },
    { "lambda_m too large", { { "lambda_m", "1000001" } }, REJECT_OUT_OF_RANGE, "/lambda_m" },
    { "lambda_m a string", { { "lambda_m", "\"5000\"" } }, REJECT_WRONG_TYPE, "/lambda_m" },
    { "seed missing", { { "seed", NULL } }, REJECT_MISSING_FIELD, "/seed" },
    { "seed no ref", { { "seed", "\"undian\\u00e9\"" } }, REJECT_OUT_OF_RANGE, "/seed" },
    { "edition no month", { { "edition", "\"2026-13\"" } }, REJECT_BAD_DATE, "/edition", "YYYY-MM" },
    { "roster negative", { { "roster", "-1" } }, REJECT_OUT_OF_RANGE, "/roster" },
    { "roster beyond 2^53-1", { { "roster", "9007199254740992" } }, REJECT_OUT_OF_RANGE, "/roster" },
    { "state missing", { { "state", NULL } }, REJECT_MISSING_FIELD, "/state" },
    { "state unknown", { { "state", "\"open\"" } }, REJECT_UNKNOWN_VALUE, "/state", "void" },
    { "expect missing with plan", { { "expect", NULL } }, REJECT_MISSING_FIELD, "/expect" },
    { "expect a number", { { "expect", "3" } }, REJECT_WRONG_TYPE, "/expect" },
    { "expect another word", { { "expect", "\"some\"" } }, REJECT_UNKNOWN_VALUE, "/expect", "any" },
    { "expect without households", { { "expect", "{\"givers\":1,\"donations\":1}" } },
      REJECT_MISSING_FIELD, "/expect/households" },
    { "expect without donations", { { "expect", "{\"households\":1,\"givers\":1}" } },
      REJECT_MISSING_FIELD, "/expect/donations" },
    { "expect without givers", { { "expect", "{\"households\":1,\"donations\":1}" } },
      REJECT_MISSING_FIELD, "/expect/givers" },
    { "expect negative", { { "expect", "{\"households\":-1,\"givers\":1,\"donations\":1}" } },
      REJECT_OUT_OF_RANGE, "/expect/households" },
    { "of two faults the first in the contract's order counts", { { "seed", "7" }, { "item", NULL } },
      REJECT_MISSING_FIELD, "/item" },
};

int main(void)
{
    return run_raw_cases("raw.period", &sample, test_context(), cases, ARRAY_LEN(cases));
}
