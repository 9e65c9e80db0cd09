/*
 * Codes of what a raw record had that could not be read and was taken as not known: counted in `tally`, never a
 * refusal ("never refuse a family for a detail"). Names on the wire by warning_code_name().
 */
#ifndef BERBAGI_WIRE_WARNING_H
#define BERBAGI_WIRE_WARNING_H

#include <stdint.h>

enum warning_code {
    WARNING_NONE,
    WARNING_BIRTH_DATE,          /* a member's tanggal_lahir could not be read */
    WARNING_CODE,                /* a member's code (disability, illness, school …) could not be read */
    WARNING_CONSENT,             /* consent is no boolean: taken as false */
    WARNING_FINDING,             /* a finding could not be read */
    WARNING_HOUSEHOLD_REF,       /* household_ref of a visit is not of ref form */
    WARNING_MEMBER,              /* an entry of anggota is no object */
    WARNING_MEMBERS,             /* no readable anggota */
    WARNING_MEMBER_NIK,          /* a member's NIK could not be read */
    WARNING_NIK_BIRTH_DATE,      /* the NIK's date differs from tanggal_lahir */
    WARNING_OLD_NIP,             /* a nine-digit old NIP: counts as absent */
    WARNING_PHONE,               /* the phone could not be read */
    WARNING_TOO_MANY_MEMBERS,    /* more than 40: all counted, 40 read */
    WARNING_VILLAGE,             /* an ASN's home or work village could not be read */
    WARNING_CODES,
};

/* How often each code occurred in one record. */
struct warnings {
    uint32_t count[WARNING_CODES];
};

/* "birth_date" …; NULL for WARNING_NONE or a number outside the enumeration. */
const char *warning_code_name(enum warning_code code);

#endif
