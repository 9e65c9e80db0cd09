#include "services/ingest/decide.h"

#include <errno.h>

#include "common/domain/token.h"

/* Where a record of an entity leads: what it must say farewell to, and the former number of what it writes. */
struct passage {
    int32_t left;                 /* the entity was in this regency; 0 = it has not moved */
    char left_was[TOKEN_SIZE];    /* `was` of the entity there */
    char was[TOKEN_SIZE];         /* `was` of what is written */
    int32_t former_left;          /* the former number gets its farewell here; 0 = none */
};

static void copy_token(char to[TOKEN_SIZE], const char *from)
{
    memcpy(to, from, strlen(from) + 1);
}

/* A changed number (contract, "Changed numbers"): where the former is known decides; stale for it, no farewell. */
static void former_number(struct view *v, const struct intake *in, int32_t regency, struct passage *p)
{
    struct str value;
    struct thing now;
    bool known = view_get(v, &in->former_subject, &value) && entity_now(value, &now);
    int32_t where = known ? now.regency : regency;
    if (where == regency)
        copy_token(p->was, in->former);
    if (!known || order_compare(&in->order, &now.order) >= 0)
        p->former_left = where;
}

/* False if the record is stale. */
static bool passage(struct view *v, const struct intake *in, int32_t regency, struct passage *p)
{
    struct str value;
    struct thing now, here;
    *p = (struct passage){ .left = 0 };
    if (view_get(v, &in->subject, &value) && entity_now(value, &now)) {
        if (order_compare(&in->order, &now.order) < 0)
            return false;
        if (now.regency != regency) {
            p->left = now.regency;
            copy_token(p->left_was, now.was);
        }
        if (entity_in(value, regency, &here))
            copy_token(p->was, here.was);
    }
    if (in->former_subject.len != 0)
        former_number(v, in, regency, p);
    return true;
}

static enum fate decide_household(struct view *v, struct intake *in, const struct emission_origin *o,
                                  struct emission *out)
{
    struct household *m = &in->raw->household.household;
    struct passage p;
    if (!passage(v, in, m->regency, &p))
        return FATE_STALE;

    struct household farewell = *m;
    farewell.status = HOUSEHOLD_LEFT;
    farewell.village = 0;
    if (p.left != 0) {
        farewell.regency = p.left;
        copy_token(farewell.was, p.left_was);
        emit_household(out, o, &farewell, PART_LEFT);
    }
    copy_token(m->was, p.was);
    emit_household(out, o, m, PART_RECORD);
    if (p.former_left != 0) {
        farewell.regency = p.former_left;
        farewell.was[0] = '\0';
        copy_token(farewell.household, in->former);
        emit_household(out, o, &farewell, PART_FORMER);
    }
    return FATE_ACCEPTED;
}

bool intake_seals(const struct intake *in)
{
    if (in->refused)
        return false;
    if (in->topic == TOPIC_RAW_ASN)
        return in->raw->asn.phone[0] != '\0' && in->raw->asn.asn.status != ASN_MOVED;
    return in->topic == TOPIC_RAW_DONATION && in->raw->donation.phone[0] != '\0';
}

static void seal_contact(const struct decide_context *c, struct emission *out, struct contact *m, const char *phone)
{
    const char *kind = wire_word(&wire_giver_kinds, (int)m->giver.kind);
    token_make(&c->secrets->phone, TOKEN_PHONE, phone, m->phone_token);
    if (cipher_seal(&c->secrets->cipher, c->nonce, kind, m->giver.id, phone, m->phone) != 0) {
        out->error = -EIO;
        return;
    }
    emit_contact(out, m);
}

static void asn_contact(const struct decide_context *c, const struct intake *in, struct emission *out)
{
    const struct raw_asn *raw = &in->raw->asn;
    struct contact m = { .giver.kind = GIVER_ASN, .regency = raw->asn.regency, .consent = raw->consent };
    if (!intake_seals(in)) {
        emit_contact_gone(out, raw->asn.regency, raw->asn.asn);
        return;
    }
    copy_token(m.giver.id, raw->asn.asn);
    seal_contact(c, out, &m, raw->phone);
}

static enum fate decide_asn(const struct decide_context *c, struct view *v, struct intake *in,
                            const struct emission_origin *o, struct emission *out)
{
    struct asn *m = &in->raw->asn.asn;
    struct passage p;
    if (!passage(v, in, m->regency, &p))
        return FATE_STALE;

    struct asn farewell = *m;
    farewell.status = ASN_MOVED;
    farewell.home_village = farewell.work_village = 0;
    if (p.left != 0) {
        farewell.regency = p.left;
        copy_token(farewell.was, p.left_was);
        emit_asn(out, o, &farewell, PART_LEFT);
        emit_contact_gone(out, p.left, farewell.asn);
    }
    copy_token(m->was, p.was);
    emit_asn(out, o, m, PART_RECORD);
    asn_contact(c, in, out);
    if (p.former_left != 0) {
        farewell.regency = p.former_left;
        farewell.was[0] = '\0';
        copy_token(farewell.asn, in->former);
        emit_asn(out, o, &farewell, PART_FORMER);
        emit_contact_gone(out, p.former_left, in->former);
    }
    return FATE_ACCEPTED;
}

static enum fate decide_donation(const struct decide_context *c, struct view *v, struct intake *in,
                                 const struct emission_origin *o, struct emission *out)
{
    const struct raw_donation *raw = &in->raw->donation;
    const struct donation *m = &raw->donation;
    struct contact contact = { .giver.kind = GIVER_PARTNER, .regency = m->regency, .consent = raw->consent };
    struct passage p;
    if (!passage(v, in, m->regency, &p))
        return FATE_STALE;

    donation_id(m, contact.giver.id);
    if (p.left != 0) {
        struct donation farewell = *m;
        farewell.state = DONATION_WITHDRAWN;
        farewell.regency = p.left;
        farewell.base_village = 0;
        emit_donation(out, o, &farewell, PART_LEFT);
        emit_contact_gone(out, p.left, contact.giver.id);
    }
    emit_donation(out, o, m, PART_RECORD);
    if (intake_seals(in))
        seal_contact(c, out, &contact, raw->phone);
    else
        emit_contact_gone(out, m->regency, contact.giver.id);
    return FATE_ACCEPTED;
}

/* A plan waits for everything that was published before it (ARCHITECTURE.md, section 2). */
static enum fate decide_period(const struct decide_context *c, struct view *v, struct intake *in,
                               const struct emission_origin *o, struct emission *out)
{
    const struct period *m = &in->raw->period.period;
    struct passage p;
    if (!passage(v, in, m->regency, &p))
        return FATE_STALE;
    if (m->state == PERIOD_PLAN && !c->released)
        return FATE_HELD;
    emit_period(out, o, m);
    return FATE_ACCEPTED;
}

static enum fate decide_readable(const struct decide_context *c, struct view *v, struct intake *in,
                                 struct emission *out, struct reject *error)
{
    const struct emission_origin o = { in->claim, in->subject, in->former_subject, in->order };
    switch (in->topic) {
    case TOPIC_RAW_HOUSEHOLD:
        return decide_household(v, in, &o, out);
    case TOPIC_RAW_ASN:
        return decide_asn(c, v, in, &o, out);
    case TOPIC_RAW_DONATION:
        return decide_donation(c, v, in, &o, out);
    case TOPIC_RAW_PERIOD:
        return decide_period(c, v, in, &o, out);
    default:
        return decide_visit(v, in, &o, out, error);
    }
}

enum fate decide(const struct decide_context *c, struct view *v, struct intake *in, struct emission *out,
                 struct reject *error)
{
    struct str value;
    emission_reset(out);
    if (in->claim.len != 0 && view_get(v, &in->claim, &value))
        return FATE_DUPLICATE;
    if (in->refused) {
        *error = in->reject;
        return FATE_REJECTED;
    }
    enum fate fate = decide_readable(c, v, in, out, error);
    if (fate == FATE_ACCEPTED && out->error == 0 && v->error == 0)
        for (int i = 0; i < out->fact_count; i++)
            fact_apply(v, &out->scratch, &out->facts[i], c->now, c->now);
    return fate;
}
