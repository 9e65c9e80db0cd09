#include "common/core/civil.h"

#include <errno.h>

#include "common/core/parse.h"

enum { DAYS_PER_ERA = 146097, DAYS_TO_1970 = 719468 };

static bool is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool civil_valid(struct civil c)
{
    static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    if (c.year < 1 || c.year > 9999 || c.month < 1 || c.month > 12 || c.day < 1)
        return false;
    return c.day <= days[c.month - 1] + (c.month == 2 && is_leap(c.year) ? 1 : 0);
}

/* The year begins in March here, so that the leap day is its last. */
int32_t civil_to_date(struct civil c)
{
    int32_t y = c.month <= 2 ? c.year - 1 : c.year;
    int32_t era = (y >= 0 ? y : y - 399) / 400;
    int32_t year_of_era = y - era * 400;
    int32_t day_of_year = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

struct civil civil_of_date(int32_t date)
{
    int64_t z = (int64_t)date + DAYS_TO_1970;
    int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int32_t day_of_era = (int32_t)(z - era * DAYS_PER_ERA);
    int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t shifted = (5 * day_of_year + 2) / 153;
    struct civil c = {
        .year = (int32_t)(year_of_era + era * 400),
        .month = shifted < 10 ? shifted + 3 : shifted - 9,
        .day = day_of_year - (153 * shifted + 2) / 5 + 1,
    };
    c.year += c.month <= 2;
    return c;
}

static struct str slice(struct str s, size_t from, size_t n)
{
    return (struct str){ s.p + from, n };
}

/* A number of `n` digits at `from`; -1 if there are none. */
static int32_t number_at(struct str s, size_t from, size_t n)
{
    int64_t value;
    if (from + n > s.n || parse_digits(slice(s, from, n), n, &value) != 0)
        return -1;
    return (int32_t)value;
}

int date_parse(struct str s, int32_t *out)
{
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
        return -EINVAL;
    struct civil c = { number_at(s, 0, 4), number_at(s, 5, 2), number_at(s, 8, 2) };
    if (!civil_valid(c))
        return -EINVAL;
    *out = civil_to_date(c);
    return 0;
}

int date_parse_lenient(struct str s, int32_t *out)
{
    int32_t date;
    int64_t instant;

    if (s.n == 10)
        return date_parse(s, out);
    if (instant_parse(s, &instant) != 0 || date_parse(slice(s, 0, 10), &date) != 0)
        return -EINVAL;
    int64_t hours = (instant - (int64_t)date * MS_PER_DAY) / 3600000;
    bool sharp = instant % 3600000 == 0, utc = s.p[s.n - 1] == 'Z' || s.p[s.n - 1] == 'z';
    *out = utc && sharp && hours >= 15 && hours <= 17 ? date + 1 : date;
    return 0;
}

static void put_digits(char *out, int32_t n, size_t digits)
{
    for (size_t i = digits; i-- > 0; n /= 10)
        out[i] = (char)('0' + n % 10);
}

void date_format(int32_t date, char out[DATE_TEXT_SIZE])
{
    struct civil c = civil_of_date(date);
    put_digits(out, c.year, 4);
    out[4] = '-';
    put_digits(out + 5, c.month, 2);
    out[7] = '-';
    put_digits(out + 8, c.day, 2);
    out[10] = '\0';
}

int32_t date_of_instant(int64_t instant)
{
    int64_t day = instant / MS_PER_DAY;
    return (int32_t)(instant % MS_PER_DAY < 0 ? day - 1 : day);
}

int edition_parse(struct str s, int32_t *out)
{
    if (s.n != 7 || s.p[4] != '-')
        return -EINVAL;
    int32_t year = number_at(s, 0, 4), month = number_at(s, 5, 2);
    if (year < 1 || month < 1 || month > 12)
        return -EINVAL;
    *out = year * 12 + month - 1;
    return 0;
}

void edition_format(int32_t edition, char out[EDITION_TEXT_SIZE])
{
    put_digits(out, edition / 12, 4);
    out[4] = '-';
    put_digits(out + 5, edition % 12 + 1, 2);
    out[7] = '\0';
}

int32_t edition_first_day(int32_t edition)
{
    return civil_to_date((struct civil){ edition / 12, edition % 12 + 1, 1 });
}

int32_t edition_of_date(int32_t date)
{
    struct civil c = civil_of_date(date);
    return c.year * 12 + c.month - 1;
}

/* HH:MM:SS and a fraction from s[at]: milliseconds of the day, -1 if it is none; *at moves behind it. */
static int64_t time_of_day(struct str s, size_t *at)
{
    size_t i = *at;
    int32_t hour = number_at(s, i, 2), minute = number_at(s, i + 3, 2), second = number_at(s, i + 6, 2);
    int64_t ms = 0, unit = 100;

    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || s.p[i + 2] != ':' ||
        s.p[i + 5] != ':')
        return -1;
    i += 8;
    if (i < s.n && s.p[i] == '.') {
        size_t first = ++i;
        for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, unit /= 10)
            ms += unit * (s.p[i] - '0');
        if (i == first || i - first > 9)
            return -1;
    }
    *at = i;
    return ((int64_t)hour * 3600 + minute * 60 + second) * 1000 + ms;
}

int instant_parse(struct str s, int64_t *out)
{
    int32_t date;
    size_t at = 11;
    int64_t offset = 0;

    if (s.n < 20 || (s.p[10] != 'T' && s.p[10] != 't') || date_parse(slice(s, 0, 10), &date) != 0)
        return -EINVAL;
    int64_t ms = time_of_day(s, &at);
    if (ms < 0 || at >= s.n)
        return -EINVAL;
    char sign = s.p[at];
    if (sign == 'Z' || sign == 'z') {
        if (at + 1 != s.n)
            return -EINVAL;
    } else {
        if ((sign != '+' && sign != '-') || s.n - at != 6 || s.p[at + 3] != ':')
            return -EINVAL;
        int32_t hours = number_at(s, at + 1, 2), minutes = number_at(s, at + 4, 2);
        if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
            return -EINVAL;
        offset = ((int64_t)hours * 60 + minutes) * 60000 * (sign == '-' ? -1 : 1);
    }
    int64_t instant = (int64_t)date * MS_PER_DAY + ms - offset;
    int32_t year = civil_of_date(date_of_instant(instant)).year;
    if (year < 1 || year > 9999) // could not be written in UTC
        return -EINVAL;
    *out = instant;
    return 0;
}

void instant_format(int64_t instant, char out[INSTANT_TEXT_SIZE])
{
    int32_t date = date_of_instant(instant);
    int32_t ms = (int32_t)(instant - (int64_t)date * MS_PER_DAY);

    date_format(date, out);
    out[10] = 'T';
    put_digits(out + 11, ms / 3600000, 2);
    out[13] = ':';
    put_digits(out + 14, ms / 60000 % 60, 2);
    out[16] = ':';
    put_digits(out + 17, ms / 1000 % 60, 2);
    out[19] = '.';
    put_digits(out + 20, ms % 1000, 3);
    out[23] = 'Z';
    out[24] = '\0';
}

/* 29 February lies between 28 February and 1 March in this comparison, whatever the year. */
int32_t civil_age(int32_t birth, int32_t on)
{
    struct civil b = civil_of_date(birth), o = civil_of_date(on);
    bool before = o.month < b.month || (o.month == b.month && o.day < b.day);
    return o.year - b.year - (before ? 1 : 0);
}
