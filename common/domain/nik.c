#include "common/domain/nik.h"

#include "common/core/civil.h"

enum { WOMEN = 40 };

static int32_t two(const char *digits, size_t at)
{
    return (digits[at] - '0') * 10 + (digits[at + 1] - '0');
}

/* Day, month and two-digit year as written, women's 40 taken off. */
static struct civil written(const char *digits)
{
    int32_t day = two(digits, 6);
    return (struct civil){ two(digits, 10), two(digits, 8), day > WOMEN ? day - WOMEN : day };
}

enum number_fault nik_parse(struct str as_written, char out[NIK_DIGITS + 1])
{
    char digits[NIK_DIGITS + 1];

    enum number_fault fault = digits_as_written(as_written, NIK_DIGITS, digits);
    if (fault != NUMBER_OK)
        return fault;
    if (digits_placeholder(digits) || memcmp(digits + 12, "0000", 4) == 0)
        return NUMBER_PLACEHOLDER;
    struct civil c = written(digits);
    int32_t yy = c.year;
    c.year = 1900 + yy;
    bool in_1900s = civil_valid(c);
    c.year = 2000 + yy;
    if (!in_1900s && !civil_valid(c))
        return NUMBER_BAD_DATE;
    memcpy(out, digits, sizeof(digits));
    return NUMBER_OK;
}

int32_t nik_birth(const char *digits, int32_t reference)
{
    struct civil c = written(digits);
    int32_t yy = c.year;

    for (int32_t century = 2000; century >= 1900; century -= 100) {
        c.year = century + yy;
        if (civil_valid(c) && civil_to_date(c) <= reference)
            return civil_to_date(c);
    }
    return DATE_NONE;
}

enum sex nik_sex(const char *digits)
{
    return two(digits, 6) > WOMEN ? SEX_FEMALE : SEX_MALE;
}

bool nik_has_birth(const char *digits, int32_t birth)
{
    struct civil w = written(digits), b = civil_of_date(birth);
    return w.day == b.day && w.month == b.month && w.year == b.year % 100;
}
