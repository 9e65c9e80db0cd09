/*
 * A person's number (nomor induk kependudukan): PPKKCC DDMMYY NNNN; women have DD + 40.
 * Source: PP 37/2007 ps. 36-37, UU 23/2006 ps. 13 jo. UU 24/2013. The region is that of the first registration, not of
 * domicile; the number stays when a recorded birth date is corrected, so a difference is a warning, never a fault.
 */
#ifndef BERBAGI_DOMAIN_NIK_H
#define BERBAGI_DOMAIN_NIK_H

#include <stdint.h>

#include "common/domain/digits.h"

enum sex { SEX_NONE, SEX_MALE, SEX_FEMALE };

/* The 16 digits and a NUL into out. Faults: as written; a day that no year has: NUMBER_BAD_DATE; placeholders as of
 * KK. */
must_check enum number_fault nik_parse(struct str as_written, char out[NIK_DIGITS + 1]);

/*
 * `digits`: from nik_parse(). The number has two digits for the year: the latest date not after `reference` is meant.
 * DATE_NONE if there is none in the 200 years from 1900.
 */
int32_t nik_birth(const char *digits, int32_t reference);
enum sex nik_sex(const char *digits);
/* True if the day, month and two-digit year of `birth` are those of the number. */
bool nik_has_birth(const char *digits, int32_t birth);

#endif
