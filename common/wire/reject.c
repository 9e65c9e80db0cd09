#include "common/wire/reject.h"

#include <errno.h>
#include <stdio.h>

#include "common/core/cleanup.h"

// The order is that of enum reject_code.
static const char *const names[] = {
    NULL,
    "not_json", "too_large", "missing_field", "wrong_type", "unknown_value",
    "out_of_range", "inconsistent", "bad_digits", "bad_date", "placeholder_id",
    "spreadsheet_damage", "forbidden_content", "unknown_codebook", "unknown_region",
    "ambiguous_code", "unsupported_version", "bad_cloudevent",
};
_Static_assert(ARRAY_LEN(names) == REJECT_CODES, "one name for each code");

const char *reject_code_name(enum reject_code code)
{
    return code > REJECT_NONE && code < REJECT_CODES ? names[code] : NULL;
}

int reject_set(struct reject *r, enum reject_code code, const char *pointer, const char *expected)
{
    r->code = code;
    snprintf(r->pointer, sizeof r->pointer, "%s", pointer);
    snprintf(r->expected, sizeof r->expected, "%s", expected);
    return -EBADMSG;
}
