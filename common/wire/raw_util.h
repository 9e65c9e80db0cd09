/*
 * What several raw messages share: the frame of a decoder, and the fields whose rules live in common/domain.
 *
 * Readers of a slot follow json_in.h: the first fault is final, the output is left alone when the field is absent or
 * wrong; where a bool comes back, true means set. What is warned of never refuses: it counts as not known.
 */
#ifndef BERBAGI_WIRE_RAW_UTIL_H
#define BERBAGI_WIRE_RAW_UTIL_H

#include "common/wire/json_in.h"
#include "common/wire/raw.h"

/* Parses the value, binds its fields and checks the event's clock against the record's: 0, -EBADMSG or -ENOMEM. */
must_check int raw_open(struct json_in *in, struct str value, const struct str *fields, size_t count,
                        const struct raw_context *context, struct json_node *root, struct reject *error);
/* The decoder's result: 0, -EBADMSG or -ENOMEM. */
must_check int raw_close(const struct json_in *in);

/* A regency in the table, dots taken away: bad_digits, unknown_region (expected: its successor). */
void raw_regency(const struct json_node *node, int slot, const struct raw_context *context, int32_t *out);
/* Six digits of a regency in the table, not one of the districts that are gone. */
bool raw_district(const struct json_node *node, int slot, const struct raw_context *context, int32_t *out);
/* A village in the table. Both give its Kemendagri code; which scheme the ten digits are of is never guessed. */
bool raw_village(const struct json_node *node, int slot, enum json_need need, const struct raw_context *context,
                 int64_t *out);
void raw_village_bps(const struct json_node *node, int slot, const struct raw_context *context, int64_t *out);
/* A village of Kemendagri shape, in the table or not; WARNING_VILLAGE. */
void raw_village_shape(const struct json_node *node, int slot, int64_t *out, struct warnings *warnings);

/* Numbers as written (spaces, dots, dashes taken away): bad_digits, bad_date, placeholder_id, spreadsheet_damage. */
bool raw_kk(const struct json_node *node, int slot, enum json_need need, char out[KK_SIZE]);
void raw_nip(const struct json_node *node, int slot, char out[NIP_SIZE]);
/* Former numbers: one that names itself is as if absent; so is a nine-digit old NIP (WARNING_OLD_NIP). */
void raw_kk_former(const struct json_node *node, int slot, const char *kk, char out[KK_SIZE]);
void raw_nip_former(const struct json_node *node, int slot, const char *nip, char out[NIP_SIZE],
                    struct warnings *warnings);

/* A grade in canonical spelling, read for the employment (EMPLOYMENT_NONE: any): unknown_value, ambiguous_code. */
bool raw_grade(const struct json_node *node, int slot, enum json_need need, enum employment employment,
               char out[GRADE_SIZE]);
/* A UUID; letters in lower case, so that a correction finds its visit (RFC 9562, section 4). */
void raw_uuid(const struct json_node *node, int slot, char out[VISIT_SIZE]);
/* A day not after the event's own, in the regency's zone: out_of_range. */
void raw_visited_on(const struct json_node *node, int slot, const struct raw_context *context, int32_t regency,
                    int32_t *out);

/* WARNING_PHONE; the first mobile of two. */
void raw_phone(const struct json_node *node, int slot, char out[PHONE_SIZE], struct warnings *warnings);
/* The consent; not known is no. WARNING_CONSENT. */
bool raw_consent(const struct json_node *node, int slot, struct warnings *warnings);
/* WARNING_HOUSEHOLD_REF. */
void raw_household_ref(const struct json_node *node, int slot, char out[REF_SIZE], struct warnings *warnings);

#endif
