/*
 * The rows that one trigger changes in one period: each is remembered as it was, so that what has come back to its
 * former content is not published, and what is published comes in the order of the household tokens.
 */
#ifndef BERBAGI_ALLOCATOR_CHANGE_H
#define BERBAGI_ALLOCATOR_CHANGE_H

#include "services/allocator/emit.h"

struct change {
    uint32_t household;
    struct row before; /* state ROW_NONE: there was none */
};

struct changes {
    struct regency *r;
    uint32_t period;
    struct change *list;
    uint32_t count, capacity;
};

void changes_done(struct changes *c);
/* Forgets what it held; memory is kept. */
void changes_start(struct changes *c, struct regency *r, uint32_t period);

/* Gives row->household's row this content, a new row if it has none; the view follows. 0 or -ENOMEM. */
must_check int changes_set(struct changes *c, const struct row *row);

/* Drops rows whose content is as before, sorts the rest by household token. */
void changes_settle(struct changes *c);

/* After settling: is it all mere delivery by the planned givers? */
bool changes_only_delivered(const struct changes *c);

/* Stamps the rows with a revision and publishes them. 0 or the sink's failure. */
must_check int changes_publish(struct changes *c, struct emitter *e, uint32_t revision);

#endif
