/*
 * One regency's allocation problem of one period, and its solution: what the state machine hands to the solver and
 * gets back. Plain arrays, no ownership, no I/O. The rule is docs/allocation.md.
 *
 * The problem is a *view that lives on*: the state machine owns the arrays, keeps every index stable for the life of
 * the period and changes entries in place as events come in. The same view serves
 *   the cut      cut.h      every target gets a giver or a reason
 *   the repair   repair.h   after an event: names of the entries that changed in, changed pairs out
 *   the checker  certify.h  proves a cut, or the whole state later on
 *   the figures  figures.h  objective, fairness, second best
 *
 * Indices are dense from 0; ALLOC_NONE (-1) = none. Order of the arrays decides nothing: every tie is broken by hashes
 * of ids.
 */
#ifndef BERBAGI_ALLOCATOR_PROBLEM_H
#define BERBAGI_ALLOCATOR_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/cleanup.h"

enum {
    ALLOC_NONE = -1,
    ALLOC_MAX_DECILES = 10,
    ALLOC_BANDS = 3,
    ALLOC_WAITING_MAX = 3,
    ALLOC_CLASSES_PER_DECILE = ALLOC_BANDS * (ALLOC_WAITING_MAX + 1),
    ALLOC_MAX_CLASSES = ALLOC_MAX_DECILES * ALLOC_CLASSES_PER_DECILE,
    ALLOC_FAR_M = 50000,            /* an ASN without any known place stands this far from everywhere */
    ALLOC_MAX_QUOTA = 1000000,      /* packages of one giver */
    ALLOC_MAX_LAMBDA = 1000000,     /* metres */
    ALLOC_MAX_HOUSEHOLDS = 4 << 20,
    ALLOC_MAX_GIVERS = 1 << 20,
    ALLOC_MAX_VILLAGES = 4096,      /* the largest regency has 852 */
};

/* A position of the table: a village of the regency, or one outside it where a giver lives or works. */
struct alloc_village {
    int64_t id;                     /* ten digits */
    int32_t x, y, z;                /* WGS-84 ECEF in whole metres, each within +-7,000,000 */
};

enum alloc_kind { ALLOC_ASN = 1, ALLOC_PARTNER };

struct alloc_giver {
    int32_t quota; /* units by the rule, 0 .. ALLOC_MAX_QUOTA; 0 also for who left or is not received */
    int32_t taken;                  /* families it has *delivered* to in this period; may exceed quota */
    int32_t place[2];               /* villages: ASN home and work, partner base in [0]; ALLOC_NONE = not known */
    int32_t own;                    /* an ASN's: household it may never serve (its own family), or ALLOC_NONE */
    int32_t earmark;                /* a partner's: index into earmarks, or ALLOC_NONE = may serve everybody */
    uint8_t kind;                   /* enum alloc_kind; 0 = an unused entry */
};

/* A family must match one of the places (if any is named) and one of the deciles (if any is named). */
struct alloc_earmark {
    const int64_t *villages;        /* ten digits */
    const int32_t *districts;       /* six digits */
    int32_t n_villages, n_districts;
    uint16_t deciles;               /* bit d = decile d (1..10); 0 = none is named */
};

enum alloc_state {
    ALLOC_ABSENT,    /* no target, no row, or a cancelled row: not part of the problem */
    ALLOC_OPEN,      /* a target; `planned` says who is to come, if anybody */
    ALLOC_DELIVERED, /* frozen; counts for water filling; `planned` = who came, ALLOC_NONE = a giver not known */
};

struct alloc_household {
    int32_t village;                /* index into villages */
    int32_t foster;                 /* the foster parent's giver index, or ALLOC_NONE */
    int32_t planned;                /* ALLOC_OPEN: giver of the row (even if it may no longer serve), or ALLOC_NONE */
    uint8_t cls;                    /* alloc_class(): class in class order */
    uint8_t state;                  /* enum alloc_state */
};

struct alloc_problem {
    const struct alloc_village *villages;
    const struct alloc_giver *givers;
    const struct alloc_earmark *earmarks;
    const struct alloc_household *households;
    int32_t n_villages, n_givers, n_earmarks, n_households;

    /* Ids as NUL-terminated strings, entry i at base + i * stride: tokens and <partner>/<donation>. Distinct. */
    const char *household_ids, *giver_ids;
    size_t household_id_stride, giver_id_stride;

    const char *seed, *period;      /* the public lottery string; the period's name */
    uint8_t deciles[ALLOC_MAX_DECILES]; /* in the order served, distinct, 1..10 */
    int32_t n_deciles;
    int32_t lambda_m;               /* 0 .. ALLOC_MAX_LAMBDA metres per kept pair; -1 = continuity first */
};

/* Class order: position of the decile in `deciles`, then band 0,1,2, then waiting 3,2,1,0. */
static inline int alloc_class(int decile_position, int band, int waiting)
{
    return (decile_position * ALLOC_BANDS + band) * (ALLOC_WAITING_MAX + 1) + (ALLOC_WAITING_MAX - waiting);
}
static inline int alloc_class_decile(const struct alloc_problem *p, int cls)
{
    return p->deciles[cls / ALLOC_CLASSES_PER_DECILE];
}
static inline int alloc_class_band(int cls)
{
    return cls / (ALLOC_WAITING_MAX + 1) % ALLOC_BANDS;
}
static inline int alloc_class_waiting(int cls)
{
    return ALLOC_WAITING_MAX - cls % (ALLOC_WAITING_MAX + 1);
}
static inline const char *alloc_household_id(const struct alloc_problem *p, int32_t h)
{
    return p->household_ids + (size_t)h * p->household_id_stride;
}
static inline const char *alloc_giver_id(const struct alloc_problem *p, int32_t g)
{
    return p->giver_ids + (size_t)g * p->giver_id_stride;
}
/* Units a giver can still promise. */
static inline int32_t alloc_left(const struct alloc_giver *g)
{
    return g->kind != 0 && g->quota > g->taken ? g->quota - g->taken : 0;
}

/* 0, or -EINVAL: an index, a class, a count or a bound of the comments above is broken. */
must_check int alloc_problem_check(const struct alloc_problem *p);
/* Does a family of this decile in this village match the earmark? */
bool alloc_earmark_fits(const struct alloc_earmark *e, int64_t village, int decile);
/* May giver g serve household h: not its own family, the earmark fits. Quota is not looked at. */
bool alloc_may_serve(const struct alloc_problem *p, int32_t g, int32_t h);
/*
 * Metres between a giver and a village: the least chord over its known places; ALLOC_FAR_M for an ASN with none, 0 for
 * a partner with none. What a row's distance_m says.
 */
int32_t alloc_distance(const struct alloc_problem *p, int32_t g, int32_t village);

enum alloc_reason {
    ALLOC_SERVED,
    ALLOC_NO_ELIGIBLE_GIVER,        /* nobody with quota may serve it, even if it were alone */
    ALLOC_SUPPLY_EXHAUSTED,
};
/* Why an unserved target has nobody. O(givers); batches use what the cut and the repair return. */
enum alloc_reason alloc_unserved_reason(const struct alloc_problem *p, int32_t h);

/*
 * The dual solution, for the checker: prices that prove the optimum. One per giver, place (villages, then the two
 * nowheres), village and household: `hi` weighs idle givers, kept pairs and metres with the weights below, `lo` the
 * tie-break. The price of nobody (no unit) is 0.
 */
struct alloc_price {
    int64_t hi, lo;
};
struct alloc_evidence {
    int64_t idle_weight, kept_weight;   /* metres that one idle giver, one kept pair (lambda_m = -1) outweigh */
    struct alloc_price *giver;          /* [n_givers] */
    struct alloc_price *place;          /* [n_villages + 2]: villages, far ASN, partner without base */
    struct alloc_price *village;        /* [n_villages] */
    struct alloc_price *household;      /* [n_households]; unserved: not read */
};

/*
 * A plan for every ALLOC_OPEN household. The arrays are the caller's (alloc_solution_init allocates them for a
 * problem's sizes); entries of other households are ALLOC_NONE / ALLOC_SERVED.
 */
struct alloc_solution {
    int32_t *giver;                 /* [n_households] who serves it, or ALLOC_NONE */
    uint8_t *reason;                /* [n_households] enum alloc_reason */
    struct alloc_evidence evidence;
    int32_t n_households, n_givers, n_villages;
};

/* What a repair answers: one target whose giver is no longer what `planned` says. */
struct repair_change {
    int32_t household;
    int32_t giver;                  /* who serves it now, or ALLOC_NONE */
    uint8_t reason;                 /* enum alloc_reason: ALLOC_SERVED, or why it has nobody */
};

/* 0 or -ENOMEM. */
must_check int alloc_solution_init(struct alloc_solution *s, const struct alloc_problem *p);
void alloc_solution_done(struct alloc_solution *s);     /* accepts a zeroed struct */

#endif
