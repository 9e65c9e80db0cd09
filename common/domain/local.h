/*
 * Local time of a regency: the zone of its province (Keppres 41/1987), no daylight saving. +07 for the provinces
 * 11-36, 61, 62; +08 for 51-53, 63-65, 71-76; +09 for 81, 82, 91-96 (contract, section 0). Any other code counts as
 * +07.
 */
#ifndef BERBAGI_DOMAIN_LOCAL_H
#define BERBAGI_DOMAIN_LOCAL_H

#include <stdint.h>

/* 7, 8 or 9. */
int32_t local_offset_hours(int32_t regency);
/* "WIB", "WITA", "WIT". */
const char *local_zone_name(int32_t regency);

int32_t local_date(int32_t regency, int64_t instant);
/* 0 to 1439. */
int32_t local_minute(int32_t regency, int64_t instant);
/* The instant of a local wall time: minute of the day 0 to 1439 (may pass either end). */
int64_t local_instant(int32_t regency, int32_t date, int32_t minute);

#endif
