/*
 * /livez, /readyz and /metrics. They look at our own state only: no probe ever asks another server.
 */
#ifndef BERBAGI_DAEMON_HEALTH_H
#define BERBAGI_DAEMON_HEALTH_H

#include <stdatomic.h>

#include "common/core/metrics.h"
#include "common/daemon/dependency.h"
#include "common/io/http_server.h"

enum { HEALTH_METRICS_MAX = 8, HEALTH_BODY_MAX = 1024 * 1024 };

struct probes {
    atomic_bool assigned, standby;
    atomic_llong beat_at;          /* monotonic ms */
    int64_t liveness_timeout_ms;
    struct dependencies dependencies;
    const struct metrics *_Atomic metrics[HEALTH_METRICS_MAX];
    atomic_size_t metrics_count;
};

void health_init(struct probes *h, int64_t liveness_timeout_ms);
void health_done(struct probes *h);
void health_beat(struct probes *h);
/* A set for /metrics; more than HEALTH_METRICS_MAX end the program: a slip in the code. */
void health_add_metrics(struct probes *h, const struct metrics *m);

/* Pure: what /readyz says. */
bool health_is_ready(const struct probes *h, bool draining);
void health_write(struct probes *h, bool draining, struct buf *out);

/* Handlers of routes; arg is the struct probes. */
void health_livez(void *arg, struct http_request *request);
void health_readyz(void *arg, struct http_request *request);
void health_metrics(void *arg, struct http_request *request);

#endif
