/*
 * Sizes and enumerations that several messages share. Names on the wire are those of docs/asyncapi.yaml.
 *
 * Conventions of every message struct in this folder:
 *   strings     inline, NUL-terminated, "" = null; sizes below count the NUL
 *   enums       0 = null; wire_*_name() gives the word, NULL for 0
 *   regency     int32_t, four Kemendagri digits (3510); district int32_t, six; village int64_t, ten; 0 = null
 *   instants    int64_t milliseconds since 1970-01-01T00:00:00Z
 *   dates       int32_t days since 1970-01-01; DATE_NONE (common/core/civil.h) = null
 *   editions    int32_t year * 12 + (month - 1); 0 = null
 *   other ints  -1 = null where the message allows null (the field's comment says so)
 * No struct owns memory.
 */
#ifndef BERBAGI_WIRE_TYPES_H
#define BERBAGI_WIRE_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/str.h"

enum {
    TOKEN_SIZE = 40,        /* k<n>. + 32 base32 characters */
    REF_SIZE = 65,          /* ref form: 1-64 printable ASCII without space, no 16 digits in a row */
    PARTNER_NAME_SIZE = 401, /* 100 characters of UTF-8 */
    DONATION_ID_SIZE = 130, /* <partner>/<donation> */
    GIVER_ID_SIZE = DONATION_ID_SIZE,
    VISIT_SIZE = 37,        /* a UUID in its 36-character form */
    GRADE_SIZE = 8,         /* III/c, XVII */
    PHONE_CIPHER_SIZE = 80, /* k<n>. + base64url of 44 bytes */
    EVENT_ID_SIZE = 257,    /* <raw id>#<what>, and the allocator's ids */
    SOURCE_SIZE = 257,
    DIGEST_SIZE = 65,       /* 64 lower-case hex digits */
    GATEWAY_ID_SIZE = 257,
    NOTIFICATION_SIZE = 33, /* 32 lower-case hex digits */
    MAX_LIST = 64,          /* arrays of the contract */
    MAX_DECILES = 10,
};

enum giver_kind { GIVER_NONE, GIVER_ASN, GIVER_PARTNER };

/* An ASN's id is token(NIP); a partner's is <partner>/<donation>. */
struct giver {
    enum giver_kind kind;
    char id[GIVER_ID_SIZE];
};

enum employment { EMPLOYMENT_NONE, EMPLOYMENT_PNS, EMPLOYMENT_PPPK, EMPLOYMENT_PPPK_PART_TIME };
enum position {
    POSITION_NONE, POSITION_II_A, POSITION_II_B, POSITION_III_A, POSITION_III_B, POSITION_IV_A, POSITION_IV_B,
    POSITION_FUNCTIONAL, POSITION_STAFF,
};
enum household_status { HOUSEHOLD_NONE, HOUSEHOLD_ACTIVE, HOUSEHOLD_LEFT };
enum asn_status {
    ASN_NONE, ASN_ACTIVE, ASN_RETIRED, ASN_MOVED, ASN_DECEASED, ASN_LEAVE, ASN_EXEMPT,
};
enum partner_kind {
    PARTNER_NONE, PARTNER_BUMN, PARTNER_BUMD, PARTNER_HIPMI, PARTNER_KADIN, PARTNER_PROFESSION, PARTNER_HOSPITAL,
    PARTNER_TNI, PARTNER_POLRI, PARTNER_COMPANY, PARTNER_OTHER,
};
enum donation_state { DONATION_NONE, DONATION_PLEDGED, DONATION_RECEIVED, DONATION_WITHDRAWN };
enum programme { PROGRAMME_NONE, PROGRAMME_MONTHLY_PACKAGE, PROGRAMME_WEEKLY_DISH };
enum decile_basis { BASIS_NONE, BASIS_NATIONAL, BASIS_PROVINCE, BASIS_REGENCY };
enum period_state { PERIOD_NONE, PERIOD_PLAN, PERIOD_CLOSE, PERIOD_VOID };
enum outcome_at_door {
    OUTCOME_NONE, OUTCOME_DELIVERED, OUTCOME_NOT_HOME, OUTCOME_MOVED, OUTCOME_DECEASED, OUTCOME_REFUSED,
    OUTCOME_NOT_FOUND, OUTCOME_VOID,
};
enum health { HEALTH_NONE, HEALTH_WELL, HEALTH_ILL, HEALTH_BEDRIDDEN };
enum house { HOUSE_NONE, HOUSE_SOUND, HOUSE_MINOR_DAMAGE, HOUSE_UNFIT };
/* Sets of words are bit masks: bit n stands for the n-th word below. */
enum child_finding { CHILD_WITHOUT_PARENTS = 1, CHILD_IN_TROUBLE = 2, CHILD_WORKING = 4 };
enum regular_aid { AID_PKH = 1, AID_BPNT = 2, AID_PBI = 4, AID_BLT_DESA = 8, AID_OTHER = 16 };
enum tristate { TRISTATE_NONE, TRISTATE_FALSE, TRISTATE_TRUE };
enum referral_kind {
    REFERRAL_NONE, REFERRAL_RAWAT_WARGA, REFERRAL_SEE_NOTE, REFERRAL_RANTANG_KASIH, REFERRAL_GARDA_AMPUH,
    REFERRAL_DATA_CORRECTION, REFERRAL_BEDAH_RUMAH, REFERRAL_KINDS,
};
enum referral_state { REFERRAL_STATE_NONE, REFERRAL_OPEN, REFERRAL_WITHDRAWN };
enum row_state { ROW_NONE, ROW_PLANNED, ROW_DELIVERED, ROW_UNSERVED, ROW_CANCELLED };
enum row_reason {
    REASON_NONE,
    /* planned, delivered */
    REASON_OFF_PLAN, REASON_KEPT, REASON_REPAIR, REASON_EARMARK, REASON_FIRST_UNIT, REASON_NEAREST,
    /* unserved */
    REASON_NO_ELIGIBLE_GIVER, REASON_SUPPLY_EXHAUSTED,
    /* cancelled */
    REASON_MOVED, REASON_DECEASED, REASON_REFUSED, REASON_NOT_FOUND,
    REASON_HOUSEHOLD_LEFT, REASON_RENAMED, REASON_VOID,
};
enum plan_trigger {
    TRIGGER_NONE, TRIGGER_CUT, TRIGGER_REPAIR, TRIGGER_SCHEDULE, TRIGGER_CLOSE, TRIGGER_VOID, TRIGGER_REFUSED,
};
enum message_kind { MESSAGE_NONE, MESSAGE_ASSIGNED, MESSAGE_REMINDER, MESSAGE_REPORT_DUE, MESSAGE_CHANGED };
/* In ascending order of displacement: a state displaces only a lower one. */
enum message_state {
    MESSAGE_STATE_NONE, MESSAGE_SUPPRESSED, MESSAGE_EXPIRED, MESSAGE_INTENT, MESSAGE_UNKNOWN, MESSAGE_SENT,
    MESSAGE_FAILED, MESSAGE_DELIVERED, MESSAGE_READ,
};
enum suppression_reason { SUPPRESSION_NONE, SUPPRESSION_OPT_OUT, SUPPRESSION_UNREACHABLE, SUPPRESSION_WRONG_NUMBER };

/*
 * One table per enumeration gives both directions. wire_word() yields the word of a value, NULL for 0 or a value
 * outside the table; wire_value() the value of a word, 0 if there is none.
 */
struct wire_words {
    const char *const *words; /* words[0] is NULL */
    int count;
};
extern const struct wire_words wire_giver_kinds, wire_employments, wire_positions, wire_household_statuses,
    wire_asn_statuses, wire_partner_kinds, wire_donation_states, wire_programmes, wire_decile_bases,
    wire_period_states, wire_outcomes, wire_healths, wire_houses, wire_children, wire_aids, wire_referral_kinds,
    wire_referral_states, wire_row_states, wire_row_reasons, wire_triggers, wire_message_kinds, wire_message_states,
    wire_suppression_reasons;

const char *wire_word(const struct wire_words *words, int value);
int wire_value(const struct wire_words *words, struct str word);

#endif
