#include "common/core/parse.h"

#include <errno.h>

/* The leading digits as a number, how many they are in *used. No more than 19 digits, none of them a needless 0. */
static int leading_number(struct str s, size_t *used, uint64_t *out)
{
    uint64_t n = 0;
    size_t i = 0;

    for (; i < s.n && parse_is_digit(s.p[i]); i++) {
        if (i == 19)
            return -ERANGE;
        n = n * 10 + (uint64_t)(s.p[i] - '0');
    }
    if (i == 0 || (i > 1 && s.p[0] == '0'))
        return -EINVAL;
    *used = i;
    *out = n;
    return 0;
}

static int bounded(int64_t n, int64_t min, int64_t max, int64_t *out)
{
    if (n < min || n > max)
        return -ERANGE;
    *out = n;
    return 0;
}

int parse_int(struct str s, int64_t min, int64_t max, int64_t *out)
{
    bool negative = s.n > 0 && s.p[0] == '-';
    struct str digits = negative ? (struct str){ s.p + 1, s.n - 1 } : s;
    size_t used;
    uint64_t n;

    for (size_t i = 0; i < digits.n; i++)
        if (!parse_is_digit(digits.p[i]))
            return -EINVAL;
    int r = leading_number(digits, &used, &n);
    if (r < 0)
        return r;
    if (negative && n == 0)
        return -EINVAL;
    if (n > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return -ERANGE;
    return bounded(negative ? (int64_t)(0 - n) : (int64_t)n, min, max, out);
}

int parse_digits(struct str s, size_t digits, int64_t *out)
{
    int64_t n = 0;

    if (s.n != digits || digits < 1 || digits > 18)
        return -EINVAL;
    for (size_t i = 0; i < s.n; i++) {
        if (!parse_is_digit(s.p[i]))
            return -EINVAL;
        n = n * 10 + (s.p[i] - '0');
    }
    *out = n;
    return 0;
}

int parse_hex(struct str s, uint8_t *out, size_t n)
{
    if (s.n != 2 * n)
        return -EINVAL;
    for (size_t i = 0; i < s.n; i++)
        if (parse_hex_digit(s.p[i]) < 0)
            return -EINVAL;
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(parse_hex_digit(s.p[2 * i]) << 4 | parse_hex_digit(s.p[2 * i + 1]));
    return 0;
}

struct unit {
    const char *name;
    int64_t factor;
};

/* A number and one of the units; `bare`: the factor of a number without one, 0 = only 0 may stand alone. */
static int with_unit(struct str s, const struct unit *units, size_t count, int64_t bare, int64_t *out)
{
    size_t used;
    uint64_t n;
    int64_t factor = 0;

    int r = leading_number(s, &used, &n);
    if (r < 0)
        return r;
    struct str rest = { s.p + used, s.n - used };
    if (rest.n == 0) {
        if (n != 0 && bare == 0)
            return -EINVAL;
        factor = 1;
    }
    for (size_t i = 0; i < count && factor == 0; i++)
        if (str_is(rest, units[i].name))
            factor = units[i].factor;
    if (factor == 0)
        return -EINVAL;
    if (n > (uint64_t)(INT64_MAX / factor))
        return -ERANGE;
    *out = (int64_t)n * factor;
    return 0;
}

int parse_duration_ms(struct str s, int64_t min, int64_t max, int64_t *out)
{
    static const struct unit units[] = {
        { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 },
    };
    int64_t n;
    int r = with_unit(s, units, ARRAY_LEN(units), 0, &n);
    return r < 0 ? r : bounded(n, min, max, out);
}

int parse_size(struct str s, int64_t min, int64_t max, int64_t *out)
{
    static const struct unit units[] = { { "KiB", 1 << 10 }, { "MiB", 1 << 20 }, { "GiB", 1 << 30 } };
    int64_t n;
    int r = with_unit(s, units, ARRAY_LEN(units), 1, &n);
    return r < 0 ? r : bounded(n, min, max, out);
}

int parse_bool(struct str s, bool *out)
{
    static const char *const words[] = { "false", "true", "no", "yes", "off", "on", "0", "1" };

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_is(s, words[i])) {
            *out = i % 2 == 1;
            return 0;
        }
    }
    return -EINVAL;
}
