/*
 * The region table: regencies, districts, villages with both code schemes and positions, and codes that are gone.
 *
 * A run-time file, replaced as a whole (see data/README.md for where ours comes from). Plain comma separated lines
 * without quotes, in any order; '#' begins a comment line, empty lines are passed over, CRLF is LF:
 *
 *     version,<ref form>                                       once
 *     regency,<4 digits>,<name>
 *     district,<6 digits>,<name>                               its regency must be there
 *     village,<10 digits>,<BPS, 10 digits or empty>,<name>,<x>,<y>,<z>
 *     gone,<4, 6 or 10 digits>,<its successor, as many digits>
 *
 * x, y, z: WGS-84 ECEF of the centroid at height 0 in whole metres, computed when the file was made, so that no
 * floating point decides a distance here. Kemendagri and BPS codes are two schemes that collide (3510171002 is
 * Boyolangu in one and Kluncing in the other): the caller says which it has, never guesses.
 */
#ifndef BERBAGI_DOMAIN_REGION_H
#define BERBAGI_DOMAIN_REGION_H

#include <stdint.h>

#include "common/core/buf.h"

enum { REGION_VERSION_SIZE = 65, REGION_PLACES_SIZE = 17, REGION_MAX_BYTES = 32 << 20 };

struct ecef {
    int32_t x, y, z; /* metres, each within +-7,000,000 */
};

struct village {
    int64_t code, bps;  /* ten digits each; bps 0 = not known */
    struct ecef at;
    const char *name;
};

struct region_table;

/* 0; -EINVAL with one line ("line 12: …") appended to `why`; -ENOMEM. *out is the caller's to region_free().
 * Copies. */
must_check int region_load(struct str file, struct region_table **out, struct buf *why);
void region_free(struct region_table *t);      /* accepts NULL */
void region_done(struct region_table **t);     /* for cleanup(region_done) */

const char *region_version(const struct region_table *t);
/* First 16 hex of SHA-256 over "<code> <x> <y> <z>\n" of all villages by ascending code: a plan's rule.places. */
const char *region_places(const struct region_table *t);

/* By Kemendagri code, by BPS code; NULL if it isn't in the table. */
const struct village *region_village(const struct region_table *t, int64_t code);
const struct village *region_village_bps(const struct region_table *t, int64_t bps);
/* All villages by ascending code; those of one regency lie together. */
const struct village *region_villages(const struct region_table *t, size_t *count);

bool region_has_regency(const struct region_table *t, int32_t regency);
/* "" if not in the table. */
const char *region_regency_name(const struct region_table *t, int32_t regency);
const char *region_district_name(const struct region_table *t, int32_t district);
/* The n-th regency by ascending code, 0 beyond the last. */
int32_t region_regency_at(const struct region_table *t, size_t n);

/* What became of a code (4, 6 or 10 digits) that is gone: the successor of itself, else of its district, else of its
 * regency, in that one's number of digits; 0 = none known. */
int64_t region_successor(const struct region_table *t, int64_t code);

#endif
