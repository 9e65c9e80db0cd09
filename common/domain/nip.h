/*
 * A civil servant's number, 18 digits. PNS: YYYYMMDD of birth, YYYYMM of appointment, sex 1/2, serial 001-999 (Perka
 * BKN 22/2007 and 43/2007). PPPK: YYYYMMDD, YYYY, a contract code from 21, sex, serial. Who is part-time is not in it.
 * A spreadsheet turns the last three digits into 000: damage.
 */
#ifndef BERBAGI_DOMAIN_NIP_H
#define BERBAGI_DOMAIN_NIP_H

#include "common/domain/digits.h"

/*
 * The 18 digits and a NUL into out; untouched on a fault: NUMBER_BAD_DATE (birth), NUMBER_BAD_DIGITS (sex digit, month
 * of appointment), NUMBER_DAMAGED (serial 000), NUMBER_OLD_NIP.
 */
must_check enum number_fault nip_parse(struct str as_written, char out[NIP_DIGITS + 1]);

#endif
