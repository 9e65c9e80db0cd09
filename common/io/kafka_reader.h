/*
 * Reads logs outside any group, committed records only: for restoring state and for tools.
 */
#ifndef BERBAGI_IO_KAFKA_READER_H
#define BERBAGI_IO_KAFKA_READER_H

#include "common/io/kafka.h"

struct kafka_reader;

/* 0; -EINVAL with `why` (KAFKA_WHY_SIZE). Connects in the background. */
must_check int kafka_reader_open(const struct kafka_settings *settings, struct kafka_reader **out, char *why);
void kafka_reader_close(struct kafka_reader **r); /* accepts NULL, nulls the pointer */

/* Called at least every 100 ms while a call waits: false = give up (-ECANCELED). */
void kafka_reader_on_wait(struct kafka_reader *r, bool (*wait)(void *arg), void *arg);

/* First offset and read-uncommitted high watermark. 0, -EAGAIN, -ENOENT. */
must_check int kafka_reader_range(struct kafka_reader *r, enum topic topic, int32_t partition, int64_t *begin,
                                  int64_t *end);
/* Read-uncommitted high watermarks of many partitions in few round trips. Fills places[].offset. 0 or -EAGAIN. */
must_check int kafka_reader_ends(struct kafka_reader *r, struct place *places, size_t n, int timeout_ms);
/* The count of partitions. 0, -EAGAIN, -ENOENT. */
must_check int kafka_reader_partitions(struct kafka_reader *r, enum topic topic, int timeout_ms, int32_t *count);

/*
 * Gives every committed record with from <= offset < to to `each`, in order. to = -1: the read-uncommitted high
 * watermark at the call. Stops at the first non-zero answer of `each` and returns it. 0 = all read. *next (may be
 * NULL) = where a later read would go on. -EAGAIN: no broker, or no progress for a minute (an open transaction in the
 * way); -ECANCELED; -ENOENT.
 */
must_check int kafka_reader_read(struct kafka_reader *r, enum topic topic, int32_t partition, int64_t from, int64_t to,
                                 int (*each)(void *arg, const struct record *record), void *arg, int64_t *next);

/* "" if not known yet. */
const char *kafka_reader_cluster_id(struct kafka_reader *r);

#endif
