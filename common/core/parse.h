/*
 * Strict parsers of settings and small texts: the whole slice must be the value, no space, no sign but '-', no
 * overflow. All return 0, -EINVAL (not of this form) or -ERANGE (outside the bounds); the output is untouched on
 * failure.
 */
#ifndef BERBAGI_CORE_PARSE_H
#define BERBAGI_CORE_PARSE_H

#include <stdint.h>

#include "common/core/cleanup.h"
#include "common/core/str.h"

/* ASCII, whatever the locale says. */
static inline bool parse_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The value of a hex digit, letters of either case; -1 = it is none. */
static inline int parse_hex_digit(char c)
{
    if (parse_is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Exactly 2 * n hex digits into n bytes. */
must_check int parse_hex(struct str s, uint8_t *out, size_t n);

/* Decimal, an optional '-', no leading zeros but "0" itself. */
must_check int parse_int(struct str s, int64_t min, int64_t max, int64_t *out);

/* Exactly `digits` (1-18) ASCII digits, leading zeros allowed. */
must_check int parse_digits(struct str s, size_t digits, int64_t *out);

/* <n>ms, <n>s, <n>m, <n>h, <n>d in milliseconds; "0" needs no unit. */
must_check int parse_duration_ms(struct str s, int64_t min, int64_t max, int64_t *out);

/* <n> bytes, or <n>KiB, <n>MiB, <n>GiB. */
must_check int parse_size(struct str s, int64_t min, int64_t max, int64_t *out);

/* true, false, yes, no, on, off, 1, 0. */
must_check int parse_bool(struct str s, bool *out);

#endif
