#include "common/daemon/health.h"

#include <stdlib.h>

#include "common/core/clock.h"

#define JSON_TYPE "application/json"
#define METRICS_TYPE "text/plain; version=0.0.4"

void health_init(struct probes *h, int64_t liveness_timeout_ms)
{
    *h = (struct probes){ .liveness_timeout_ms = liveness_timeout_ms };
    dependencies_init(&h->dependencies);
    health_beat(h);
}

void health_done(struct probes *h)
{
    dependencies_done(&h->dependencies);
}

void health_beat(struct probes *h)
{
    atomic_store(&h->beat_at, clock_mono_ms());
}

void health_add_metrics(struct probes *h, const struct metrics *m)
{
    size_t i = atomic_fetch_add(&h->metrics_count, 1);
    if (i >= HEALTH_METRICS_MAX)
        abort();
    atomic_store(&h->metrics[i], m);
}

bool health_is_ready(const struct probes *h, bool draining)
{
    return atomic_load(&h->assigned) && !draining;
}

void health_write(struct probes *h, bool draining, struct buf *out)
{
    struct json_out w = { .b = out };
    json_out_open(&w, '{');
    json_out_key(&w, "ready");
    json_out_bool(&w, health_is_ready(h, draining));
    json_out_key(&w, "assigned");
    json_out_bool(&w, atomic_load(&h->assigned));
    json_out_key(&w, "standby");
    json_out_bool(&w, atomic_load(&h->standby));
    json_out_key(&w, "draining");
    json_out_bool(&w, draining);
    json_out_key(&w, "dependencies");
    dependencies_write(&h->dependencies, &w);
    json_out_close(&w, '}');
    buf_append_char(out, '\n');
}

static void answer(struct http_request *request, int status, const char *type, struct buf *body)
{
    if (body->error != 0)
        http_answer(request, 500, "text/plain", STR_LIT("out of memory\n"));
    else
        http_answer(request, status, type, buf_str(body));
    buf_done(body);
}

void health_livez(void *arg, struct http_request *request)
{
    const struct probes *h = arg;
    bool alive = clock_mono_ms() - atomic_load(&h->beat_at) <= h->liveness_timeout_ms;
    http_answer(request, alive ? 200 : 503, "text/plain",
                alive ? STR_LIT("alive\n") : STR_LIT("the loop stands still\n"));
}

void health_readyz(void *arg, struct http_request *request)
{
    struct probes *h = arg;
    bool draining = daemon_stopping();
    struct buf body;
    buf_init(&body, HEALTH_BODY_MAX);
    health_write(h, draining, &body);
    answer(request, health_is_ready(h, draining) ? 200 : 503, JSON_TYPE, &body);
}

void health_metrics(void *arg, struct http_request *request)
{
    struct probes *h = arg;
    struct buf body;
    buf_init(&body, HEALTH_BODY_MAX);
    size_t count = atomic_load(&h->metrics_count);
    for (size_t i = 0; i < count && i < HEALTH_METRICS_MAX; i++)
        if (atomic_load(&h->metrics[i]) != NULL)
            metrics_write(atomic_load(&h->metrics[i]), &body);
    answer(request, 200, METRICS_TYPE, &body);
}
