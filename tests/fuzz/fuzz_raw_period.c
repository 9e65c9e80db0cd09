#include "tests/fuzz/fuzz_raw.h"

static void prepare(struct raw_period *raw)
{
    const struct period *p = &raw->period;
    fuzz_require(p->distribution_from <= p->distribution_to && p->distribution_to <= p->report_by,
                 "days are in order");
    fuzz_require(p->ladder_count > 0 && p->ladder[p->ladder_count - 1].employments == 0 &&
                     p->ladder[p->ladder_count - 1].positions == 0 && p->ladder[p->ladder_count - 1].grade_count == 0,
                 "the last step matches everyone");
    fuzz_require(p->expect.present == (p->state == PERIOD_PLAN), "expect stands with plan alone");
}

FUZZ_RAW(period, period, prepare)
