#include "services/notifier/pacing.h"

static int64_t bounded(int64_t level, int64_t rate)
{
    return level > rate * 1000 ? rate * 1000 : level;
}

void pacing_init(struct pacing *p, int64_t rate, int64_t now_ms)
{
    *p = (struct pacing){ .rate = rate, .level = rate * 1000, .at = now_ms };
}

int64_t pacing_take(struct pacing *p, int64_t want, int64_t now_ms)
{
    int64_t passed = now_ms - p->at;
    if (passed > 0) {
        /* A minute is more than the burst can hold: no overflow after a long sleep. */
        p->level = bounded(p->level + (passed > 60000 ? 60000 : passed) * p->rate, p->rate);
        p->at = now_ms;
    }
    int64_t have = p->level / 1000;
    int64_t taken = want < have ? want : have;
    p->level -= taken * 1000;
    return taken;
}

void pacing_return(struct pacing *p, int64_t tokens)
{
    p->level = bounded(p->level + tokens * 1000, p->rate);
}

void pacing_slow_down(struct pacing *p, int64_t least)
{
    p->rate = p->rate / 2 > least ? p->rate / 2 : least;
    p->level = 0;
}
