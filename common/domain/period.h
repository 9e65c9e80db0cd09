/*
 * Names of periods: `2026-01` a month, `2026-w05` an ISO 8601 week, anything else of ref form as the programme likes.
 */
#ifndef BERBAGI_DOMAIN_PERIOD_H
#define BERBAGI_DOMAIN_PERIOD_H

#include <stdint.h>

#include "common/core/str.h"

enum period_form { PERIOD_FORM_NONE, PERIOD_FORM_MONTH, PERIOD_FORM_WEEK, PERIOD_FORM_OTHER };

enum { PERIOD_TITLE_SIZE = 72 };

/* PERIOD_FORM_NONE: not of ref form. A month that no year has, or a week its year has not, is PERIOD_FORM_OTHER. */
enum period_form period_form(struct str period);

/* As Indonesians read it: "Januari 2026", "minggu ke-5 tahun 2026", or as it is. */
void period_title(struct str period, char out[PERIOD_TITLE_SIZE]);

/* Date of its first day (a week's Monday); DATE_NONE for the other forms. */
int32_t period_first_day(struct str period);

#endif
