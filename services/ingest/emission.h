/*
 * What one raw record becomes: canonical events in the order in which they are written, and the facts that go with
 * them.
 */
#ifndef BERBAGI_INGEST_EMISSION_H
#define BERBAGI_INGEST_EMISSION_H

#include "common/wire/raw.h"
#include "common/wire/topics.h"
#include "services/ingest/fact.h"

enum { EMISSION_MAX = 12, WHAT_SIZE = 32, EMISSION_BYTES_MAX = 1 << 20 };

/* The envelope beside what the raw record's gives: ce_type id.berbagi.<type>.v1, ce_id <raw id>#<what>, ce_subject. */
struct emitted {
    enum topic topic;
    const char *type;
    char what[WHAT_SIZE];
    int32_t regency;
    bool tombstone;
    size_t key_at, key_len, value_at, value_len; /* in bytes */
};

struct emission {
    struct buf bytes, scratch;
    struct emitted events[EMISSION_MAX];
    struct fact facts[EMISSION_MAX];
    int event_count, fact_count;
    int error; /* sticky: -E2BIG, -ENOMEM, -EIO (a phone could not be sealed) */
};

/* What every fact of a record has in common. */
struct emission_origin {
    struct view_key claim;
    struct view_key subject, former; /* the entity or visit, and the former number's */
    struct order order;
};

/* A record of the thing itself; its farewell in the regency that it left; the farewell of its former number. */
enum emission_part { PART_RECORD, PART_LEFT, PART_FORMER };

void emission_init(struct emission *e);
void emission_done(struct emission *e);
void emission_reset(struct emission *e);
struct str emission_key(const struct emission *e, int i);
struct str emission_value(const struct emission *e, int i);

/* Makes *e, which began as the raw record's envelope, that of event i: id, type and subject. */
void emission_envelope(const struct emission *emission, int i, const char *raw_id, struct envelope *e);

void emit_household(struct emission *e, const struct emission_origin *o, const struct household *m,
                    enum emission_part part);
void emit_asn(struct emission *e, const struct emission_origin *o, const struct asn *m, enum emission_part part);
void emit_donation(struct emission *e, const struct emission_origin *o, const struct donation *m,
                   enum emission_part part);
void emit_period(struct emission *e, const struct emission_origin *o, const struct period *m);
void emit_delivery(struct emission *e, const struct emission_origin *o, const struct delivery *m);
void emit_visit(struct emission *e, const struct visit *m);
void emit_referral(struct emission *e, const struct emission_origin *o, const struct referral *m);
void emit_contact(struct emission *e, const struct contact *m);
void emit_contact_gone(struct emission *e, int32_t regency, const char *giver_id);

#endif
