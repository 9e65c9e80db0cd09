#include "services/ingest/fact.h"

#include <errno.h>
#include <stdio.h>

#include "common/core/civil.h"
#include "common/core/parse.h"
#include "common/wire/registry.h"

struct view_key fact_claim(const char *source, const char *raw_id)
{
    return view_key_hash('C', source, raw_id);
}

int fact_version(const char *text, int64_t *out)
{
    struct str s = str_from(text);
    int32_t edition;
    if (s.n == 0) {
        *out = 0;
        return 0;
    }
    if (memchr(s.p, '-', s.n) == NULL)
        return parse_int(s, 0, INT64_MAX, out) == 0 ? 0 : -EINVAL;
    if (edition_parse(s, &edition) != 0)
        return -EINVAL;
    *out = edition;
    return 0;
}

/* The claim and the order that the attributes carry. */
static int read_attributes(const struct own_event *event, struct fact *f)
{
    struct envelope e;
    if (envelope_read(event->headers, event->header_count, &e) != 0)
        return -EBADMSG;
    char *hash = strchr(e.id, '#');
    if (hash == NULL || fact_version(e.version, &f->thing.order.version) != 0)
        return -EBADMSG;
    *hash = '\0';
    f->claim = fact_claim(e.source, e.id);
    f->thing.ended = strncmp(hash + 1, "farewell", strlen("farewell")) == 0;
    f->thing.order.time = e.time;
    return 0;
}

static int read_household(const struct own_event *event, struct fact *f)
{
    struct household m;
    struct reject error;
    if (household_decode(event->value, &m, &error) < 0)
        return -EBADMSG;
    memcpy(f->thing.was, m.was, sizeof m.was);
    return 0;
}

static int read_asn(const struct own_event *event, struct fact *f)
{
    struct asn m;
    struct reject error;
    if (asn_decode(event->value, &m, &error) < 0)
        return -EBADMSG;
    memcpy(f->thing.was, m.was, sizeof m.was);
    return 0;
}

static int read_delivery(const struct own_event *event, struct fact *f)
{
    struct delivery m;
    struct reject error;
    if (delivery_decode(event->value, &m, &error) < 0)
        return -EBADMSG;
    memcpy(f->period, m.period, sizeof m.period);
    return 0;
}

static struct view_key subject_of(const struct registry_key *key)
{
    char id[DONATION_ID_SIZE], regency[8];
    if (!str_copy(id, sizeof id, key->id))
        return (struct view_key){ .len = 0 };
    switch (key->type) {
    case REGISTRY_HOUSEHOLD:
        return view_key_token('H', id);
    case REGISTRY_ASN:
        return view_key_token('A', id);
    case REGISTRY_DONATION:
        return view_key_hash('D', id, "");
    case REGISTRY_PERIOD:
        snprintf(regency, sizeof regency, "%d", key->regency);
        return view_key_hash('P', regency, id);
    case REGISTRY_DELIVERY:
        return view_key_visit(id);
    case REGISTRY_NONE:
        break;
    }
    return (struct view_key){ .len = 0 };
}

static int read_registry(const struct own_event *event, struct fact *f)
{
    struct registry_key key;
    if (registry_key_parse(event->key, &key) != 0)
        return -EBADMSG;
    f->subject = subject_of(&key);
    if (f->subject.len == 0)
        return -EBADMSG;
    f->thing.regency = key.regency;
    f->type = key.type == REGISTRY_DELIVERY ? FACT_VISIT : FACT_THING;
    if (event->tombstone) {
        f->type = FACT_FORGET;
        return 0;
    }
    if (read_attributes(event, f) != 0)
        return -EBADMSG;
    switch (key.type) {
    case REGISTRY_HOUSEHOLD:
        return read_household(event, f);
    case REGISTRY_ASN:
        return read_asn(event, f);
    case REGISTRY_DELIVERY:
        return read_delivery(event, f);
    default:
        return 0;
    }
}

/* <regency>/<visit>/<kind> */
static int read_referral(const struct own_event *event, struct fact *f)
{
    struct str key = event->key;
    char visit[VISIT_SIZE];
    int64_t regency;
    if (key.n < 5 + VISIT_SIZE || key.p[4] != '/' || key.p[4 + VISIT_SIZE] != '/' ||
        parse_digits((struct str){ key.p, 4 }, 4, &regency) != 0 ||
        !str_copy(visit, sizeof visit, (struct str){ key.p + 5, VISIT_SIZE - 1 }))
        return -EBADMSG;
    struct str kind = { key.p + 5 + VISIT_SIZE, key.n - 5 - VISIT_SIZE };
    f->type = FACT_REFERRAL;
    f->kind = (enum referral_kind)wire_value(&wire_referral_kinds, kind);
    f->subject = view_key_visit(visit);
    f->thing.regency = (int32_t)regency;
    return f->kind == REFERRAL_NONE ? -EBADMSG : 0;
}

int fact_read(const struct own_event *event, struct fact *out)
{
    struct fact f = { .type = FACT_NONE };
    int r = event->topic == TOPIC_REGISTRY ? read_registry(event, &f) : read_referral(event, &f);
    if (r == 0)
        *out = f;
    return r;
}

static void apply_thing(struct view *v, struct buf *scratch, const struct fact *f)
{
    struct str value = { NULL, 0 };
    view_get(v, &f->subject, &value);
    buf_reset(scratch);
    if (f->type == FACT_FORGET)
        entity_remove(scratch, value, f->thing.regency);
    else
        entity_set(scratch, value, &f->thing);
    if (scratch->len == 0)
        view_remove(v, &f->subject);
    else
        view_put(v, &f->subject, buf_str(scratch), 0);
}

static void apply_visit(struct view *v, struct buf *scratch, const struct fact *f, int64_t expires)
{
    struct visit_memory m = { .regency = f->thing.regency, .time = INT64_MIN };
    struct str value;
    if (view_get(v, &f->subject, &value) && !visit_memory_read(value, &m))
        m = (struct visit_memory){ .regency = f->thing.regency, .time = INT64_MIN };
    if (f->type == FACT_REFERRAL) {
        m.kinds |= (uint8_t)(1u << (f->kind - 1));
    } else {
        m.regency = f->thing.regency;
        m.time = f->thing.order.time;
        memcpy(m.period, f->period, sizeof m.period);
    }
    buf_reset(scratch);
    visit_memory_write(scratch, &m);
    view_put(v, &f->subject, buf_str(scratch), expires);
}

void fact_apply(struct view *v, struct buf *scratch, const struct fact *f, int64_t at, int64_t now)
{
    if (f->claim.len != 0 && at + CLAIM_TTL_MS > now)
        view_put(v, &f->claim, (struct str){ NULL, 0 }, at + CLAIM_TTL_MS);
    switch (f->type) {
    case FACT_THING:
    case FACT_FORGET:
        if (f->subject.bytes[0] == 'V')
            view_remove(v, &f->subject);
        else
            apply_thing(v, scratch, f);
        break;
    case FACT_VISIT:
    case FACT_REFERRAL:
        if (at + VISIT_TTL_MS > now)
            apply_visit(v, scratch, f, at + VISIT_TTL_MS);
        break;
    case FACT_NONE:
        break;
    }
}
