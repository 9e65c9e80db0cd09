/*
 * The committed memory in Redis: loaded for a batch in one round trip, changed after a commit in one MULTI together
 * with the mark (mark.h). Calls tell the dependency `redis` whether it is there.
 *
 * All return 0; -EAGAIN: Redis is away or refuses (full, loading, read-only); -ESTALE: it holds something else than we
 * last wrote: the view must be restored; -EBADMSG: a value that isn't ours; -ENOMEM.
 */
#ifndef BERBAGI_INGEST_STORE_H
#define BERBAGI_INGEST_STORE_H

#include "common/daemon/daemon.h"
#include "services/ingest/mark.h"
#include "services/ingest/view.h"

enum { STORE_KEYS_MAX = 4096 };

struct store;

/* Connects to nothing yet. -EINVAL: the URL can't be read. */
must_check int store_open(struct daemon *d, struct store **out);
/* Accepts NULL. */
void store_close(struct store *s);

/* Reads the mark into an initialised one; without a mark in Redis its offsets stay 0. *what: as of mark_read(), with
 * -EINVAL. From then on the store expects what was read. */
must_check int store_mark(struct store *s, struct mark *m, const char **what);

/* Loads n <= STORE_KEYS_MAX wanted keys into the view. */
must_check int store_load(struct store *s, struct view *v, const struct view_key *const *keys, size_t n);

/* Writes the view's changes and the mark, all or nothing. May be called again after -EAGAIN. */
must_check int store_save(struct store *s, const struct view *v, const struct mark *m);

#endif
