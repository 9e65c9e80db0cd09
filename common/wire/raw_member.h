/*
 * The members of a family (`anggota` of raw.household): what of them decides the family's vulnerability band.
 *
 * A member never refuses the family: what can't be read counts as not known and is counted. Code lists are those of
 * the codebook (Regsosek 2022 questionnaire; DTSEN in the order of Kalimantan Utara; DTSEN data dictionary of Hulu
 * Sungai Tengah); of the variables read here they differ in status_hubungan_keluarga alone.
 */
#ifndef BERBAGI_WIRE_RAW_MEMBER_H
#define BERBAGI_WIRE_RAW_MEMBER_H

#include "common/wire/json_in.h"
#include "common/wire/raw.h"

enum codebook { CODEBOOK_NONE, CODEBOOK_REGSOSEK_2022, CODEBOOK_DTSEN_2026, CODEBOOK_DTSEN_HST_2026 };

/* Sets members and band of *out, whose dtsen (edition) is set. `kk`: the family's number, which no member has. */
void raw_members(const struct json_node *root, int slot, enum codebook codebook, const char *kk,
                 const struct raw_context *context, struct household *out, struct warnings *warnings);

#endif
