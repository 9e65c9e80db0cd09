/*
 * The daemon around the core: restores partitions from the logs, feeds records in, publishes what comes out.
 */
#ifndef BERBAGI_ALLOCATOR_HANDLE_H
#define BERBAGI_ALLOCATOR_HANDLE_H

#include "common/daemon/daemon.h"

extern const struct conf_key allocator_settings[];
extern const size_t allocator_setting_count;

int allocator_start(struct daemon *d, void **self);
int allocator_run(struct daemon *d, void *self);
void allocator_stop(void *self);

#endif
