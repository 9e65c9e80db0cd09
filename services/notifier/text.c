#include "services/notifier/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/core/civil.h"

static const char *const months[] = { "Januari", "Februari", "Maret", "April", "Mei", "Juni",
                                      "Juli", "Agustus", "September", "Oktober", "November", "Desember" };

void text_date(int32_t date, char out[TEXT_SIZE])
{
    struct civil c = civil_of_date(date);
    snprintf(out, TEXT_SIZE, "%d %s %d", c.day, months[c.month - 1], c.year);
}

void text_date_range(int32_t from, int32_t to, char out[TEXT_SIZE])
{
    struct civil a = civil_of_date(from), b = civil_of_date(to);
    char end[TEXT_SIZE];
    text_date(to, end);
    if (from == to)
        memcpy(out, end, TEXT_SIZE);
    else if (a.year == b.year && a.month == b.month)
        snprintf(out, TEXT_SIZE, "%d–%.48s", a.day, end);
    else if (a.year == b.year)
        snprintf(out, TEXT_SIZE, "%d %s–%.48s", a.day, months[a.month - 1], end);
    else
        snprintf(out, TEXT_SIZE, "%d %s %d–%.48s", a.day, months[a.month - 1], a.year, end);
}

/* The number in text[at..at + 2), -1 if these are not two digits. */
static int two_digits(const char *text)
{
    return isdigit((unsigned char)text[0]) && isdigit((unsigned char)text[1]) ? (text[0] - '0') * 10 + text[1] - '0'
                                                                              : -1;
}

void text_period(const char *period, char out[TEXT_SIZE])
{
    size_t n = strlen(period);
    int year = n >= 7 && two_digits(period) >= 0 && two_digits(period + 2) >= 0
                   ? two_digits(period) * 100 + two_digits(period + 2) : -1;
    if (year > 0 && n == 7 && period[4] == '-' && two_digits(period + 5) >= 1 && two_digits(period + 5) <= 12)
        snprintf(out, TEXT_SIZE, "%s %d", months[two_digits(period + 5) - 1], year);
    else if (year > 0 && n == 8 && strncmp(period + 4, "-w", 2) == 0 && two_digits(period + 6) >= 1)
        snprintf(out, TEXT_SIZE, "pekan ke-%d tahun %d", two_digits(period + 6), year);
    else
        snprintf(out, TEXT_SIZE, "%s", period);
}
