#include "services/reporting/keys.h"

void key_household(struct buf *b, const struct household *m)
{
    registry_key_write(b, REGISTRY_HOUSEHOLD, m->regency, m->household);
}

void key_asn(struct buf *b, const struct asn *m)
{
    registry_key_write(b, REGISTRY_ASN, m->regency, m->asn);
}

void key_donation(struct buf *b, const struct donation *m)
{
    registry_key_write(b, REGISTRY_DONATION, m->regency, m->partner);
    buf_printf(b, "/%s", m->donation);
}

void key_period(struct buf *b, const struct period *m)
{
    registry_key_write(b, REGISTRY_PERIOD, m->regency, m->period);
    buf_printf(b, "/%s", wire_word(&wire_period_states, (int)m->state));
}

void key_delivery(struct buf *b, const struct delivery *m)
{
    registry_key_write(b, REGISTRY_DELIVERY, m->regency, m->visit);
}

void key_assignment(struct buf *b, const struct assignment *m)
{
    assignment_key_write(b, m);
}

void key_plan(struct buf *b, const struct plan *m)
{
    plan_key_write(b, m);
}

void key_visit(struct buf *b, const struct visit *m)
{
    buf_printf(b, "%d/%s", (int)m->regency, m->visit);
}

void key_referral(struct buf *b, const struct referral *m)
{
    buf_printf(b, "%d/%s/%s", (int)m->regency, m->visit, wire_word(&wire_referral_kinds, (int)m->kind));
}

void key_tally(struct buf *b, const struct tally *m)
{
    buf_printf(b, "%s/%d/%lld", m->topic, (int)m->partition, (long long)m->next);
}

void key_notification(struct buf *b, const struct notification *m)
{
    buf_printf(b, "%d/%s", (int)m->regency, m->notification);
}
