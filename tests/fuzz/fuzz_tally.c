#include "tests/fuzz/fuzz_canonical.h"

FUZZ_CANONICAL(tally)
