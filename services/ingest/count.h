/*
 * Tallies of one transaction: per raw partition what became of each record, by source and type (contract, "tally").
 *
 * next - from of every tally is the number of records counted: where a partition's offsets have a gap (the marker of a
 * producer's transaction), another tally begins.
 */
#ifndef BERBAGI_INGEST_COUNT_H
#define BERBAGI_INGEST_COUNT_H

#include "common/wire/tally.h"
#include "common/wire/topics.h"
#include "services/ingest/decide.h"

struct counted {
    enum topic topic;
    struct tally tally;
    int64_t last_append;  /* append time of the last record counted */
    struct counted *next; /* the ones begun later come first */
};

struct count {
    struct counted *used, *spare;
    struct counted *last; /* the one counted in last: mostly the next one, too */
};

/* Accepts a zeroed one. */
void count_done(struct count *c);
/* Forgets what was counted, keeps the memory. */
void count_reset(struct count *c);

/* Counts one record; `code` with FATE_REJECTED. prefix: of topic names. 0 or -ENOMEM. */
must_check int count_record(struct count *c, const char *prefix, int32_t partition, int64_t offset,
                            int64_t append_time, const struct intake *in, enum fate fate, enum reject_code code);

/* The event of a tally: its key (and ce_id), and its envelope. */
void count_event(const struct counted *t, struct buf *key, struct envelope *envelope);

#endif
