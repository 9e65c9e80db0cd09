/*
 * What a daemon depends on, each up or away since when and why: for /readyz and one log line per change. Thread-safe.
 * The functions that services use are declared in daemon.h.
 */
#ifndef BERBAGI_DAEMON_DEPENDENCY_H
#define BERBAGI_DAEMON_DEPENDENCY_H

#include <pthread.h>

#include "common/core/json_out.h"
#include "common/daemon/daemon.h"

enum { DEPENDENCIES_MAX = 8, DEPENDENCY_NAME_SIZE = 32, DEPENDENCY_WHY_SIZE = 160 };

struct dependency {
    pthread_mutex_t *lock;
    char name[DEPENDENCY_NAME_SIZE];
    bool up, told;
    int64_t since; /* ms, real time */
    char why[DEPENDENCY_WHY_SIZE];
};

struct dependencies {
    pthread_mutex_t lock;
    size_t count;
    struct dependency list[DEPENDENCIES_MAX];
};

void dependencies_init(struct dependencies *d);
void dependencies_done(struct dependencies *d);
/* The one of that name, a new one if there is none. More than DEPENDENCIES_MAX end the program: a slip in the code. */
struct dependency *dependencies_get(struct dependencies *d, const char *name);
/* An array: [{"name":"kafka","up":false,"since":"…","why":"…"}], why only while it is away. */
void dependencies_write(struct dependencies *d, struct json_out *w);

#endif
