/*
 * Records that can't be read, put into `rejected` outside a transaction: for the loop whose effect is in Postgres.
 * They are flushed before the offsets move, so none is lost; after a crash one may be there twice.
 */
#ifndef BERBAGI_DAEMON_SET_ASIDE_H
#define BERBAGI_DAEMON_SET_ASIDE_H

#include "common/daemon/daemon.h"
#include "common/io/record.h"
#include "common/wire/reject.h"

struct set_aside;

must_check int set_aside_open(struct daemon *d, struct set_aside **out);
void set_aside_close(struct set_aside **s); /* accepts NULL inside, nulls the pointer */

/* Queues one record as it came, with the reason in headers. 0 or a negative errno. */
must_check int set_aside(struct set_aside *s, const struct record *record, const struct reject *reject);
/* Waits until all are at the broker: 0, or -EAGAIN. Free of charge if there are none. */
must_check int set_aside_flush(struct set_aside *s);

#endif
