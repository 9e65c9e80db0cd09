#include "services/notifier/queue.h"

#include <errno.h>
#include <stdlib.h>

void queue_done(struct queue *q)
{
    free(q->heap);
    *q = (struct queue){ 0 };
}

static bool earlier(struct queue_entry a, struct queue_entry b)
{
    return a.at != b.at ? a.at < b.at : a.item < b.item;
}

int queue_push(struct queue *q, int64_t at, uint32_t item)
{
    if (q->count == q->capacity) {
        size_t capacity = q->capacity == 0 ? 256 : q->capacity * 2;
        struct queue_entry *heap = reallocarray(q->heap, capacity, sizeof(*heap));
        if (heap == NULL)
            return -ENOMEM;
        q->heap = heap;
        q->capacity = capacity;
    }
    struct queue_entry entry = { at, item };
    size_t place = q->count++;
    while (place > 0 && earlier(entry, q->heap[(place - 1) / 2])) {
        q->heap[place] = q->heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    q->heap[place] = entry;
    return 0;
}

bool queue_first(const struct queue *q, struct queue_entry *out)
{
    if (q->count == 0)
        return false;
    *out = q->heap[0];
    return true;
}

void queue_drop_first(struct queue *q)
{
    if (q->count == 0)
        return;
    struct queue_entry entry = q->heap[--q->count];
    size_t place = 0;
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= q->count)
            break;
        if (child + 1 < q->count && earlier(q->heap[child + 1], q->heap[child]))
            child++;
        if (!earlier(q->heap[child], entry))
            break;
        q->heap[place] = q->heap[child];
        place = child;
    }
    if (q->count > 0)
        q->heap[place] = entry;
}
