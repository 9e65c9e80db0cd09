/*
 * The mark of the view in Redis: whose output it is a view of, and up to where (ARCHITECTURE.md, section 3).
 *
 * A line each: format, cluster id, topic prefix, then the next offset per partition of `registry` and of `referral`,
 * the two topics that the memory follows from. The view is a function of these offsets: the same text, the same view.
 * So comparing the text shows a Redis that was emptied, restored from a backup, or written by somebody else.
 */
#ifndef BERBAGI_INGEST_MARK_H
#define BERBAGI_INGEST_MARK_H

#include "common/core/buf.h"

enum {
    MARK_CLUSTER_SIZE = 64, MARK_PREFIX_SIZE = 64, MARK_TOPICS = 2, MARK_MAX_PARTITIONS = 10000,
    MARK_TEXT_MAX = 1 << 19,
};

struct mark {
    char cluster[MARK_CLUSTER_SIZE], prefix[MARK_PREFIX_SIZE];
    int32_t partitions;
    int64_t *next[MARK_TOPICS]; /* registry, referral; owned */
};

/* All offsets 0. 0, -EINVAL (a name too long), -ENOMEM. */
must_check int mark_init(struct mark *m, const char *cluster, const char *prefix, int32_t partitions);
/* Accepts a zeroed one. */
void mark_done(struct mark *m);

void mark_write(struct buf *b, const struct mark *m);
/*
 * Takes the offsets from a text into a mark that was init'ed with what is expected. 0; -EINVAL: of another format,
 * cluster, prefix or count of partitions, *what names it, *m untouched.
 */
must_check int mark_read(struct mark *m, struct str text, const char **what);

#endif
