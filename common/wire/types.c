#include "common/wire/types.h"

#include <stddef.h>

#include "common/core/cleanup.h"

// The order is that of the enumerations in types.h.
#define WORDS(name, ...)                                                                                              \
    static const char *const name##_words[] = { NULL, __VA_ARGS__ };                                                  \
    const struct wire_words wire_##name = { name##_words, ARRAY_LEN(name##_words) }

WORDS(giver_kinds, "asn", "partner");
WORDS(employments, "pns", "pppk", "pppk_part_time");
WORDS(positions, "ii_a", "ii_b", "iii_a", "iii_b", "iv_a", "iv_b", "functional", "staff");
WORDS(household_statuses, "active", "left");
WORDS(asn_statuses, "active", "retired", "moved", "deceased", "leave", "exempt");
WORDS(partner_kinds, "bumn", "bumd", "hipmi", "kadin", "profession", "hospital", "tni", "polri", "company", "other");
WORDS(donation_states, "pledged", "received", "withdrawn");
WORDS(programmes, "monthly_package", "weekly_dish");
WORDS(decile_bases, "national", "province", "regency");
WORDS(period_states, "plan", "close", "void");
WORDS(outcomes, "delivered", "not_home", "moved", "deceased", "refused", "not_found", "void");
WORDS(healths, "well", "ill", "bedridden");
WORDS(houses, "sound", "minor_damage", "unfit");
WORDS(children, "without_parents", "in_trouble", "working");
WORDS(aids, "pkh", "bpnt", "pbi", "blt_desa", "other");
WORDS(referral_kinds, "rawat_warga", "see_note", "rantang_kasih", "garda_ampuh", "data_correction", "bedah_rumah");
WORDS(referral_states, "open", "withdrawn");
WORDS(row_states, "planned", "delivered", "unserved", "cancelled");
WORDS(row_reasons, "off_plan", "kept", "repair", "earmark", "first_unit", "nearest", "no_eligible_giver",
      "supply_exhausted", "moved", "deceased", "refused", "not_found", "household_left", "renamed", "void");
WORDS(triggers, "cut", "repair", "schedule", "close", "void", "refused");
WORDS(message_kinds, "assigned", "reminder", "report_due", "changed");
WORDS(message_states, "suppressed", "expired", "intent", "unknown", "sent", "failed", "delivered", "read");
WORDS(suppression_reasons, "opt_out", "unreachable", "wrong_number");

const char *wire_word(const struct wire_words *words, int value)
{
    return value > 0 && value < words->count ? words->words[value] : NULL;
}

int wire_value(const struct wire_words *words, struct str word)
{
    for (int i = 1; i < words->count; i++)
        if (str_is(word, words->words[i]))
            return i;
    return 0;
}
