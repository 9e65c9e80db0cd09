#include <errno.h>
#include <stdlib.h>

#include "common/core/log.h"
#include "common/daemon/regions.h"
#include "services/reporting/reporting.h"

enum { STATEMENT_MAX = 4096 };

const struct conf_key reporting_settings[] = {
    PG_LOOP_SETTINGS,
    { "REGIONS_FILE", CONF_FILE, .fallback = "common/domain/data/regions.csv", .required = true,
      .doc = "the region table: names of places in the views" },
};
const size_t reporting_setting_count = ARRAY_LEN(reporting_settings);

enum { METRIC_ROWS, METRIC_REJECTED, METRIC_UNKNOWN_FIELDS };

static const char *const table_names[] = { "household", "asn", "donation", "period", "delivery", "visit", "referral",
                                           "tally", "tally_count", "assignment", "plan", "notification",
                                           "household_ended", "asn_ended", "donation_ended" };
_Static_assert(ARRAY_LEN(table_names) == TABLE_COUNT, "a name for each table");

static const struct metric_def metric_defs[] = {
    [METRIC_ROWS] = { .name = "berbagi_reporting_rows_total",
                      .help = "Rows written, by table.",
                      .type = METRIC_COUNTER,
                      .labels = { { "table", table_names, TABLE_COUNT } } },
    [METRIC_REJECTED] = { .name = "berbagi_reporting_rejected_total",
                          .help = "Records that could not be read.",
                          .type = METRIC_COUNTER },
    [METRIC_UNKNOWN_FIELDS] = { .name = "berbagi_reporting_unknown_fields_total",
                                .help = "Fields of newer writers that were passed over.",
                                .type = METRIC_COUNTER },
};

static void stop_reporting(struct reporting **r)
{
    reporting_stop(*r);
}

int reporting_start(struct daemon *d, void **self)
{
    struct reporting *r cleanup(stop_reporting) = calloc(1, sizeof(*r));
    if (r == NULL)
        return -ENOMEM;
    batch_init(&r->batch);
    for (int table = 0; table < TABLE_COUNT; table++) {
        buf_init(&r->statements[table], STATEMENT_MAX);
        table_statement(&r->statements[table], (enum table)table);
        if (buf_cstr(&r->statements[table]) == NULL)
            return -ENOMEM;
    }
    r->capacity = (size_t)conf_int(daemon_conf(d), "BATCH_RECORDS");
    r->records = calloc(r->capacity, sizeof(*r->records));
    r->metrics = metrics_new(metric_defs, ARRAY_LEN(metric_defs));
    if (r->records == NULL || r->metrics == NULL)
        return -ENOMEM;
    daemon_metrics(d, r->metrics);
    int error = daemon_regions(d, &r->regions);
    if (error < 0)
        return error;
    *self = take_ptr(r);
    return 0;
}

void reporting_stop(void *self)
{
    struct reporting *r = self;
    if (r == NULL)
        return;
    batch_done(&r->batch);
    for (int table = 0; table < TABLE_COUNT; table++)
        buf_done(&r->statements[table]);
    free(r->records);
    metrics_free(r->metrics);
    region_free(r->regions);
    free(r);
}

static int prepare(void *self, struct pg *pg)
{
    struct reporting *r = self;
    return schema_prepare(pg, r->regions);
}

static int batch(void *self, const struct record *records, struct reject *rejects, size_t n,
                 struct pg_statement *statements)
{
    struct reporting *r = self;
    if (n > r->capacity)
        return -E2BIG;
    for (size_t i = 0; i < n; i++)
        r->records[i] = (struct batch_record){ .topic = records[i].topic, .key = records[i].key,
                                               .value = records[i].value, .tombstone = records[i].tombstone };
    batch_reset(&r->batch);
    int error = batch_build(&r->batch, r->records, n);
    if (error < 0)
        return error;
    for (size_t i = 0; i < n; i++)
        rejects[i] = r->records[i].reject;
    int count = 0;
    for (int table = 0; table < TABLE_COUNT; table++) {
        if (r->batch.row_count[table] == 0)
            continue;
        statements[count] = (struct pg_statement){ .name = table_name((enum table)table), .param_count = 1, .want = -1,
                                                   .sql = buf_cstr(&r->statements[table]) };
        statements[count].params[0] = buf_cstr(&r->batch.rows[table]);
        if (statements[count].params[0] == NULL)
            return -ENOMEM;
        count++;
    }
    return count;
}

static void committed(void *self, size_t n)
{
    struct reporting *r = self;
    for (uint32_t table = 0; table < TABLE_COUNT; table++)
        metrics_add(r->metrics, METRIC_ROWS, table, 0, 0, (int64_t)r->batch.row_count[table]);
    for (size_t i = 0; i < n; i++)
        metrics_add(r->metrics, METRIC_REJECTED, 0, 0, 0, r->records[i].reject.code != REJECT_NONE);
    metrics_add(r->metrics, METRIC_UNKNOWN_FIELDS, 0, 0, 0, (int64_t)r->batch.unknown_fields);
}

int reporting_run(struct daemon *d, void *self)
{
    static const struct pg_handler handler = {
        .inputs = { TOPIC_REGISTRY, TOPIC_VISIT, TOPIC_REFERRAL, TOPIC_TALLY, TOPIC_DECISION, TOPIC_NOTIFICATION },
        .input_count = 6,
        .prepare = prepare,
        .batch = batch,
        .committed = committed,
    };
    return pg_loop_run(d, &handler, self);
}
