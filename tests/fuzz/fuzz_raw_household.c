#include "tests/fuzz/fuzz_raw.h"

static void prepare(struct raw_household *raw)
{
    fuzz_require(strlen(raw->kk) == 16 && (raw->kk_former[0] == '\0' || strcmp(raw->kk, raw->kk_former) != 0),
                 "a family has one number and another former one, or none");
    fuzz_require(raw->household.band >= 0 && raw->household.band <= 2, "a band is 0 to 2");
    fuzz_require(raw->household.village / 1000000 == raw->household.regency, "the village lies in the regency");
    str_copy(raw->household.household, TOKEN_SIZE, STR_LIT(FUZZ_TOKEN));
}

FUZZ_RAW(household, household, prepare)
