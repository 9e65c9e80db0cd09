#include "tests/fuzz/fuzz_raw.h"

static void prepare(struct raw_donation *raw)
{
    char id[DONATION_ID_SIZE];
    donation_id(&raw->donation, id);
    fuzz_require(strchr(id, '/') == strrchr(id, '/'), "a donation's id has one slash");
}

FUZZ_RAW(donation, donation, prepare)
