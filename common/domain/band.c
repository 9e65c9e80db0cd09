#include "common/domain/band.h"

#include "common/core/civil.h"

enum { OLD = 60, SMALL_CHILD = 5, SCHOOL_FROM = 7, SCHOOL_TO = 18, AGE_NOT_KNOWN = -1 };

static int32_t age_of(const struct band_member *m, int32_t day)
{
    if (m->birth == DATE_NONE || m->birth > day)
        return AGE_NOT_KNOWN;
    return civil_age(m->birth, day);
}

int band_of(const struct band_member *members, int32_t read, int32_t total, int32_t edition)
{
    int32_t day = edition_first_day(edition);
    bool all_old = read > 0 && read == total, need = false;

    for (int32_t i = 0; i < read; i++) {
        const struct band_member *m = &members[i];
        int32_t age = age_of(m, day);
        if (m->cannot_at_all)
            return 0;
        all_old = all_old && age >= OLD;
        need = need || m->chronic || (age >= 0 && age < SMALL_CHILD) ||
               (m->left_school && age >= SCHOOL_FROM && age <= SCHOOL_TO);
    }
    if (all_old) // one who lives alone is all of the family
        return 0;
    return need ? 1 : 2;
}
