/* Pure: a priority queue of numbered things by time: the earliest first, equal times by number. */
#ifndef BERBAGI_NOTIFIER_QUEUE_H
#define BERBAGI_NOTIFIER_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/cleanup.h"

struct queue_entry {
    int64_t at;
    uint32_t item;
};

/* Zeroed = empty. */
struct queue {
    struct queue_entry *heap;
    size_t count, capacity;
};

void queue_done(struct queue *q);
must_check int queue_push(struct queue *q, int64_t at, uint32_t item); /* 0 or -ENOMEM */
/* The earliest; false if empty. */
bool queue_first(const struct queue *q, struct queue_entry *out);
void queue_drop_first(struct queue *q);

#endif
