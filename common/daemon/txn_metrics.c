#include "common/daemon/txn_metrics.h"

// The order is that of enum topic.
static const char *const topics[] = {
    "raw.household", "raw.asn", "raw.donation", "raw.period", "raw.visit",
    "registry", "visit", "referral", "contact", "tally",
    "decision", "notification", "suppression", "raw.gateway", "rejected",
};
_Static_assert(ARRAY_LEN(topics) == TOPIC_COUNT, "one name for each topic");

static const char *const outcomes[] = { "done", "reject" };
static const char *const ends[] = { "committed", "aborted" };
static const int64_t commit_us[] = { 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000, 5000000 };

#define BY_TOPIC { "topic", topics, TOPIC_COUNT }

static const struct metric_def defs[] = {
    [TXN_METRIC_RECORDS] = { "berbagi_records_total", "Records handled in committed transactions.", METRIC_COUNTER,
                             { BY_TOPIC, { "outcome", outcomes, ARRAY_LEN(outcomes) } }, NULL, 0, 0 },
    [TXN_METRIC_WRITTEN] = { "berbagi_written_total", "Records written in committed transactions.", METRIC_COUNTER,
                             { BY_TOPIC }, NULL, 0, 0 },
    [TXN_METRIC_TRANSACTIONS] = { "berbagi_transactions_total", "Kafka transactions by their end.", METRIC_COUNTER,
                                  { { "end", ends, ARRAY_LEN(ends) } }, NULL, 0, 0 },
    [TXN_METRIC_COMMIT] = { "berbagi_commit_seconds", "Time of one commit, offsets and markers included.",
                            METRIC_HISTOGRAM, { { NULL, NULL, 0 } }, commit_us, ARRAY_LEN(commit_us), 1000000 },
    [TXN_METRIC_RESTORE] = { "berbagi_restore_seconds", "Time of the last restore of state.", METRIC_GAUGE,
                             { { NULL, NULL, 0 } }, NULL, 0, 1000 },
    [TXN_METRIC_LAG] = { "berbagi_lag_records", "Records of our partitions that are not handled yet.", METRIC_GAUGE,
                         { BY_TOPIC }, NULL, 0, 0 },
    [TXN_METRIC_HELD] = { "berbagi_held_partitions", "Partitions in which a record waits for the barrier.",
                          METRIC_GAUGE,
                          { { NULL, NULL, 0 } }, NULL, 0, 0 },
    [TXN_METRIC_STANDBY] = { "berbagi_standby", "1 while another process of the service has the work, ours waits.",
                             METRIC_GAUGE, { { NULL, NULL, 0 } }, NULL, 0, 0 },
};

struct metrics *txn_metrics_new(void)
{
    return metrics_new(defs, ARRAY_LEN(defs));
}
