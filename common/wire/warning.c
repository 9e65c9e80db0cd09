#include "common/wire/warning.h"

#include <stddef.h>

#include "common/core/cleanup.h"

// The order is that of enum warning_code.
static const char *const names[] = {
    NULL,
    "birth_date", "code", "consent", "finding", "household_ref", "member", "members", "member_nik", "nik_birth_date",
    "old_nip", "phone", "too_many_members", "village",
};
_Static_assert(ARRAY_LEN(names) == WARNING_CODES, "one name for each code");

const char *warning_code_name(enum warning_code code)
{
    return code > WARNING_NONE && code < WARNING_CODES ? names[code] : NULL;
}
