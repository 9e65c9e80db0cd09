/* Reporting's context. */
#ifndef BERBAGI_REPORTING_REPORTING_H
#define BERBAGI_REPORTING_REPORTING_H

#include "common/core/metrics.h"
#include "common/daemon/pg_loop.h"
#include "common/domain/region.h"
#include "services/reporting/batch.h"

struct reporting {
    struct region_table *regions;
    struct batch batch;
    struct buf statements[TABLE_COUNT]; /* made once */
    struct batch_record *records;
    size_t capacity;
    struct metrics *metrics;
};

extern const struct conf_key reporting_settings[];
extern const size_t reporting_setting_count;

int reporting_start(struct daemon *d, void **self);
int reporting_run(struct daemon *d, void *self);
void reporting_stop(void *self);

/* schema.c: migrations under a lock, and the names of places. Errors as pg_loop.h's prepare. */
must_check int schema_prepare(struct pg *pg, const struct region_table *regions);

#endif
