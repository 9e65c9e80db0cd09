/*
 * Why a record was refused: what travels in the headers of `rejected` (contract: section "rejected").
 *
 * `pointer` is a JSON pointer into the value as it came ("" for the whole, for headers and attributes). `expected`
 * says what would have been right and never holds the offending value.
 */
#ifndef BERBAGI_WIRE_REJECT_H
#define BERBAGI_WIRE_REJECT_H

#include <stddef.h>

enum reject_code {
    REJECT_NONE,
    REJECT_NOT_JSON, REJECT_TOO_LARGE, REJECT_MISSING_FIELD, REJECT_WRONG_TYPE, REJECT_UNKNOWN_VALUE,
    REJECT_OUT_OF_RANGE, REJECT_INCONSISTENT, REJECT_BAD_DIGITS, REJECT_BAD_DATE, REJECT_PLACEHOLDER_ID,
    REJECT_SPREADSHEET_DAMAGE, REJECT_FORBIDDEN_CONTENT, REJECT_UNKNOWN_CODEBOOK, REJECT_UNKNOWN_REGION,
    REJECT_AMBIGUOUS_CODE, REJECT_UNSUPPORTED_VERSION, REJECT_BAD_CLOUDEVENT,
    REJECT_CODES,
};

enum { REJECT_POINTER_SIZE = 256, REJECT_EXPECTED_SIZE = 256 };

struct reject {
    enum reject_code code;
    char pointer[REJECT_POINTER_SIZE];
    char expected[REJECT_EXPECTED_SIZE];
};

/* "not_json" …; NULL for REJECT_NONE or a number outside the enumeration. */
const char *reject_code_name(enum reject_code code);

/* Fills *r; pointer and expected are cut to fit. Returns -EBADMSG: `return reject_set(…)`. */
int reject_set(struct reject *r, enum reject_code code, const char *pointer, const char *expected);

#endif
