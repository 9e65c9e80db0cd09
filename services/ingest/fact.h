/*
 * What one event of our own output says to ingest's memory. The same facts are folded while running (made together
 * with the event) and at a restore (read from the event): so the view that is rebuilt is the view that was lost.
 *
 * Which events carry what:
 *   registry household, asn, donation, period   one thing's order, `was`, and whether the event is a farewell
 *                                               (ce_id <raw id>#farewell…); a tombstone: the thing is forgotten
 *   registry delivery                           a visit's regency, period and time
 *   referral                                    that the visit ever had this kind
 *   each registry event with attributes         its raw record was accepted (ce_source + ce_id before '#')
 * visit, contact and tally say nothing more: each accepted record writes at least one registry event. The registry's
 * compaction lag (45 days) is longer than the claims live (30), and a key's latest event stays.
 */
#ifndef BERBAGI_INGEST_FACT_H
#define BERBAGI_INGEST_FACT_H

#include "common/wire/envelope.h"
#include "common/wire/topics.h"
#include "services/ingest/memory.h"
#include "services/ingest/view.h"

enum fact_type { FACT_NONE, FACT_THING, FACT_FORGET, FACT_VISIT, FACT_REFERRAL };

struct fact {
    enum fact_type type;
    struct view_key claim;   /* len 0 = none */
    struct view_key subject; /* the entity or the visit */
    struct thing thing;      /* of a visit: regency and order.time; of FACT_FORGET: regency */
    char period[REF_SIZE];   /* of a visit */
    enum referral_kind kind; /* of a referral */
};

/* How long claims and visits are remembered, from the append of the event that says so. */
#define CLAIM_TTL_MS (INT64_C(30) * 86400000)
#define VISIT_TTL_MS (INT64_C(400) * 86400000)

/* One event of our output, as it lies in the log. */
struct own_event {
    enum topic topic; /* TOPIC_REGISTRY or TOPIC_REFERRAL */
    struct str key, value;
    bool tombstone;
    const struct header *headers;
    size_t header_count;
};

/* 0, or -EBADMSG: not an event of ours. */
must_check int fact_read(const struct own_event *event, struct fact *out);

/* Adds to the memory. The keys must have been loaded. at: when the event was appended, or now; now: what is older than
 * its time to live leaves nothing. */
void fact_apply(struct view *v, struct buf *scratch, const struct fact *f, int64_t at, int64_t now);

struct view_key fact_claim(const char *source, const char *raw_id);
/* The berbagi_version header, or a version, as a number: an edition, a count, 0 for types without. -EINVAL. */
must_check int fact_version(const char *text, int64_t *out);

#endif
