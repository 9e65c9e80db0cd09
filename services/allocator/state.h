/*
 * The state of one regency: what the registry and the decisions say now.
 *
 * Two kinds of field. *Facts* are a function of the latest value per key of the registry and of the decisions, and of
 * nothing else; restore.c sets them from those values, the rules move them along. *Derived* fields (marked so) are
 * sums and links over facts, kept so that one event costs little; the tests compute them anew after every event.
 *
 * Families, givers, periods and visits are numbered by ids.h; a number indexes the array of the same name. Arrays grow
 * with the numbers, so an element exists for whoever was ever named, known to the registry or not.
 */
#ifndef BERBAGI_ALLOCATOR_STATE_H
#define BERBAGI_ALLOCATOR_STATE_H

#include "common/domain/region.h"
#include "common/wire/decision.h"
#include "services/allocator/arena.h"
#include "services/allocator/ids.h"
#include "services/allocator/problem.h"
#include "services/allocator/repair.h"

enum {
    NO_PLACE = UINT16_MAX,
    NO_DISTANCE = -1,     /* null: without or with an unknown giver */
    HISTORY_CUTS = 12,    /* how far waiting and foster parents look back */
    MAX_HOPS = 8,         /* of a chain of changed numbers */
    RULE_VERSION = 1,
};

/* A family: its latest record in the registry. */
struct household_state {
    uint32_t ref;         /* texts; NO_ID = null */
    uint32_t was;         /* households; NO_ID = none */
    uint32_t successor;   /* derived: who names this one as `was` (of several the smallest token); NO_ID = nobody */
    uint32_t first_visit; /* derived: visits + 1; 0 = none */
    int32_t dtsen;
    uint16_t place;       /* of the village: places; NO_PLACE only while not in the registry */
    uint16_t own_givers;  /* derived: ASN who name this one as their own family */
    int8_t decile_national, decile_province, decile_regency;
    int8_t band;
    uint8_t status;       /* enum household_status; HOUSEHOLD_NONE = not in the registry */
};

/* A giver: an ASN or a partner's donation, or an id that only a visit or a row has named. */
struct giver_state {
    uint8_t kind;         /* enum giver_kind */
    bool known;           /* in the registry */
    /* ASN */
    uint8_t employment, position, status;
    char grade[GRADE_SIZE];
    int64_t version;
    uint32_t household;   /* own family; NO_ID = null */
    uint32_t was;         /* givers; NO_ID = none */
    uint32_t successor;   /* derived, as of families */
    uint32_t ref;         /* texts; NO_ID = null */
    uint16_t places[2];   /* home and work, or base and none: places in the region table; NO_PLACE = none */
    /* partner */
    uint8_t state;        /* enum donation_state */
    uint32_t period;      /* periods; NO_ID = none */
    int32_t packages;
    struct earmark *earmark; /* owned; NULL = none */
    uint32_t earmark_version; /* counts changes of the earmark, so that a view knows */
};

/* A visit: its latest record. */
struct visit_state {
    uint32_t household, giver;
    uint32_t next;        /* derived: visits + 1 of the same family; 0 = last */
    int32_t on;
    uint32_t period;
    uint8_t outcome;      /* OUTCOME_NONE = no such visit */
};

/* A family's assignment in one period, as last published. 20 bytes. */
struct row {
    uint32_t household;
    uint32_t giver;       /* NO_ID = null */
    int32_t distance_m;
    uint32_t revision;
    uint16_t place;       /* of the family when the row began */
    uint16_t decile : 4, band : 2, waiting : 2, state : 3, reason : 4;
};

/* Field by field: a bit of the last word means nothing. */
static inline bool row_equal(const struct row *a, const struct row *b)
{
    return a->household == b->household && a->giver == b->giver && a->distance_m == b->distance_m &&
           a->revision == b->revision && a->place == b->place && a->decile == b->decile && a->band == b->band &&
           a->waiting == b->waiting && a->state == b->state && a->reason == b->reason;
}

/* What a cut froze: plan_rule without its bounded ladder. */
struct rule {
    enum programme programme;
    enum decile_basis decile_basis;
    char item[REF_SIZE], seed[REF_SIZE], places[17];
    int32_t decile_count, ladder_count;
    int8_t deciles[MAX_DECILES];
    int8_t order[MAX_DECILES + 1]; /* of a decile in `deciles`, from 0; -1 = not in it */
    struct ladder_step *ladder;    /* owned */
    int32_t lambda_m, edition, version;
    int64_t roster;                /* -1 = none */
};

/* Why an active ASN has no quota, for the figures of supply. */
enum excluded { EXCLUDED_NOT, EXCLUDED_PART_TIME, EXCLUDED_STALE };

/* The solver's view of an open period, and what the sums need besides. All of it derived. */
struct view {
    struct alloc_problem problem;
    struct alloc_household *households; /* by household */
    struct alloc_giver *givers;         /* by giver */
    int32_t *planned;                   /* by giver: rows planned */
    uint8_t *excluded;                  /* by giver: enum excluded */
    struct alloc_earmark *earmarks;
    struct earmark **earmark_copies;    /* owned: what the entries of `earmarks` point into */
    uint32_t *earmark_versions;         /* by giver: of the entry it has */
    uint32_t household_capacity, giver_capacity, planned_capacity, excluded_capacity;
    uint32_t earmark_capacity, copy_capacity, version_capacity;
    struct repair *repair;              /* owned */
    struct arena proof;                 /* memory of the checker, kept from repair to repair */
    bool changed;                       /* since the last check */
    int64_t rows[ROW_CANCELLED + 1];    /* by state */
    int64_t nobodys;                    /* delivered rows without a giver */
    int32_t *dirty_households, *dirty_givers; /* changed since the last run */
    uint32_t dirty_household_count, dirty_household_capacity, dirty_giver_count, dirty_giver_capacity;
};

struct plan_state {
    bool known;           /* a plan event of it exists */
    bool cut, closed;     /* cut: and not voided since */
    uint32_t revision;    /* of the latest plan event */
    uint32_t cut_revision;
    int64_t cut_offset;   /* the order of cuts */
    int32_t distribution_from, distribution_to, report_by;
    char digest[DIGEST_SIZE];
    struct rule rule;

    struct row *rows;     /* in order of arrival */
    uint32_t row_count, row_capacity;
    uint32_t *row_of;     /* derived: of a family: rows + 1, 0 = none */
    uint32_t row_of_capacity;
    int64_t unmatched;    /* derived: deliveries to families without a row */
    struct view *view;    /* derived; NULL unless the period is open */
};

struct regency {
    int32_t code;
    int32_t partition;
    const struct region_table *regions;

    struct texts texts;
    struct ids household_ids;
    struct household_state *households;
    uint32_t household_capacity;
    struct ids giver_ids; /* 'a' or 'p', then the id */
    struct giver_state *givers;
    uint32_t giver_capacity;
    struct ids visit_ids;
    struct visit_state *visits;
    uint32_t visit_capacity;
    struct ids period_ids;
    struct plan_state *periods;
    uint32_t period_capacity;
    struct alloc_village *places; /* villages of families, of rows, and of givers */
    uint32_t place_count, place_capacity;
    uint16_t *place_slots;        /* by a hash of the village: places + 1, 0 = free */
    uint32_t place_slot_count;    /* a power of two, 0 at first */
};

/* regions: borrowed. 0 or -ENOMEM. */
must_check int regency_init(struct regency *r, int32_t code, int32_t partition, const struct region_table *regions);
void regency_done(struct regency *r);

/* Numbers of ids, with an element behind each; NO_ID without memory. Pointers into the arrays move. */
must_check uint32_t regency_household(struct regency *r, const char *token);
must_check uint32_t regency_giver(struct regency *r, enum giver_kind kind, const char *id);
must_check uint32_t regency_visit(struct regency *r, const char *visit);
must_check uint32_t regency_period(struct regency *r, const char *period);

static inline const char *household_token(const struct regency *r, uint32_t h)
{
    return ids_text(&r->household_ids, h);
}
static inline const char *giver_id(const struct regency *r, uint32_t g)
{
    return ids_text(&r->giver_ids, g) + 1;
}
static inline const char *period_name(const struct regency *r, uint32_t p)
{
    return ids_text(&r->period_ids, p);
}

/*
 * The number of a village's position. `must`: a village outside the region table (or null) gets one too, at the centre
 * of the earth: some 6,370 km from everybody, so that a family there is still served and the certificate stays exact.
 * Otherwise *out is NO_PLACE for such a village. 0, -ENOMEM, or -E2BIG beyond 65,534 places.
 */
must_check int regency_place(struct regency *r, int64_t village, bool must, uint16_t *out);

/* Does a row belong to the cut that stands: rows of a cut that was voided since are none. */
static inline bool row_stands(const struct plan_state *p, const struct row *row)
{
    return p->cut && row->state != ROW_NONE && row->revision >= p->cut_revision;
}

/* The row of a family in a period, NULL if it has none that stands. */
struct row *row_find(const struct plan_state *p, uint32_t household);
/* A new row, all null; the family must have none. NULL without memory. */
must_check struct row *row_add(struct plan_state *p, uint32_t household);

void rule_done(struct rule *rule);
void view_free(struct view *v); /* accepts NULL */

#endif
