/*
 * What one trigger works with: the regency, the row changes of the period at hand, the way out. Shared by command.c
 * (plan, close, void), event.c (everything else) and settle.c (repair and publish).
 */
#ifndef BERBAGI_ALLOCATOR_ENGINE_H
#define BERBAGI_ALLOCATOR_ENGINE_H

#include "services/allocator/change.h"

/* The families whose rows and visits an event may touch. */
struct touched {
    uint32_t *ids;
    uint32_t n, capacity;
};

struct engine {
    struct regency *r;
    struct emitter emit;
    struct changes changes;
    struct touched touched;
    uint32_t *periods;
    uint32_t period_capacity;
    struct allocator_counts counts;
    const struct allocator_sink *sink;
    int64_t offset;
    bool prove_repairs;
    const char *error; /* why -EPROTO or -EBADMSG; static text */
};

/* Puts into e->periods those that are cut and not voided, in the order of their cuts; open ones only, or closed ones
 * too. Returns the count or -ENOMEM. */
must_check int engine_periods(struct engine *e, bool closed_too);

/* Lets the solver repair an open period, publishes what has changed (e->changes) with its plan event. 0 or
 * negative. */
must_check int settle_open(struct engine *e, uint32_t period);
/* Publishes the changed rows of a closed period. */
must_check int settle_closed(struct engine *e, uint32_t period);

/* Fills in the figures, checks the balance, publishes e->emit.plan and takes it into the period. -EPROTO: the sums
 * don't balance, which can't be. */
must_check int settle_plan(struct engine *e, uint32_t period, bool cut_figures);

/* A period record that is not a tombstone. */
must_check int command_apply(struct engine *e, uint32_t period, const struct period *value);

must_check int event_household(struct engine *e, const char *id, const struct household *value);
must_check int event_asn(struct engine *e, const char *id, const struct asn *value);
must_check int event_donation(struct engine *e, const char *id, const struct donation *value);
must_check int event_delivery(struct engine *e, const char *id, const struct delivery *value);

#endif
