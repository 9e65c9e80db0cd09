#include "services/notifier/policy.h"

#include <stddef.h>

#include "common/domain/local.h"

enum { QUIET_FROM = 20 * 60, QUIET_UNTIL = 7 * 60, CONTACT_RETRY_MS = 1000 };

int64_t policy_quiet_ms(int32_t regency, int64_t now)
{
    int32_t minute = local_minute(regency, now), date = local_date(regency, now);
    if (minute >= QUIET_UNTIL && minute < QUIET_FROM)
        return 0;
    return local_instant(regency, minute < QUIET_UNTIL ? date : date + 1, QUIET_UNTIL) - now;
}

static struct policy_answer suppress(const char *reason)
{
    return (struct policy_answer){ .decision = DECIDE_SUPPRESS, .reason = reason };
}

struct policy_answer policy_decide(const struct prospect *prospect, int64_t now)
{
    static const char *const words[] = { NULL, "opt_out", "unreachable", "unreachable" };
    if (prospect->families == 0)
        return suppress("nothing_left");
    if (local_date(prospect->regency, now) > prospect->last_day)
        return (struct policy_answer){ .decision = DECIDE_EXPIRE, .reason = "too_late" };
    if (!prospect->has_contact && prospect->contact_awaited)
        return (struct policy_answer){ .decision = DECIDE_WAIT, .wait_ms = CONTACT_RETRY_MS };
    if (!prospect->has_contact)
        return suppress("no_contact");
    if (!prospect->consent)
        return suppress("no_consent");
    if (prospect->suppressed != SUPPRESSION_NONE)
        return suppress(words[prospect->suppressed]);
    int64_t quiet = policy_quiet_ms(prospect->regency, now);
    if (quiet > 0)
        return (struct policy_answer){ .decision = DECIDE_WAIT, .wait_ms = quiet };
    return (struct policy_answer){ .decision = DECIDE_SEND };
}
