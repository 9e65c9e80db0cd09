/*
 * The skeleton of a service: life cycle, settings, health, metrics. A service's main.c is a declaration:
 *
 *     static const struct service ingest = { .name = "ingest", … };
 *     int main(int argc, char **argv) { return daemon_main(&ingest, argc, argv); }
 *
 * daemon_main() knows --help, --version, --print-config, --check-config; reads the settings table (the common keys and
 * the service's own), refuses all wrong ones at once and an unknown BERBAGI_* variable; logs one start line with the
 * effective settings, secrets masked; serves /livez, /readyz, /metrics; calls start, run, stop. TERM and INT set the
 * stop flag: the loop drains with a deadline (DRAIN_TIMEOUT), a second signal exits at once. PIPE is ignored. Core
 * dumps are switched off. Exit codes: 0 asked to stop, 1 runtime failure, 64 usage, 78 settings (sysexits).
 */
#ifndef BERBAGI_DAEMON_DAEMON_H
#define BERBAGI_DAEMON_DAEMON_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/core/cleanup.h"
#include "common/core/conf.h"

struct daemon;
struct http_route;
struct kafka_settings;
struct metrics;

struct service {
    const char *name;    /* "ingest": group berbagi-ingest, transactional.id ingest-<INSTANCE> */
    const char *summary; /* one line for --help */
    const struct conf_key *settings;
    size_t setting_count;

    /* Builds the service's own state from settings. Must not wait for any server. Negative errno = exit 78, after it
     * has said why in the log. */
    int (*start)(struct daemon *d, void **self);
    /* The loop: txn_loop_run() or pg_loop_run() with the service's handler. 0 = asked to stop; negative = exit 1. */
    int (*run)(struct daemon *d, void *self);
    /* Accepts NULL. */
    void (*stop)(void *self);
};

int daemon_main(const struct service *service, int argc, char **argv);

const struct conf *daemon_conf(const struct daemon *d);
const char *daemon_name(const struct daemon *d);
/* From the common settings: how to reach Kafka. */
const struct kafka_settings *daemon_kafka(const struct daemon *d);

/* Within start() only: what the daemon serves besides /livez, /readyz and /metrics (at most 8 routes), and sets of
 * metrics for /metrics (at most 4). Both must live until stop(). */
void daemon_serve(struct daemon *d, const struct http_route *route);
void daemon_metrics(struct daemon *d, const struct metrics *m);

/* Set by TERM or INT; the only global of its kind. Loops look at it at least every 100 ms. */
bool daemon_stopping(void);

/*
 * A dependency ("kafka", "redis", "postgres", "gateway") as /readyz shows it: up, or away since when and why. The log
 * gets one line when it goes and one when it is back, however often it is told. At most 8 per daemon. Thread-safe.
 * A new dependency is away ("not tried yet").
 */
struct dependency;
struct dependency *daemon_dependency(struct daemon *d, const char *name);
void dependency_up(struct dependency *dep);
/* `why`: a short text without personal data; copied. */
void dependency_down(struct dependency *dep, const char *why);

/* /readyz is 200 once the loop has its assignment (daemon_assigned(true)) and is not draining. */
void daemon_assigned(struct daemon *d, bool assigned);
/* Shown by /readyz: assigned, but another process of the service has the work. */
void daemon_standby(struct daemon *d, bool standby);
/* /livez looks at our own loop only: 503 if no beat came for LIVENESS_TIMEOUT. Loops call it every turn. */
void daemon_beat(struct daemon *d);

#endif
