/*
 * The five raw messages (contract, section 1): what strangers send, decoded, checked and normalised field by field.
 *
 * A decoder decides everything that the value, its envelope and the region table can decide; of several faults the
 * first in the field order of the contract counts. It returns 0, or -EBADMSG with *error filled, or -ENOMEM (a value
 * too large for the reader's own memory); *out is undefined unless 0. Unknown fields are passed over unread. What
 * can't be read but doesn't refuse is counted in *warnings.
 * Numbers (KK, NIP, NIK) in these structs are plain digits: they never leave ingest.
 */
#ifndef BERBAGI_WIRE_RAW_H
#define BERBAGI_WIRE_RAW_H

#include "common/domain/region.h"
#include "common/wire/registry.h"
#include "common/wire/reject.h"
#include "common/wire/visit.h"
#include "common/wire/warning.h"

struct raw_context {
    const struct region_table *regions;
    int64_t ce_time;     /* instant: the envelope's time */
    int64_t append_time; /* instant: the record's LogAppendTime */
};

enum { KK_SIZE = 17, NIP_SIZE = 19, PHONE_SIZE = 17 };

struct raw_household {
    char kk[KK_SIZE], kk_former[KK_SIZE]; /* former "" = none */
    struct household household;           /* all but household and was, which are tokens; band computed */
};

struct raw_asn {
    char nip[NIP_SIZE], nip_former[NIP_SIZE];
    char own_kk[KK_SIZE];                 /* "" = null */
    char phone[PHONE_SIZE];               /* E.164 digits without +; "" = not known */
    bool consent;
    struct asn asn;                       /* all but the tokens */
};

struct raw_donation {
    char phone[PHONE_SIZE];
    bool consent;
    struct donation donation;
};

struct raw_period {
    struct period period;
};

struct raw_visit {
    char kk[KK_SIZE];
    char nip[NIP_SIZE];                   /* "" if a partner came */
    char household_ref[REF_SIZE];
    struct visit visit;                   /* all but the tokens; giver set if a partner came */
};

must_check int raw_household_decode(struct str value, const struct raw_context *context, struct raw_household *out,
                                    struct warnings *warnings, struct reject *error);
must_check int raw_asn_decode(struct str value, const struct raw_context *context, struct raw_asn *out,
                              struct warnings *warnings, struct reject *error);
must_check int raw_donation_decode(struct str value, const struct raw_context *context, struct raw_donation *out,
                                   struct warnings *warnings, struct reject *error);
must_check int raw_period_decode(struct str value, const struct raw_context *context, struct raw_period *out,
                                 struct warnings *warnings, struct reject *error);
must_check int raw_visit_decode(struct str value, const struct raw_context *context, struct raw_visit *out,
                                struct warnings *warnings, struct reject *error);

#endif
