/*
 * The topic `decision` (contract, section 3): `assignment` rows, then their `plan` event. Encoders and decoders as in
 * registry.h.
 */
#ifndef BERBAGI_WIRE_DECISION_H
#define BERBAGI_WIRE_DECISION_H

#include "common/core/buf.h"
#include "common/wire/registry.h"

struct need_class {
    int8_t decile;  /* 1-10; 0 with a null class */
    int8_t band;    /* 0-2 */
    int8_t waiting; /* 0-3 cuts */
};

/* One family's assignment in one period. Key assignment:<regency>/<period>/<household>. */
struct assignment {
    char period[REF_SIZE];
    int32_t regency;
    int32_t revision;
    char household[TOKEN_SIZE];
    char household_ref[REF_SIZE];
    int64_t village;             /* 0 = null: outside the table of places */
    struct giver giver;          /* GIVER_NONE = null */
    char giver_ref[REF_SIZE];    /* "partner" for partners; "" = null: an unknown giver's */
    enum row_state state;
    enum row_reason reason;
    struct need_class class;
    int32_t distance_m;          /* -1 = null */
};

struct plan_position {
    int32_t partition;
    int64_t offset;
};

struct plan_supply {
    int64_t asn_givers, asn_packages, partner_packages, part_time_excluded, stale;
};

struct plan_surplus {
    int64_t asn, partner, stranded;
};

struct plan_demand {
    int8_t decile;
    int64_t households, served;
};

struct plan_coverage {
    struct need_class class;
    int64_t households, served;
};

struct plan_fairness {
    int8_t decile;
    /* share, deviation and Gini over villages with >= 20 families of the decile; -1 = null: no such village */
    int32_t min_village_permille, max_deviation_permille, gini_permille;
};

enum { PLAN_MAX_CLASSES = MAX_DECILES * 3 * 4 };

/* What a cut froze. State is rebuilt from it, never from the period record. */
struct plan_rule {
    enum programme programme;
    char item[REF_SIZE];
    int32_t decile_count;
    int8_t deciles[MAX_DECILES];
    enum decile_basis decile_basis;
    int32_t ladder_count;
    struct ladder_step ladder[MAX_LIST];
    int32_t lambda_m;
    char seed[REF_SIZE];
    int32_t edition;             /* 0 = null */
    int64_t roster;              /* -1 = null */
    int32_t version;             /* of the rule: 1 */
    char places[17];             /* first 16 hex digits of the SHA-256 of the position table */
};

/* Key plan:<regency>/<period>/<revision>. Groups that a trigger does not have are null: the has_* flags. */
struct plan {
    int32_t regency;
    char period[REF_SIZE];
    int32_t revision;
    enum plan_trigger trigger;
    struct plan_position position;
    int32_t distribution_from, distribution_to, report_by; /* dates, DATE_NONE = null */
    int64_t changed;

    bool has_figures;            /* supply … unmatched; false in `refused` */
    struct plan_supply supply;
    struct plan_surplus surplus;
    int64_t over, unserved, unmatched;
    char digest[DIGEST_SIZE];    /* "" = null */

    bool has_cut_figures;        /* in `cut` and `close` */
    int32_t demand_count;
    struct plan_demand demand[MAX_DECILES];
    int64_t demand_unknown, demand_stale;
    int32_t coverage_count;
    struct plan_coverage coverage[PLAN_MAX_CLASSES];
    int64_t idle_givers, kept, keepable, distance_m;
    int32_t fairness_count;
    struct plan_fairness fairness[MAX_DECILES];
    int32_t distance_p50_m, distance_p95_m; /* -1 = null: nothing served */
    bool feasible, optimal, unique;         /* certificate */

    bool has_rule;               /* in `cut` */
    struct plan_rule rule;

    bool has_expect;             /* in `refused` for too few */
    int64_t expected_households, expected_givers, expected_donations;
    int64_t known_households, known_givers, known_donations;
    bool has_refused_certificate; /* in `refused` for a failed certificate: feasible, optimal, unique */
};

void assignment_encode(struct buf *b, const struct assignment *m);
void plan_encode(struct buf *b, const struct plan *m);
must_check int assignment_decode(struct str value, struct assignment *out, struct reject *error);
must_check int plan_decode(struct str value, struct plan *out, struct reject *error);

enum decision_type { DECISION_NONE, DECISION_ASSIGNMENT, DECISION_PLAN };

/* The parts of a decision key; period and id point into the key (id: household token, or revision). */
struct decision_key {
    enum decision_type type;
    int32_t regency;
    struct str period, id;
};
must_check int decision_key_parse(struct str key, struct decision_key *out);
void assignment_key_write(struct buf *b, const struct assignment *m);
void plan_key_write(struct buf *b, const struct plan *m);

#endif
