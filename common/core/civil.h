/*
 * Dates, instants and editions, and their texts. Proleptic Gregorian calendar, years 1 to 9999, no leap seconds.
 *
 *   date     int32_t  days since 1970-01-01                 YYYY-MM-DD
 *   instant  int64_t  milliseconds since 1970-01-01T00:00Z  RFC 3339
 *   edition  int32_t  year * 12 + (month - 1)               YYYY-MM
 *
 * Parsers take the whole slice and return 0 or -EINVAL, the output untouched on failure. Source of the day arithmetic:
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
#ifndef BERBAGI_CORE_CIVIL_H
#define BERBAGI_CORE_CIVIL_H

#include <stdint.h>

#include "common/core/cleanup.h"
#include "common/core/str.h"

#define DATE_NONE INT32_MIN

enum { DATE_TEXT_SIZE = 11, EDITION_TEXT_SIZE = 8, INSTANT_TEXT_SIZE = 25 };
enum { MS_PER_DAY = 86400000 };

struct civil {
    int32_t year, month, day; /* month 1-12, day 1-31 */
};

bool civil_valid(struct civil c);
int32_t civil_to_date(struct civil c);   /* c must be valid */
struct civil civil_of_date(int32_t date);

must_check int date_parse(struct str s, int32_t *out);
/* YYYY-MM-DD, or that day as an RFC 3339 instant: the day as written. 17:00, 16:00 or 15:00 sharp with Z is midnight
 * of the next day in an Indonesian zone, as some exports write a day. */
must_check int date_parse_lenient(struct str s, int32_t *out);
void date_format(int32_t date, char out[DATE_TEXT_SIZE]);
int32_t date_of_instant(int64_t instant); /* UTC */

must_check int edition_parse(struct str s, int32_t *out);
void edition_format(int32_t edition, char out[EDITION_TEXT_SIZE]);
int32_t edition_first_day(int32_t edition); /* date */
int32_t edition_of_date(int32_t date);

/* RFC 3339 with any offset, at most 9 digits of fraction (cut to ms), second 60 refused; 't' and 'z' as 'T' and
 * 'Z'. */
must_check int instant_parse(struct str s, int64_t *out);
/* UTC with milliseconds: 2026-01-28T02:00:00.000Z. */
void instant_format(int64_t instant, char out[INSTANT_TEXT_SIZE]);

/* Completed years on a day; born on 29 February counts on 1 March in common years. Negative if born later. */
int32_t civil_age(int32_t birth, int32_t on);

#endif
