/*
 * Pure: a batch of canonical records as the statements that bring the tables to them. Of several records with one key
 * only the last counts; rows are in the order of their keys, so that two processes never lock in opposite orders.
 */
#ifndef BERBAGI_REPORTING_BATCH_H
#define BERBAGI_REPORTING_BATCH_H

#include "common/core/buf.h"
#include "common/wire/reject.h"
#include "common/wire/topics.h"
#include "services/reporting/tables.h"

/* One record, as the loop got it; slices are borrowed until batch_done(). */
struct batch_record {
    enum topic topic;
    struct str key, value;
    bool tombstone;
    /* Out: what is wrong with it; code REJECT_NONE if nothing is. */
    struct reject reject;
};

struct batch {
    struct buf rows[TABLE_COUNT];  /* a JSON array each, or empty */
    size_t row_count[TABLE_COUNT];
    struct buf key;                /* scratch */
    uint64_t unknown_fields;       /* passed over in records of a newer writer */
};

void batch_init(struct batch *b);
void batch_done(struct batch *b);
/* Forgets the rows, keeps the memory. */
void batch_reset(struct batch *b);

/*
 * Turns n records into rows. A record that can't be decoded gets its `reject` and no row. 0, or -ENOMEM/-E2BIG: then
 * nothing of the batch may be used.
 */
must_check int batch_build(struct batch *b, struct batch_record *records, size_t n);

#endif
