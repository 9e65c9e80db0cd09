#include "tests/fuzz/fuzz_raw.h"

static void prepare(struct raw_visit *raw)
{
    struct visit *v = &raw->visit;
    fuzz_require((raw->nip[0] != '\0') == (v->giver.kind == GIVER_NONE), "either a number or a partner");
    fuzz_require((v->outcome == OUTCOME_DELIVERED) == (v->packages > 0), "packages are what was delivered");
    fuzz_require(v->outcome != OUTCOME_VOID || !v->findings.present, "findings of a void visit are not read");
    fuzz_require(v->village / 1000000 == v->regency, "the village lies in the regency");
    str_copy(v->household, TOKEN_SIZE, STR_LIT(FUZZ_TOKEN));
    if (v->giver.kind == GIVER_NONE) {
        v->giver.kind = GIVER_ASN;
        str_copy(v->giver.id, GIVER_ID_SIZE, STR_LIT(FUZZ_TOKEN));
    }
}

FUZZ_RAW(visit, visit, prepare)
