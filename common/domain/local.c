#include "common/domain/local.h"

#include "common/core/civil.h"

int32_t local_offset_hours(int32_t regency)
{
    int32_t province = regency / 100;

    if ((province >= 51 && province <= 53) || (province >= 63 && province <= 65) || (province >= 71 && province <= 76))
        return 8;
    if (province == 81 || province == 82 || (province >= 91 && province <= 96))
        return 9;
    return 7;
}

const char *local_zone_name(int32_t regency)
{
    static const char *const names[] = { "WIB", "WITA", "WIT" };
    return names[local_offset_hours(regency) - 7];
}

static int64_t shifted(int32_t regency, int64_t instant)
{
    return instant + (int64_t)local_offset_hours(regency) * 3600000;
}

int32_t local_date(int32_t regency, int64_t instant)
{
    return date_of_instant(shifted(regency, instant));
}

int32_t local_minute(int32_t regency, int64_t instant)
{
    int64_t wall = shifted(regency, instant);
    return (int32_t)((wall - (int64_t)date_of_instant(wall) * MS_PER_DAY) / 60000);
}

int64_t local_instant(int32_t regency, int32_t date, int32_t minute)
{
    return (int64_t)date * MS_PER_DAY + (int64_t)minute * 60000 - (int64_t)local_offset_hours(regency) * 3600000;
}
