/*
 * Identity numbers "as written": what people and spreadsheets make of them (contract, section 0).
 *
 * Space, tab, '.', '-', ''', U+00A0, U+2019, U+202F and U+200B are taken away, after one trailing ".0" or ".00" behind
 * 16 digits; what stays must be exactly the digits wanted. Exponent forms (3,51016E+15) and 15 digits with ".0" were
 * damaged by a spreadsheet: it keeps 15 significant digits, the rest is lost and must not be guessed.
 */
#ifndef BERBAGI_DOMAIN_DIGITS_H
#define BERBAGI_DOMAIN_DIGITS_H

#include <stdint.h>

#include "common/core/cleanup.h"
#include "common/core/str.h"

/* What is wrong with an identity number; 0 = nothing. The names are those of the reject codes. */
enum number_fault {
    NUMBER_OK,
    NUMBER_BAD_DIGITS,
    NUMBER_BAD_DATE,
    NUMBER_PLACEHOLDER, /* placeholder_id */
    NUMBER_DAMAGED,     /* spreadsheet_damage */
    NUMBER_OLD_NIP,     /* nine digits: a NIP of before 2008 */
};

enum { NIK_DIGITS = 16, NIP_DIGITS = 18 };

/* `want`: 16 or 18; out has room for want + 1 and is untouched on a fault. */
must_check enum number_fault digits_as_written(struct str s, size_t want, char *out);

/* For the codes of regions: takes '.' away, nothing else, and wants exactly `want` digits (4, 6 or 10). -1 if not. */
must_check int64_t digits_of_region(struct str s, size_t want);

/* All the same digit, or 1234567890123456. `digits`: 16 of them. */
bool digits_placeholder(const char *digits);

#endif
