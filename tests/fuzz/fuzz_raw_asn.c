#include "tests/fuzz/fuzz_raw.h"

static void prepare(struct raw_asn *raw)
{
    fuzz_require(strlen(raw->nip) == 18 && strcmp(raw->nip, raw->nip_former) != 0,
                 "a civil servant has one number and another former one, or none");
    fuzz_require(raw->asn.grade[0] != '\0' || raw->asn.employment == EMPLOYMENT_PPPK_PART_TIME,
                 "only part-timers have no grade");
    str_copy(raw->asn.asn, TOKEN_SIZE, STR_LIT(FUZZ_TOKEN));
    if (raw->own_kk[0] != '\0')
        str_copy(raw->asn.household, TOKEN_SIZE, STR_LIT(FUZZ_TOKEN));
}

FUZZ_RAW(asn, asn, prepare)
