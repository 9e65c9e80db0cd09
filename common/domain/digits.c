#include "common/domain/digits.h"

#include "common/core/parse.h"

enum { MAX_AS_WRITTEN = 128 }; // longer is no number, and is not looked at

/* How many bytes at s[i] are a separator; 0 = none. */
static size_t separator_at(struct str s, size_t i)
{
    static const char *const separators[] = {
        " ", "\t", ".", "-", "'", "\u00a0", "\u2019", "\u202f", "\u200b",
    };
    if (parse_is_digit(s.p[i])) // nearly always
        return 0;
    for (size_t k = 0; k < ARRAY_LEN(separators); k++) {
        size_t n = strlen(separators[k]);
        if (s.n - i >= n && memcmp(s.p + i, separators[k], n) == 0)
            return n;
    }
    return 0;
}

/* Takes separators away; the length, never more than MAX_AS_WRITTEN. */
static size_t squeeze(struct str s, char out[MAX_AS_WRITTEN])
{
    size_t len = 0;
    for (size_t i = 0; i < s.n;) {
        size_t skip = separator_at(s, i);
        if (skip == 0)
            out[len++] = s.p[i++];
        i += skip;
    }
    return len;
}

static bool all_digits(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!parse_is_digit(p[i]))
            return false;
    return true;
}

/* 351016E+15, 3,51016e15: digits with at most one comma, E, at most one '+', digits (dots and minus are gone). */
static bool is_exponent_form(const char *p, size_t n)
{
    size_t i = 0, commas = 0, exponent;

    for (; i < n && (parse_is_digit(p[i]) || p[i] == ','); i++)
        commas += p[i] == ',';
    if (i == 0 || commas > 1 || i >= n || (p[i] != 'e' && p[i] != 'E'))
        return false;
    i += 1;
    i += i < n && p[i] == '+';
    exponent = n - i;
    return exponent >= 1 && exponent <= 3 && all_digits(p + i, exponent);
}

/* Takes trailing blanks away, as a cell has them, so that a suffix is seen. */
static struct str trim_end(struct str s)
{
    for (;;) {
        size_t n = 0;
        if (s.n >= 1 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\''))
            n = 1;
        else if (s.n >= 2 && memcmp(s.p + s.n - 2, "\u00a0", 2) == 0)
            n = 2;
        if (n == 0)
            return s;
        s.n -= n;
    }
}

/* The length of a trailing ".0" or ".00"; 0 if there is none. */
static size_t decimals_of(struct str s)
{
    for (size_t n = 2; n <= 3; n++)
        if (s.n > n && memcmp(s.p + s.n - n, ".00", n) == 0)
            return n;
    return 0;
}

enum number_fault digits_as_written(struct str s, size_t want, char *out)
{
    char digits[MAX_AS_WRITTEN];

    if (s.n > MAX_AS_WRITTEN)
        return NUMBER_BAD_DIGITS;
    struct str trimmed = trim_end(s);
    size_t decimals = decimals_of(trimmed);
    size_t len = squeeze(s, digits);
    if (decimals != 0) {
        char head[MAX_AS_WRITTEN];
        size_t n = squeeze((struct str){ trimmed.p, trimmed.n - decimals }, head);
        if (n == 16 && all_digits(head, n)) {
            len = n;
            memcpy(digits, head, n);
        } else if ((n == 15 || n == want - 1) && all_digits(head, n)) {
            return NUMBER_DAMAGED; // the digits that a spreadsheet keeps, and one it made up
        }
    }
    if (is_exponent_form(digits, len))
        return NUMBER_DAMAGED;
    if (len != want || !all_digits(digits, len))
        return NUMBER_BAD_DIGITS;
    memcpy(out, digits, want);
    out[want] = '\0';
    return NUMBER_OK;
}

int64_t digits_of_region(struct str s, size_t want)
{
    char digits[16];
    size_t len = 0;
    int64_t code;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.')
            continue;
        if (len == sizeof(digits))
            return -1;
        digits[len++] = s.p[i];
    }
    if (len == 0 || digits[0] == '0' || parse_digits((struct str){ digits, len }, want, &code) != 0)
        return -1;
    return code;
}

bool digits_placeholder(const char *digits)
{
    if (memcmp(digits, "1234567890123456", NIK_DIGITS) == 0)
        return true;
    for (size_t i = 1; i < NIK_DIGITS; i++)
        if (digits[i] != digits[0])
            return false;
    return true;
}
