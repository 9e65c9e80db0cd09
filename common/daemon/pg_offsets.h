/*
 * Where a reader stands, kept in the table sink_offset beside the rows (pg_loop.h). A place is changed first, then
 * committed or rolled back with the transaction.
 */
#ifndef BERBAGI_DAEMON_PG_OFFSETS_H
#define BERBAGI_DAEMON_PG_OFFSETS_H

#include "common/core/buf.h"
#include "common/io/kafka.h"
#include "common/io/pg.h"

/* Zeroed = none owned. */
struct pg_offsets {
    struct place *places;   /* offset: where fetching goes on */
    int64_t *committed;     /* next_off as Postgres has it */
    int64_t *epochs;
    size_t count;
    bool waiting;           /* owned, but not claimed in Postgres yet */
    const struct kafka_settings *settings;
    struct buf json;        /* parameter of the statement under way */
};

void pg_offsets_done(struct pg_offsets *o);

/* Takes over an assignment; `settings` give the topics' full names. 0 or -ENOMEM. */
must_check int pg_offsets_own(struct pg_offsets *o, const struct kafka_settings *settings, const struct place *places,
                              size_t n);
void pg_offsets_disown(struct pg_offsets *o);
/* Raises the epochs and reads next_off: from now on a former owner's transactions fail. 0, -EAGAIN, -EPROTO,
 * -ENOMEM. */
must_check int pg_offsets_claim(struct pg_offsets *o, struct pg *pg);

/* Reads next_off again, after a break: a transaction may stand whose answer was lost. Epochs stay. 0, -EAGAIN,
 * -EPROTO, -ENOMEM. */
must_check int pg_offsets_refresh(struct pg_offsets *o, struct pg *pg);

/* The record is in the transaction; or the end was reached, control records behind the last record included. */
void pg_offsets_advance(struct pg_offsets *o, const struct record *record);
void pg_offsets_reach(struct pg_offsets *o, const struct place *end);
/* The statement that moves them, if nobody else did: it must touch as many rows as it wants. Valid until the next
 * call. */
void pg_offsets_statement(struct pg_offsets *o, struct pg_statement *out);
void pg_offsets_commit(struct pg_offsets *o);
void pg_offsets_rollback(struct pg_offsets *o);

/* After -ESTALE: 1 and the first place that has another owner; 0 if there is none; -EAGAIN, -EPROTO, -ENOMEM. */
must_check int pg_offsets_find_lost(struct pg_offsets *o, struct pg *pg, size_t *place);
void pg_offsets_drop(struct pg_offsets *o, size_t place);

#endif
