/*
 * Pure: words of a message, in Indonesian as officials write it. Bounded, never fails: a text that would not fit is
 * cut.
 */
#ifndef BERBAGI_NOTIFIER_TEXT_H
#define BERBAGI_NOTIFIER_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { TEXT_SIZE = 96 };

/* 28 Januari 2026 */
void text_date(int32_t date, char out[TEXT_SIZE]);

/* "28 Januari 2026", "28–30 Januari 2026", "30 Januari–2 Februari 2026", "30 Desember 2025–2 Januari 2026" */
void text_date_range(int32_t from, int32_t to, char out[TEXT_SIZE]);

/* A period's name: 2026-01 is "Januari 2026", 2026-w05 "pekan ke-5 tahun 2026"; any other name as it is. */
void text_period(const char *period, char out[TEXT_SIZE]);

#endif
