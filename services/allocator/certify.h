/*
 * The independent checker. It shares no code with the solver: it reads the problem, the plan and the prices, and
 * proves the plan right or names the first rule that is broken. It runs in production after every cut (a cut that
 * fails is refused) and over the whole state after repairs.
 */
#ifndef BERBAGI_ALLOCATOR_CERTIFY_H
#define BERBAGI_ALLOCATOR_CERTIFY_H

#include "services/allocator/problem.h"

enum certify_rule {
    CERTIFY_OK,
    /* primal feasibility */
    CERTIFY_UNKNOWN_GIVER,          /* a plan names a giver that is none */
    CERTIFY_NOT_A_TARGET,           /* a giver for a household that is no open target */
    CERTIFY_QUOTA,                  /* more families than units */
    CERTIFY_OWN_FAMILY,
    CERTIFY_EARMARK,
    CERTIFY_REASON,                 /* served with a reason, unserved without or with the wrong one */
    /* level 1 */
    CERTIFY_COVERAGE,               /* an unserved target could be served while all needier ones stay served */
    CERTIFY_LOTTERY,                /* within a village and class the next by lottery was passed over */
    /* levels 2-4 */
    CERTIFY_WEIGHTS,                /* the weights do not separate the levels */
    CERTIFY_PRICE,                  /* a cheaper pair than the prices allow: not optimal */
    CERTIFY_SLACKNESS,              /* a pair in the plan is dearer than its prices, or an idle unit has a price */
    CERTIFY_DUALITY,                /* primal cost differs from dual cost */
    CERTIFY_TIE,                    /* another plan costs the same */
    CERTIFY_NAMES,                  /* the numbers are right but dealt out to persons in another order */
    /* repairs */
    CERTIFY_EXCHANGE,               /* fewer pairs need change, or an exchange costs less */
};

struct certify_verdict {
    bool feasible, optimal, unique;
    enum certify_rule broken;       /* the first broken rule */
    int32_t household, giver;       /* where, or ALLOC_NONE */
};

/* The word for logs and evidence files: "quota", "coverage", ... */
const char *certify_rule_name(enum certify_rule rule);

/* A cut's plan with its prices. 0 (look at the verdict), -EINVAL (the problem itself is malformed), -ENOMEM. */
must_check int certify_cut(const struct alloc_problem *p, const struct alloc_solution *s,
                           struct certify_verdict *ret);

/*
 * One repair: `planned` says what was promised before, the changes what a repair makes of it. feasible = valid pairs,
 * right reasons, nothing delivered touched; optimal = who is served follows from the promises and level 1, and no
 * exchange among the families that have changed, those who share a giver with them and free units changes fewer pairs
 * or costs less (of up to CERTIFY_EXCHANGE_MAX families; a chain through somebody else is not looked for); unique =
 * optimal. scratch: reset here, kept for the next time.
 */
enum { CERTIFY_EXCHANGE_MAX = 128 };

struct arena;
must_check int certify_repair(const struct alloc_problem *p, const struct repair_change *changes, int32_t n,
                              struct arena *scratch, struct certify_verdict *ret);

/*
 * The whole state as it stands in `planned`, after repairs and in `close`: feasible = every pair valid; optimal = no
 * unserved target could be served in addition; unique = optimal (a repair's choice depends on the way there, each was
 * unique).
 */
must_check int certify_state(const struct alloc_problem *p, struct certify_verdict *ret);

#endif
