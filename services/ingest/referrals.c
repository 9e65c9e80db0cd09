#include "services/ingest/referrals.h"

#include "common/core/cleanup.h"

static uint8_t bit(enum referral_kind kind)
{
    return (uint8_t)(1u << (kind - 1));
}

uint8_t referrals_of(enum outcome_at_door outcome, const struct findings *f)
{
    uint8_t kinds = 0;
    if (outcome == OUTCOME_MOVED || outcome == OUTCOME_DECEASED || outcome == OUTCOME_NOT_FOUND)
        kinds |= bit(REFERRAL_DATA_CORRECTION);
    if (outcome == OUTCOME_VOID || !f->present)
        return kinds;
    if (f->health == HEALTH_ILL || f->health == HEALTH_BEDRIDDEN)
        kinds |= bit(REFERRAL_RAWAT_WARGA);
    if (f->other == TRISTATE_TRUE)
        kinds |= bit(REFERRAL_SEE_NOTE);
    if (f->alone == TRISTATE_TRUE)
        kinds |= bit(REFERRAL_RANTANG_KASIH);
    if (f->dropouts >= 1 || f->child != 0)
        kinds |= bit(REFERRAL_GARDA_AMPUH);
    if (f->house == HOUSE_UNFIT)
        kinds |= bit(REFERRAL_BEDAH_RUMAH);
    return kinds;
}

int32_t referral_days(enum referral_kind kind)
{
    static const int32_t days[REFERRAL_KINDS] = {
        [REFERRAL_RAWAT_WARGA] = 3,  [REFERRAL_SEE_NOTE] = 3,         [REFERRAL_RANTANG_KASIH] = 7,
        [REFERRAL_GARDA_AMPUH] = 14, [REFERRAL_DATA_CORRECTION] = 14, [REFERRAL_BEDAH_RUMAH] = 30,
    };
    return days[kind];
}
