#include "services/ingest/intake.h"

#include <errno.h>
#include <stdio.h>

#include "common/core/civil.h"
#include "common/domain/token.h"

size_t intake_raw_size(enum topic topic)
{
    switch (topic) {
    case TOPIC_RAW_HOUSEHOLD:
        return sizeof(struct raw_household);
    case TOPIC_RAW_ASN:
        return sizeof(struct raw_asn);
    case TOPIC_RAW_DONATION:
        return sizeof(struct raw_donation);
    case TOPIC_RAW_PERIOD:
        return sizeof(struct raw_period);
    default:
        return sizeof(struct raw_visit);
    }
}

static int read_household(struct intake *in, struct str value, const struct raw_context *c, const struct secrets *s)
{
    struct raw_household *raw = &in->raw->household;
    int r = raw_household_decode(value, c, raw, &in->warnings, &in->reject);
    if (r < 0)
        return r;
    token_make(&s->kk, TOKEN_KK, raw->kk, raw->household.household);
    raw->household.was[0] = '\0';
    if (raw->kk_former[0] != '\0') {
        token_make(&s->kk, TOKEN_KK, raw->kk_former, in->former);
        in->former_subject = view_key_token('H', in->former);
    }
    in->subject = view_key_token('H', raw->household.household);
    in->order.version = raw->household.dtsen;
    return 0;
}

static int read_asn(struct intake *in, struct str value, const struct raw_context *c, const struct secrets *s)
{
    struct raw_asn *raw = &in->raw->asn;
    int r = raw_asn_decode(value, c, raw, &in->warnings, &in->reject);
    if (r < 0)
        return r;
    token_make(&s->nip, TOKEN_NIP, raw->nip, raw->asn.asn);
    raw->asn.was[0] = raw->asn.household[0] = '\0';
    if (raw->own_kk[0] != '\0')
        token_make(&s->kk, TOKEN_KK, raw->own_kk, raw->asn.household);
    if (raw->nip_former[0] != '\0') {
        token_make(&s->nip, TOKEN_NIP, raw->nip_former, in->former);
        in->former_subject = view_key_token('A', in->former);
    }
    in->subject = view_key_token('A', raw->asn.asn);
    in->order.version = raw->asn.version;
    return 0;
}

static int read_donation(struct intake *in, struct str value, const struct raw_context *c)
{
    struct raw_donation *raw = &in->raw->donation;
    char id[DONATION_ID_SIZE];
    int r = raw_donation_decode(value, c, raw, &in->warnings, &in->reject);
    if (r < 0)
        return r;
    donation_id(&raw->donation, id);
    in->subject = view_key_hash('D', id, "");
    in->order.version = raw->donation.version;
    return 0;
}

static int read_period(struct intake *in, struct str value, const struct raw_context *c)
{
    struct raw_period *raw = &in->raw->period;
    char id[DONATION_ID_SIZE], regency[8];
    int r = raw_period_decode(value, c, raw, &in->warnings, &in->reject);
    if (r < 0)
        return r;
    period_id(&raw->period, id);
    snprintf(regency, sizeof regency, "%d", raw->period.regency);
    in->subject = view_key_hash('P', regency, id);
    return 0;
}

static int read_visit(struct intake *in, struct str value, const struct raw_context *c, const struct secrets *s)
{
    struct raw_visit *raw = &in->raw->visit;
    int r = raw_visit_decode(value, c, raw, &in->warnings, &in->reject);
    if (r < 0)
        return r;
    token_make(&s->kk, TOKEN_KK, raw->kk, raw->visit.household);
    if (raw->nip[0] != '\0') {
        raw->visit.giver.kind = GIVER_ASN;
        token_make(&s->nip, TOKEN_NIP, raw->nip, raw->visit.giver.id);
    }
    in->subject = view_key_visit(raw->visit.visit);
    return 0;
}

/* berbagi_version of what is written: versi, or version in decimal, empty for types without. */
static void set_version(struct intake *in)
{
    char *text = in->envelope.version;
    text[0] = '\0';
    if (in->topic == TOPIC_RAW_HOUSEHOLD)
        edition_format(in->raw->household.household.dtsen, text);
    else if (in->topic == TOPIC_RAW_ASN || in->topic == TOPIC_RAW_DONATION)
        snprintf(text, sizeof in->envelope.version, "%lld", (long long)in->order.version);
}

int intake_read(struct intake *in, enum topic topic, const struct header *headers, size_t header_count,
                struct str value, int64_t append_time, const struct region_table *regions,
                const struct secrets *secrets, union raw_any *raw)
{
    in->topic = topic;
    in->raw = raw;
    in->refused = false;
    in->former[0] = '\0';
    in->claim.len = in->subject.len = in->former_subject.len = 0;
    in->order = (struct order){ 0, 0 };
    in->warnings = (struct warnings){ { 0 } };
    in->reject.code = REJECT_NONE;

    int r = envelope_read_raw(topic, headers, header_count, &in->envelope, &in->reject);
    if (r == 0) {
        struct raw_context context = { regions, in->envelope.time, append_time };
        in->claim = fact_claim(in->envelope.source, in->envelope.id);
        in->order.time = in->envelope.time;
        r = topic == TOPIC_RAW_HOUSEHOLD  ? read_household(in, value, &context, secrets)
            : topic == TOPIC_RAW_ASN      ? read_asn(in, value, &context, secrets)
            : topic == TOPIC_RAW_DONATION ? read_donation(in, value, &context)
            : topic == TOPIC_RAW_PERIOD   ? read_period(in, value, &context)
                                          : read_visit(in, value, &context, secrets);
    }
    if (r == -EBADMSG) {
        in->refused = true;
        in->warnings = (struct warnings){ { 0 } };
        return 0;
    }
    if (r == 0)
        set_version(in);
    return r;
}

void intake_want(const struct intake *in, void (*want)(void *arg, const struct view_key *key), void *arg)
{
    if (in->claim.len != 0)
        want(arg, &in->claim);
    if (in->refused)
        return;
    want(arg, &in->subject);
    if (in->former_subject.len != 0)
        want(arg, &in->former_subject);
}
