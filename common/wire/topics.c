#include "common/wire/topics.h"

#include "common/core/cleanup.h"

// The order is that of enum topic.
static const char *const names[] = {
    "raw.household", "raw.asn", "raw.donation", "raw.period", "raw.visit",
    "registry", "visit", "referral", "contact", "tally",
    "decision", "notification", "suppression", "raw.gateway", "rejected",
};
_Static_assert(ARRAY_LEN(names) == TOPIC_COUNT, "one name for each topic");

const char *topic_name(enum topic topic)
{
    return names[topic];
}

int topic_from_name(struct str full_name, const char *prefix)
{
    struct str p = str_from(prefix);
    if (full_name.n < p.n || !str_equal((struct str){ full_name.p, p.n }, p))
        return -1;
    struct str rest = { full_name.p + p.n, full_name.n - p.n };
    for (int i = 0; i < TOPIC_COUNT; i++)
        if (str_is(rest, names[i]))
            return i;
    return -1;
}
