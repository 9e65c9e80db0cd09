/* What the files of common/daemon share. */
#ifndef BERBAGI_DAEMON_DAEMON_INTERNAL_H
#define BERBAGI_DAEMON_DAEMON_INTERNAL_H

#include "common/daemon/daemon.h"
#include "common/daemon/health.h"
#include "common/io/http_server.h"
#include "common/io/kafka_conf.h"

enum { DAEMON_ROUTES_MAX = 11, DAEMON_CLIENT_ID_SIZE = 128 };

struct daemon {
    const struct service *service;
    struct conf *conf;
    struct kafka_settings kafka;
    char client_id[DAEMON_CLIENT_ID_SIZE]; /* <service>-<INSTANCE>: transactional.id, group.instance.id, client.id */
    struct probes health;
    struct http_route routes[DAEMON_ROUTES_MAX];
    size_t route_count;
    struct http_server *server;
    struct metrics *own_metrics; /* the loop's; freed once nobody can ask for them */
};

/* The moment the first TERM or INT came, monotonic ms; 0 = none yet. */
int64_t daemon_stop_since(void);
/* Serves the set and frees it at the end. */
void daemon_own_metrics(struct daemon *d, struct metrics *m);
const char *daemon_client_id(const struct daemon *d);

#endif
