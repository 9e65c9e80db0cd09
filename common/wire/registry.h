/*
 * The five kinds of the `registry` topic (contract, section 2): household, asn, donation, period, delivery.
 *
 * Encoders append the value to a buf, canonical form (one line, fields in the contract's order, all of them), and
 * report only through buf.error. Decoders take the bytes of one value; they return the number of unknown fields
 * passed over (>= 0), or -EBADMSG with *error filled, or -ENOMEM (big values only); *out is then untouched. Keys:
 * <type>:<regency>/<id>.
 */
#ifndef BERBAGI_WIRE_REGISTRY_H
#define BERBAGI_WIRE_REGISTRY_H

#include "common/core/buf.h"
#include "common/wire/reject.h"
#include "common/wire/types.h"

/* A family (KK). Key household:<regency>/<household>. */
struct household {
    char household[TOKEN_SIZE];
    char ref[REF_SIZE];
    int32_t regency;
    int64_t village;                          /* 0 in a farewell */
    int8_t decile_national, decile_province, decile_regency; /* 1-10, 0 = null */
    int32_t dtsen;                            /* edition */
    int32_t members;                          /* length of anggota; -1 = null */
    int8_t band;                              /* 0-2, 2 the least vulnerable */
    enum household_status status;
    char was[TOKEN_SIZE];                     /* former id in this regency */
};

/* A civil servant. Key asn:<regency>/<asn>. */
struct asn {
    char asn[TOKEN_SIZE];
    char ref[REF_SIZE];
    int32_t regency;
    enum employment employment;
    char grade[GRADE_SIZE];
    enum position position;
    char unit[REF_SIZE];
    int64_t home_village, work_village;       /* Kemendagri shape, may lie outside the table */
    char household[TOKEN_SIZE];               /* own family */
    enum asn_status status;
    int64_t version;
    char was[TOKEN_SIZE];
};

struct earmark {
    int32_t village_count, district_count, decile_count;
    int64_t villages[MAX_LIST];
    int32_t districts[MAX_LIST];
    int8_t deciles[MAX_DECILES];
};

/* A partner's donation for one period. Key donation:<regency>/<partner>/<donation>. */
struct donation {
    char donation[REF_SIZE];
    char partner[REF_SIZE];
    char partner_name[PARTNER_NAME_SIZE];
    enum partner_kind partner_kind;
    int32_t regency;
    char period[REF_SIZE];
    int32_t packages;                         /* 0-1,000,000 */
    struct earmark earmark;
    int64_t base_village;
    enum donation_state state;
    int64_t version;
};

/* First match wins; an empty set matches all. */
struct ladder_step {
    uint8_t employments;                      /* bit n = enum employment n */
    uint16_t positions;                       /* bit n = enum position n */
    int32_t grade_count;
    char grades[MAX_LIST][GRADE_SIZE];
    int32_t packages;                         /* 0-1000 */
};

struct expect {
    bool any;                                 /* "any" */
    int64_t households, givers, donations;    /* -1 with any or without expect */
    bool present;
};

/* A command about a period. Key period:<regency>/<period>/<state>. */
struct period {
    char period[REF_SIZE];
    int32_t regency;
    enum programme programme;
    char item[REF_SIZE];
    int32_t decile_count;
    int8_t deciles[MAX_DECILES];              /* distinct, served in this order */
    enum decile_basis decile_basis;
    int32_t ladder_count;
    struct ladder_step ladder[MAX_LIST];
    int32_t distribution_from, distribution_to, report_by; /* dates */
    int32_t lambda_m;                         /* -1 = continuity first */
    char seed[REF_SIZE];
    int32_t edition;
    int64_t roster;                           /* -1 = null */
    enum period_state state;
    struct expect expect;
};

/* What happened at a door. Key delivery:<regency>/<visit>. */
struct delivery {
    char visit[VISIT_SIZE];
    int32_t regency;
    char period[REF_SIZE];
    char household[TOKEN_SIZE];
    struct giver giver;
    enum outcome_at_door outcome;
    int32_t packages;                         /* 1-10 if delivered, else 0 */
    int32_t on;                               /* date */
};

void household_encode(struct buf *b, const struct household *m);
void asn_encode(struct buf *b, const struct asn *m);
void donation_encode(struct buf *b, const struct donation *m);
void period_encode(struct buf *b, const struct period *m);
void delivery_encode(struct buf *b, const struct delivery *m);

must_check int household_decode(struct str value, struct household *out, struct reject *error);
must_check int asn_decode(struct str value, struct asn *out, struct reject *error);
must_check int donation_decode(struct str value, struct donation *out, struct reject *error);
must_check int period_decode(struct str value, struct period *out, struct reject *error);
must_check int delivery_decode(struct str value, struct delivery *out, struct reject *error);

enum registry_type {
    REGISTRY_NONE, REGISTRY_HOUSEHOLD, REGISTRY_ASN, REGISTRY_DONATION, REGISTRY_PERIOD, REGISTRY_DELIVERY,
};

/* The parts of a registry key; `id` points into the key. */
struct registry_key {
    enum registry_type type;
    int32_t regency;
    struct str id;
};
must_check int registry_key_parse(struct str key, struct registry_key *out); /* -EINVAL if it isn't one */
void registry_key_write(struct buf *b, enum registry_type type, int32_t regency, const char *id);
/* The id part of each kind's key, as a NUL-terminated string of at most DONATION_ID_SIZE. */
void donation_id(const struct donation *m, char out[DONATION_ID_SIZE]);
void period_id(const struct period *m, char out[DONATION_ID_SIZE]);

#endif
