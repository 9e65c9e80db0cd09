/*
 * Indonesian mobile numbers as written -> E.164 digits without '+': 6281234567890.
 *
 * National significant numbers of mobiles: 8[1-35-9] and 7 to 10 digits more (numbering plan of Indonesia, as
 * libphonenumber has it). Taken: 0812…, 812… (the 0 lost in a spreadsheet), 62812…, +62 812…, +62 0812…, 6208…,
 * 0062812…; separators space, tab, '.', '-', '(', ')', NBSP; the letter O for 0; a leading "WA" or "HP" and ':'. Of
 * several numbers in one cell, separated by '/', ',', ';' or "atau", the first mobile. Exponent forms are unreadable.
 */
#ifndef BERBAGI_DOMAIN_PHONE_H
#define BERBAGI_DOMAIN_PHONE_H

#include "common/core/cleanup.h"
#include "common/core/str.h"

enum { PHONE_TEXT_SIZE = 16 }; /* E.164: at most 15 digits */

/* 0 or -EINVAL: no mobile number can be read. */
must_check int phone_parse(struct str as_written, char out[PHONE_TEXT_SIZE]);

#endif
