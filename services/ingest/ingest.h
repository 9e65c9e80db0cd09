/* Ingest's context: what the hooks of the transactional loop share. */
#ifndef BERBAGI_INGEST_INGEST_H
#define BERBAGI_INGEST_INGEST_H

#include "common/core/metrics.h"
#include "common/daemon/txn_loop.h"
#include "services/ingest/count.h"
#include "services/ingest/settings.h"
#include "services/ingest/store.h"

/* Records of one round trip to Redis, and the bytes that they may take when decoded (one always fits). */
enum { CHUNK_RECORDS = 512, CHUNK_BYTES = 512 * 1024, HELD_MAX = 4096 };

struct chunk {
    struct intake intakes[CHUNK_RECORDS];
    size_t record[CHUNK_RECORDS]; /* its index in the batch */
    size_t count, bytes;
    const struct view_key *keys[3 * CHUNK_RECORDS];
    size_t key_count;
    _Alignas(16) char raw[CHUNK_BYTES];
};

/* What the open transaction will add to the metrics once it stands. */
struct ingest_figures {
    int64_t fates[5][FATES], codes[REJECT_CODES], warnings[WARNING_CODES];
};

/* The metrics' table, which must outlive them. */
struct ingest_metric_table {
    const char *codes[REJECT_CODES], *warnings[WARNING_CODES];
    struct metric_def definitions[3];
};

struct ingest {
    struct daemon *daemon;
    const char *prefix;           /* of topic names */
    int32_t partitions;           /* of every canonical topic */
    struct secrets secrets;
    struct region_table *regions;
    struct metrics *metrics;
    struct ingest_metric_table metric_table;
    struct store *store;
    struct mark mark;             /* up to where the view goes */
    struct view view;             /* the open transaction */
    struct emission emission;
    struct count count;
    struct ingest_figures figures;
    struct buf scratch;
    struct chunk *chunk;
    struct output *output;        /* the loop's; there since the first batch */
    bool *touched[MARK_TOPICS];   /* partitions written to in the open transaction */
    struct topic_partition held[HELD_MAX]; /* partitions of the batch at hand with a held record */
    size_t held_count;
};

/* handle.c: the declaration's hooks. */
int ingest_start(struct daemon *d, void **self);
int ingest_run(struct daemon *d, void *self);
void ingest_stop(void *self);

/* handle.c: drops the open transaction. */
void ingest_forget(struct ingest *i);
/* handle.c: what a store's answer means to the loop; logs what can't be mended. */
enum result ingest_answer(struct ingest *i, int error);

/* batch.c, restore.c: hooks of the loop. */
enum result ingest_batch(void *self, const struct record *records, enum outcome *outcomes, size_t n,
                         struct output *out);
enum result ingest_restore(void *self, const struct topic_partition *owned, size_t n, struct log_reader *reader);

/* metrics.c */
must_check struct metrics *ingest_metrics_new(struct ingest_metric_table *table);
void ingest_metrics_add(struct ingest *i);

#endif
