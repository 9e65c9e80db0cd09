#include "services/ingest/emission.h"

#include <errno.h>
#include <stdio.h>

void emission_init(struct emission *e)
{
    memset(e, 0, sizeof *e);
    buf_init(&e->bytes, EMISSION_BYTES_MAX);
    buf_init(&e->scratch, EMISSION_BYTES_MAX);
}

void emission_done(struct emission *e)
{
    buf_done(&e->bytes);
    buf_done(&e->scratch);
}

void emission_reset(struct emission *e)
{
    buf_reset(&e->bytes);
    e->event_count = e->fact_count = 0;
    e->error = 0;
}

struct str emission_key(const struct emission *e, int i)
{
    return (struct str){ e->bytes.data + e->events[i].key_at, e->events[i].key_len };
}

struct str emission_value(const struct emission *e, int i)
{
    return (struct str){ e->bytes.data + e->events[i].value_at, e->events[i].value_len };
}

/* Four digits. */
static void regency_text(int32_t regency, char out[5])
{
    for (int i = 3; i >= 0; i--, regency /= 10)
        out[i] = (char)('0' + regency % 10);
    out[4] = '\0';
}

void emission_envelope(const struct emission *emission, int i, const char *raw_id, struct envelope *e)
{
    const struct emitted *event = &emission->events[i];
    size_t n = strnlen(raw_id, sizeof e->id - sizeof event->what - 1);
    memcpy(e->id, raw_id, n);
    e->id[n] = '#';
    memcpy(e->id + n + 1, event->what, sizeof event->what);
    stpcpy(stpcpy(stpcpy(e->type, "id.berbagi."), event->type), ".v1");
    regency_text(event->regency, e->subject);
}

/* ce_id must be unique: a record may say farewell twice in one regency (it moved, and changed its number). */
static bool what_is_taken(const struct emission *e, const char *what)
{
    for (int i = 0; i < e->event_count; i++)
        if (strcmp(e->events[i].what, what) == 0)
            return true;
    return false;
}

/* Begins an event; the caller writes the key, then calls value_begins(), writes the value, then ends(). */
static struct emitted *begin(struct emission *e, enum topic topic, const char *type, int32_t regency, const char *what)
{
    if (e->event_count == EMISSION_MAX) {
        e->error = -E2BIG;
        e->event_count--;
    }
    struct emitted *event = &e->events[e->event_count];
    *event = (struct emitted){ .topic = topic, .type = type, .regency = regency, .key_at = e->bytes.len };
    bool taken = what_is_taken(e, what);
    stpcpy(stpcpy(event->what, what), taken ? ".was" : "");
    return event;
}

static void value_begins(struct emission *e, struct emitted *event)
{
    event->key_len = e->bytes.len - event->key_at;
    event->value_at = e->bytes.len;
}

static void ends(struct emission *e, struct emitted *event)
{
    event->value_len = e->bytes.len - event->value_at;
    e->event_count++;
    if (e->bytes.error != 0 && e->error == 0)
        e->error = e->bytes.error;
}

static struct emitted *begin_registry(struct emission *e, enum registry_type kind, const char *type, int32_t regency,
                                      const char *id, enum emission_part part)
{
    char farewell[WHAT_SIZE];
    regency_text(regency, stpcpy(farewell, "farewell."));
    struct emitted *event = begin(e, TOPIC_REGISTRY, type, regency, part == PART_RECORD ? type : farewell);
    registry_key_write(&e->bytes, kind, regency, id);
    value_begins(e, event);
    return event;
}

static struct fact *add_fact(struct emission *e, const struct emission_origin *o, enum fact_type type,
                             int32_t regency, enum emission_part part)
{
    if (e->fact_count == EMISSION_MAX) {
        e->error = -E2BIG;
        e->fact_count--;
    }
    struct fact *fact = &e->facts[e->fact_count++];
    fact->type = type;
    fact->claim = type == FACT_REFERRAL ? (struct view_key){ .len = 0 } : o->claim;
    fact->subject = part == PART_FORMER ? o->former : o->subject;
    fact->thing.regency = regency;
    fact->thing.order = o->order;
    fact->thing.ended = part != PART_RECORD;
    fact->thing.was[0] = fact->period[0] = '\0';
    fact->kind = REFERRAL_NONE;
    return fact;
}

void emit_household(struct emission *e, const struct emission_origin *o, const struct household *m,
                    enum emission_part part)
{
    struct emitted *event = begin_registry(e, REGISTRY_HOUSEHOLD, "household", m->regency, m->household, part);
    household_encode(&e->bytes, m);
    ends(e, event);
    memcpy(add_fact(e, o, FACT_THING, m->regency, part)->thing.was, m->was, sizeof m->was);
}

void emit_asn(struct emission *e, const struct emission_origin *o, const struct asn *m, enum emission_part part)
{
    struct emitted *event = begin_registry(e, REGISTRY_ASN, "asn", m->regency, m->asn, part);
    asn_encode(&e->bytes, m);
    ends(e, event);
    memcpy(add_fact(e, o, FACT_THING, m->regency, part)->thing.was, m->was, sizeof m->was);
}

void emit_donation(struct emission *e, const struct emission_origin *o, const struct donation *m,
                   enum emission_part part)
{
    char id[DONATION_ID_SIZE];
    donation_id(m, id);
    struct emitted *event = begin_registry(e, REGISTRY_DONATION, "donation", m->regency, id, part);
    donation_encode(&e->bytes, m);
    ends(e, event);
    add_fact(e, o, FACT_THING, m->regency, part);
}

void emit_period(struct emission *e, const struct emission_origin *o, const struct period *m)
{
    char id[DONATION_ID_SIZE];
    period_id(m, id);
    struct emitted *event = begin_registry(e, REGISTRY_PERIOD, "period", m->regency, id, PART_RECORD);
    period_encode(&e->bytes, m);
    ends(e, event);
    add_fact(e, o, FACT_THING, m->regency, PART_RECORD);
}

void emit_delivery(struct emission *e, const struct emission_origin *o, const struct delivery *m)
{
    struct emitted *event = begin_registry(e, REGISTRY_DELIVERY, "delivery", m->regency, m->visit, PART_RECORD);
    delivery_encode(&e->bytes, m);
    ends(e, event);
    struct fact *fact = add_fact(e, o, FACT_VISIT, m->regency, PART_RECORD);
    memcpy(fact->period, m->period, sizeof fact->period);
}

void emit_visit(struct emission *e, const struct visit *m)
{
    struct emitted *event = begin(e, TOPIC_VISIT, "visit", m->regency, "visit");
    buf_printf(&e->bytes, "%d/%s", m->regency, m->visit);
    value_begins(e, event);
    visit_encode(&e->bytes, m);
    ends(e, event);
}

void emit_referral(struct emission *e, const struct emission_origin *o, const struct referral *m)
{
    const char *kind = wire_word(&wire_referral_kinds, (int)m->kind);
    char what[WHAT_SIZE];
    snprintf(what, sizeof what, "referral.%s", kind);
    struct emitted *event = begin(e, TOPIC_REFERRAL, "referral", m->regency, what);
    buf_printf(&e->bytes, "%d/%s/%s", m->regency, m->visit, kind);
    value_begins(e, event);
    referral_encode(&e->bytes, m);
    ends(e, event);
    add_fact(e, o, FACT_REFERRAL, m->regency, PART_RECORD)->kind = m->kind;
}

void emit_contact(struct emission *e, const struct contact *m)
{
    struct emitted *event = begin(e, TOPIC_CONTACT, "contact", m->regency, "contact");
    buf_printf(&e->bytes, "%d/%s", m->regency, m->giver.id);
    value_begins(e, event);
    contact_encode(&e->bytes, m);
    ends(e, event);
}

void emit_contact_gone(struct emission *e, int32_t regency, const char *giver_id)
{
    char what[WHAT_SIZE];
    snprintf(what, sizeof what, "contact.%d", regency);
    struct emitted *event = begin(e, TOPIC_CONTACT, "contact", regency, what);
    event->tombstone = true;
    buf_printf(&e->bytes, "%d/%s", regency, giver_id);
    value_begins(e, event);
    ends(e, event);
}
