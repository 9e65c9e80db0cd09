/*
 * The vulnerability band of a family (contract, section 2): who is served first within a decile.
 *
 *   0  a person of 60+ living alone, or all members 60+, or a member who "cannot at all" (code 1) in any of the nine
 *      disability items
 *   1  a chronic illness, a child under 5, or a school drop-out (partisipasi_sekolah 3, 7 <= age <= 18)
 *   2  the rest, and a family whose members can't be read
 *
 * Ages are those on the first day of the edition's month. A birth date that is not known, or later than that day,
 * makes no age rule hold.
 */
#ifndef BERBAGI_DOMAIN_BAND_H
#define BERBAGI_DOMAIN_BAND_H

#include <stdint.h>
#include <stdbool.h>

struct band_member {
    int32_t birth;       /* date; DATE_NONE = not known. From tanggal_lahir, else from the NIK */
    bool cannot_at_all;  /* code 1 in any of the nine items */
    bool chronic;        /* any code of penyakit_kronis other than 1 */
    bool left_school;    /* partisipasi_sekolah = 3 */
};

/*
 * `members`: of the `read` entries that were read (an entry of whom nothing is known: birth DATE_NONE, all false);
 * `total` >= read: how many the family has, so that who was not read is never counted as old. 0, 1 or 2.
 */
int band_of(const struct band_member *members, int32_t read, int32_t total, int32_t edition);

#endif
