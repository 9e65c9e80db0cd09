#include "common/domain/period.h"

#include <stdio.h>

#include "common/core/civil.h"
#include "common/core/parse.h"
#include "common/domain/ref.h"

static const char *const months[] = {
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
};

/* The Monday of ISO week 1: the week with 4 January (ISO 8601). 1970-01-01 was a Thursday. */
static int32_t first_monday(int32_t year)
{
    int32_t fourth = civil_to_date((struct civil){ year, 1, 4 });
    int32_t weekday = ((fourth + 3) % 7 + 7) % 7; // 0 = Monday
    return fourth - weekday;
}

static bool week_of(struct str s, int64_t *year, int64_t *week)
{
    if (s.n != 8 || s.p[4] != '-' || s.p[5] != 'w')
        return false;
    if (parse_digits((struct str){ s.p, 4 }, 4, year) != 0 || parse_digits((struct str){ s.p + 6, 2 }, 2, week) != 0)
        return false;
    if (*year < 1 || *year > 9998 || *week < 1)
        return false;
    return first_monday((int32_t)*year) + 7 * (*week - 1) < first_monday((int32_t)*year + 1);
}

enum period_form period_form(struct str period)
{
    int32_t edition;
    int64_t year, week;

    if (!ref_form(period))
        return PERIOD_FORM_NONE;
    if (edition_parse(period, &edition) == 0)
        return PERIOD_FORM_MONTH;
    return week_of(period, &year, &week) ? PERIOD_FORM_WEEK : PERIOD_FORM_OTHER;
}

void period_title(struct str period, char out[PERIOD_TITLE_SIZE])
{
    int32_t edition;
    int64_t year, week;

    if (edition_parse(period, &edition) == 0)
        snprintf(out, PERIOD_TITLE_SIZE, "%s %d", months[edition % 12], (int)(edition / 12));
    else if (week_of(period, &year, &week))
        snprintf(out, PERIOD_TITLE_SIZE, "minggu ke-%d tahun %d", (int)week, (int)year);
    else
        snprintf(out, PERIOD_TITLE_SIZE, "%.*s", (int)(period.n > REF_MAX ? REF_MAX : period.n), period.p);
}

int32_t period_first_day(struct str period)
{
    int32_t edition;
    int64_t year, week;

    if (edition_parse(period, &edition) == 0)
        return edition_first_day(edition);
    if (week_of(period, &year, &week))
        return first_monday((int32_t)year) + 7 * ((int32_t)week - 1);
    return DATE_NONE;
}
