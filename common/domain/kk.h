/*
 * The number of a family card (nomor kartu keluarga): district of issue, date of recording (ddmmyy), family serial.
 * Source: Permendagri on the family card; neither KK nor NIK has a checksum. Its date is not checked (contract,
 * section 1): it is a date of recording and often wrong. All digits the same, 1234567890123456 and a serial 0000 (the
 * mark of a spreadsheet) are placeholders.
 */
#ifndef BERBAGI_DOMAIN_KK_H
#define BERBAGI_DOMAIN_KK_H

#include "common/domain/digits.h"

/* The 16 digits and a NUL into out; untouched on a fault. */
must_check enum number_fault kk_parse(struct str as_written, char out[NIK_DIGITS + 1]);

#endif
