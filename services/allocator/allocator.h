/*
 * The allocation core: everything one partition's registry decides (contract, section 3). Pure: no I/O, no clock; what
 * comes in are decoded records in the order of the log, what goes out are rows and plan events, handed to a sink.
 *
 *     restore     allocator_restore_registry() for every record of the registry below the committed offset,
 *                 allocator_restore_row() and allocator_restore_plan() for every record of the decisions, in their
 *                 logs' order, then allocator_restore_end(). Compacted logs serve as well as whole ones.
 *     live        allocator_apply() for every record from the committed offset on.
 *     check       allocator_check() at the end of a transaction that changed anything.
 *
 * After a failure other than -EAGAIN's kind (there is none) the state is undefined: drop it and restore. Failures:
 * -ENOMEM; -E2BIG (more than 65,534 villages or 2^32 ids in one regency); -EBADMSG (a decision that can't be ours: see
 * allocator_error()); a negative answer of the sink is passed on.
 */
#ifndef BERBAGI_ALLOCATOR_ALLOCATOR_H
#define BERBAGI_ALLOCATOR_ALLOCATOR_H

#include "common/domain/region.h"
#include "common/wire/decision.h"
#include "common/wire/envelope.h"
#include "services/allocator/certify.h"

struct allocator;

/* One record of the registry. `value` points to the struct of its type; NULL = tombstone. */
struct allocator_event {
    enum registry_type type;
    int32_t regency;
    const char *id;               /* the key's id part */
    const void *value;
    int64_t offset;
    int64_t time;                 /* ce_time, instant */
};

/* One record for the topic `decision`. Everything lives until the sink returns. */
struct allocator_output {
    int32_t regency;
    struct str key, value;
    const struct envelope *envelope;
    const struct assignment *row; /* or NULL */
    const struct plan *plan;      /* or NULL */
};

/* A certificate that failed: of a cut, which is then refused, or of a state (allocator_check). Lives until the
 * return. */
struct allocator_evidence {
    int32_t regency;
    const char *period;
    enum plan_trigger trigger;    /* TRIGGER_CUT, TRIGGER_REPAIR; TRIGGER_NONE = the state as it stands */
    int64_t offset;               /* of the trigger; -1 */
    int failure;                  /* negative errno of the solver or checker, or 0: see verdict */
    struct certify_verdict verdict;
    const char *household, *giver; /* where, "" = nowhere in particular */
    const struct alloc_problem *problem; /* with the plan in `planned`; of a repair the plan before it */
    const struct repair_change *changes; /* of a repair */
    int32_t n_changes;
};

struct allocator_sink {
    int (*event)(void *arg, const struct allocator_output *output);             /* 0 or negative */
    void (*evidence)(void *arg, const struct allocator_evidence *evidence);     /* may be NULL */
    void *arg;
};

/* What was passed over, since the start; and how long the last cut took is the caller's to measure. */
struct allocator_counts {
    int64_t commands_ignored;     /* plan, close, void that could not be obeyed */
    int64_t cuts, refused, repairs, schedules, closes, voids;
    int64_t proved;               /* repairs that moved pairs and were certified */
    int64_t rows;                 /* published */
};

/* regions: borrowed, must outlive. NULL without memory. */
must_check struct allocator *allocator_new(int32_t partition, const struct region_table *regions);
void allocator_free(struct allocator *a); /* accepts NULL */

/* From now on every repair is certified before it is published, as every cut is; it costs a look at everybody. */
void allocator_prove_repairs(struct allocator *a);

must_check int allocator_restore_registry(struct allocator *a, const struct allocator_event *event);
/* The regency, period, household and revision of a tombstone's key are in *row or *plan, all else zero. */
must_check int allocator_restore_row(struct allocator *a, const struct assignment *row);
must_check int allocator_restore_plan(struct allocator *a, const struct plan *plan);
must_check int allocator_restore_end(struct allocator *a);

must_check int allocator_apply(struct allocator *a, const struct allocator_event *event,
                               const struct allocator_sink *sink);

/* Checks every open period that changed since the last call. 0 = all is well; -EPROTO = sink->evidence was told. */
must_check int allocator_check(struct allocator *a, const struct allocator_sink *sink);

const struct allocator_counts *allocator_counts(const struct allocator *a);
/* Why the last call failed with -EBADMSG, without personal data; "" otherwise. */
const char *allocator_error(const struct allocator *a);

/*
 * Why: the facts about one family in every regency and period where it has a row, one fact a line, appended to `out`.
 * -ENOENT if it has none; -ENOMEM.
 */
must_check int allocator_explain(struct allocator *a, const char *household, struct buf *out);

/* The regencies with a state, ascending; for tests and tools. */
size_t allocator_regency_count(const struct allocator *a);
struct regency *allocator_regency(struct allocator *a, size_t i);

#endif
