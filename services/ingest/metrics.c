#include "services/ingest/ingest.h"

enum metric { M_RECORDS, M_REJECTED, M_WARNINGS };

static const char *const types[] = { "household", "asn", "donation", "period", "visit" };
static const char *const fates[FATES] = { "accepted", "duplicate", "stale", "rejected" };

struct metrics *ingest_metrics_new(struct ingest_metric_table *t)
{
    t->codes[REJECT_NONE] = t->warnings[WARNING_NONE] = "none"; // never counted
    for (int code = 1; code < REJECT_CODES; code++)
        t->codes[code] = reject_code_name((enum reject_code)code);
    for (int code = 1; code < WARNING_CODES; code++)
        t->warnings[code] = warning_code_name((enum warning_code)code);
    t->definitions[M_RECORDS] = (struct metric_def){
        .name = "berbagi_ingest_records_total", .help = "raw records by type and what became of them",
        .type = METRIC_COUNTER, .labels = { { "type", types, ARRAY_LEN(types) }, { "fate", fates, FATES } },
    };
    t->definitions[M_REJECTED] = (struct metric_def){
        .name = "berbagi_ingest_rejected_total", .help = "refused records by reason",
        .type = METRIC_COUNTER, .labels = { { "code", t->codes, REJECT_CODES } },
    };
    t->definitions[M_WARNINGS] = (struct metric_def){
        .name = "berbagi_ingest_warnings_total", .help = "details of accepted records that could not be read",
        .type = METRIC_COUNTER, .labels = { { "code", t->warnings, WARNING_CODES } },
    };
    return metrics_new(t->definitions, ARRAY_LEN(t->definitions));
}

void ingest_metrics_add(struct ingest *i)
{
    const struct ingest_figures *f = &i->figures;
    for (uint32_t type = 0; type < ARRAY_LEN(types); type++)
        for (uint32_t fate = 0; fate < FATES; fate++)
            if (f->fates[type][fate] != 0)
                metrics_add(i->metrics, M_RECORDS, type, fate, 0, f->fates[type][fate]);
    for (uint32_t code = 1; code < REJECT_CODES; code++)
        if (f->codes[code] != 0)
            metrics_add(i->metrics, M_REJECTED, code, 0, 0, f->codes[code]);
    for (uint32_t code = 1; code < WARNING_CODES; code++)
        if (f->warnings[code] != 0)
            metrics_add(i->metrics, M_WARNINGS, code, 0, 0, f->warnings[code]);
}
