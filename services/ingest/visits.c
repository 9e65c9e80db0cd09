/* A visit becomes a delivery, what was seen, and referrals; a later record of it is a correction (contract, section
 * 1). */
#include "services/ingest/decide.h"
#include "services/ingest/referrals.h"

/* A correction keeps regency and period. */
static bool contradicts(const struct visit_memory *known, const struct visit *m, struct reject *error)
{
    if (known->regency != m->regency)
        reject_set(error, REJECT_INCONSISTENT, "/regency", "the regency of the visit's earlier record");
    else if (known->time != INT64_MIN && strcmp(known->period, m->period) != 0)
        reject_set(error, REJECT_INCONSISTENT, "/period", "the period of the visit's earlier record");
    else
        return false;
    return true;
}

static void write_referrals(const struct emission_origin *o, const struct raw_visit *raw, uint8_t ever,
                            struct emission *out)
{
    const struct visit *m = &raw->visit;
    uint8_t now = referrals_of(m->outcome, &m->findings);
    for (int kind = REFERRAL_NONE + 1; kind < REFERRAL_KINDS; kind++) {
        uint8_t bit = (uint8_t)(1u << (kind - 1));
        if (((ever | now) & bit) == 0)
            continue;
        struct referral r = {
            .kind = (enum referral_kind)kind,
            .regency = m->regency,
            .village = m->village,
            .opened_on = m->visited_on,
            .due_on = m->visited_on + referral_days((enum referral_kind)kind),
            .state = (now & bit) != 0 ? REFERRAL_OPEN : REFERRAL_WITHDRAWN,
        };
        memcpy(r.household, m->household, sizeof r.household);
        memcpy(r.ref, raw->household_ref, sizeof r.ref);
        memcpy(r.visit, m->visit, sizeof r.visit);
        emit_referral(out, o, &r);
    }
}

enum fate decide_visit(struct view *v, struct intake *in, const struct emission_origin *o, struct emission *out,
                       struct reject *error)
{
    const struct raw_visit *raw = &in->raw->visit;
    const struct visit *m = &raw->visit;
    struct visit_memory known = { .kinds = 0 };
    struct str value;
    if (view_get(v, &in->subject, &value) && visit_memory_read(value, &known)) {
        if (in->order.time < known.time)
            return FATE_STALE;
        if (contradicts(&known, m, error))
            return FATE_REJECTED;
    }

    struct delivery d = { .regency = m->regency, .giver = m->giver, .outcome = m->outcome, .packages = m->packages,
                          .on = m->visited_on };
    memcpy(d.visit, m->visit, sizeof d.visit);
    memcpy(d.period, m->period, sizeof d.period);
    memcpy(d.household, m->household, sizeof d.household);
    emit_delivery(out, o, &d);
    emit_visit(out, m);
    write_referrals(o, raw, known.kinds, out);
    return FATE_ACCEPTED;
}
