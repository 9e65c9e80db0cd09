#include "common/daemon/dependency.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/core/civil.h"
#include "common/core/clock.h"
#include "common/core/log.h"

void dependencies_init(struct dependencies *d)
{
    *d = (struct dependencies){ .count = 0 };
    pthread_mutex_init(&d->lock, NULL);
}

void dependencies_done(struct dependencies *d)
{
    pthread_mutex_destroy(&d->lock);
}

struct dependency *dependencies_get(struct dependencies *d, const char *name)
{
    pthread_mutex_lock(&d->lock);
    struct dependency *found = NULL;
    for (size_t i = 0; i < d->count && found == NULL; i++)
        if (strcmp(d->list[i].name, name) == 0)
            found = &d->list[i];
    if (found == NULL) {
        if (d->count == DEPENDENCIES_MAX)
            abort();
        found = &d->list[d->count++];
        *found = (struct dependency){ .lock = &d->lock, .since = clock_now_ms(), .why = "not tried yet" };
        snprintf(found->name, sizeof(found->name), "%s", name);
    }
    pthread_mutex_unlock(&d->lock);
    return found;
}

void dependency_up(struct dependency *dep)
{
    pthread_mutex_lock(dep->lock);
    bool changed = !dep->up;
    if (changed) {
        dep->up = true;
        dep->since = clock_now_ms();
        dep->why[0] = '\0';
    }
    pthread_mutex_unlock(dep->lock);
    if (changed)
        log_info("dependency_up", LOG_STR("dependency", dep->name));
}

void dependency_down(struct dependency *dep, const char *why)
{
    pthread_mutex_lock(dep->lock);
    bool changed = dep->up || !dep->told;
    if (changed) {
        if (dep->up)
            dep->since = clock_now_ms();
        dep->up = false;
        dep->told = true;
        snprintf(dep->why, sizeof(dep->why), "%s", why);
    }
    pthread_mutex_unlock(dep->lock);
    if (changed)
        log_warn("dependency_away", LOG_STR("dependency", dep->name), LOG_STR("why", why));
}

void dependencies_write(struct dependencies *d, struct json_out *w)
{
    pthread_mutex_lock(&d->lock);
    json_out_open(w, '[');
    for (size_t i = 0; i < d->count; i++) {
        const struct dependency *dep = &d->list[i];
        char since[INSTANT_TEXT_SIZE];
        instant_format(dep->since, since);
        json_out_open(w, '{');
        json_out_key(w, "name");
        json_out_text(w, dep->name);
        json_out_key(w, "up");
        json_out_bool(w, dep->up);
        json_out_key(w, "since");
        json_out_text(w, since);
        if (!dep->up) {
            json_out_key(w, "why");
            json_out_text(w, dep->why);
        }
        json_out_close(w, '}');
    }
    json_out_close(w, ']');
    pthread_mutex_unlock(&d->lock);
}
