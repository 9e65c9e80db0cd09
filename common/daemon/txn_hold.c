#include "common/daemon/txn_hold.h"

#include <errno.h>
#include <stdlib.h>

int txn_holds_own(struct txn_holds *h, size_t n)
{
    txn_holds_clear(h);
    h->holds = calloc(n + 1, sizeof(*h->holds));
    if (h->holds == NULL)
        return -ENOMEM;
    h->count = n;
    return 0;
}

static void empty(struct txn_hold *q)
{
    for (size_t i = 0; i < q->count; i++)
        kafka_kept_free(q->queue[q->head + i]);
    free(q->queue);
    free(q->ends);
    *q = (struct txn_hold){ .queue = NULL };
}

void txn_holds_drop(struct txn_holds *h)
{
    for (size_t i = 0; i < h->count; i++)
        empty(&h->holds[i]);
    h->active = 0;
}

void txn_holds_clear(struct txn_holds *h)
{
    txn_holds_drop(h);
    free(h->holds);
    *h = (struct txn_holds){ .holds = NULL };
}

int txn_hold_append(struct txn_holds *h, size_t slot, struct kafka_kept *record)
{
    struct txn_hold *q = &h->holds[slot];
    if (q->head + q->count == q->capacity) {
        size_t capacity = q->capacity * 2 + 16;
        struct kafka_kept **queue = reallocarray(q->queue, capacity, sizeof(struct kafka_kept *));
        if (queue == NULL) {
            kafka_kept_free(record);
            return -ENOMEM;
        }
        q->queue = queue;
        q->capacity = capacity;
    }
    h->active += q->count == 0;
    q->queue[q->head + q->count++] = record;
    q->bytes += kafka_kept_bytes(record);
    return 0;
}

struct kafka_kept *txn_hold_peek(const struct txn_holds *h, size_t slot, size_t i)
{
    const struct txn_hold *q = &h->holds[slot];
    return i < q->count ? q->queue[q->head + i] : NULL;
}

void txn_hold_pop(struct txn_holds *h, size_t slot, size_t n)
{
    struct txn_hold *q = &h->holds[slot];
    for (size_t i = 0; i < n && q->count > 0; i++) {
        q->bytes -= kafka_kept_bytes(q->queue[q->head]);
        kafka_kept_free(q->queue[q->head]);
        q->head++;
        q->count--;
        h->active -= q->count == 0;
    }
    if (q->count == 0)
        empty(q);
}

bool txn_hold_is_full(const struct txn_holds *h, size_t slot)
{
    const struct txn_hold *q = &h->holds[slot];
    return q->count >= TXN_HOLD_RECORDS_MAX || q->bytes >= TXN_HOLD_BYTES_MAX;
}

int txn_hold_wait(struct txn_holds *h, size_t slot, const struct place *ends, size_t n)
{
    struct txn_hold *q = &h->holds[slot];
    struct place *copy = calloc(n + 1, sizeof(*copy));
    if (copy == NULL)
        return -ENOMEM;
    memcpy(copy, ends, n * sizeof(*copy));
    free(q->ends);
    q->ends = copy;
    q->end_count = n;
    q->open = false;
    return 0;
}

// Its own partition needs no wait: what came before the record there was handled before it.
static bool is_reached(const struct txn_holds *h, const struct txn_offsets *o, size_t slot, bool full_counts)
{
    const struct txn_hold *q = &h->holds[slot];
    for (size_t i = 0; i < q->end_count; i++) {
        int32_t other = txn_offsets_find(o, q->ends[i].topic, q->ends[i].partition);
        if (other < 0 || (size_t)other == slot || o->slots[other].fetched >= q->ends[i].offset)
            continue;
        if (!full_counts || !txn_hold_is_full(h, (size_t)other))
            return false;
    }
    return true;
}

static int32_t earliest(const struct txn_holds *h, const struct txn_offsets *o, bool full_counts)
{
    int32_t best = -1;
    int64_t best_time = 0;
    for (size_t slot = 0; slot < h->count; slot++) {
        if (h->holds[slot].count == 0 || h->holds[slot].ends == NULL || h->holds[slot].open)
            continue;
        int64_t time = kafka_kept_record(txn_hold_peek(h, slot, 0))->append_time;
        if ((best < 0 || time < best_time) && is_reached(h, o, slot, full_counts)) {
            best = (int32_t)slot;
            best_time = time;
        }
    }
    return best;
}

int32_t txn_hold_ready(const struct txn_holds *h, const struct txn_offsets *o)
{
    if (h->active == 0)
        return -1;
    int32_t slot = earliest(h, o, false);
    return slot >= 0 ? slot : earliest(h, o, true);
}
