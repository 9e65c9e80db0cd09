/* What the transactional loop counts. Only committed transactions count as records handled and written. */
#ifndef BERBAGI_DAEMON_TXN_METRICS_H
#define BERBAGI_DAEMON_TXN_METRICS_H

#include "common/core/metrics.h"
#include "common/wire/topics.h"

enum txn_metric {
    TXN_METRIC_RECORDS,      /* by topic, by outcome: done 0, reject 1 */
    TXN_METRIC_WRITTEN,      /* by topic */
    TXN_METRIC_TRANSACTIONS, /* committed 0, aborted 1 */
    TXN_METRIC_COMMIT,       /* us */
    TXN_METRIC_RESTORE,      /* ms, the last one */
    TXN_METRIC_LAG,          /* by topic */
    TXN_METRIC_HELD,         /* partitions */
    TXN_METRIC_STANDBY,      /* 1 = another process of this service works, or is given all there is */
};

/* NULL without memory. metrics_free() frees it. */
must_check struct metrics *txn_metrics_new(void);

#endif
