#include "common/daemon/txn_offsets.h"

#include <errno.h>
#include <stdlib.h>

static int grow_index(struct txn_offsets *o, enum topic topic, int32_t partition)
{
    if (partition < o->sizes[topic])
        return 0;
    int32_t size = partition + 1;
    int32_t *index = reallocarray(o->index[topic], (size_t)size, sizeof(*index));
    if (index == NULL)
        return -ENOMEM;
    for (int32_t i = o->sizes[topic]; i < size; i++)
        index[i] = -1;
    o->index[topic] = index;
    o->sizes[topic] = size;
    return 0;
}

int txn_offsets_own(struct txn_offsets *o, const struct place *places, size_t n)
{
    txn_offsets_clear(o);
    o->slots = calloc(n + 1, sizeof(*o->slots));
    if (o->slots == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct place *p = &places[i];
        if (grow_index(o, p->topic, p->partition) != 0) {
            txn_offsets_clear(o);
            return -ENOMEM;
        }
        o->slots[i] = (struct offset_slot){ p->topic, p->partition, p->offset, p->offset, p->offset };
        o->index[p->topic][p->partition] = (int32_t)i;
    }
    o->count = n;
    return 0;
}

void txn_offsets_clear(struct txn_offsets *o)
{
    for (size_t t = 0; t < TOPIC_COUNT; t++)
        free(o->index[t]);
    free(o->slots);
    *o = (struct txn_offsets){ .slots = NULL };
}

int32_t txn_offsets_find(const struct txn_offsets *o, enum topic topic, int32_t partition)
{
    if ((unsigned)topic >= TOPIC_COUNT || partition < 0 || partition >= o->sizes[topic])
        return -1;
    return o->index[topic][partition];
}

void txn_offsets_settle(struct txn_offsets *o)
{
    for (size_t i = 0; i < o->count; i++)
        o->slots[i].first = o->slots[i].next;
}

void txn_offsets_rewind(struct txn_offsets *o)
{
    for (size_t i = 0; i < o->count; i++)
        o->slots[i].next = o->slots[i].fetched = o->slots[i].first;
}

void txn_offsets_refetch(struct txn_offsets *o)
{
    for (size_t i = 0; i < o->count; i++)
        o->slots[i].fetched = o->slots[i].next;
}

void txn_offsets_next(const struct txn_offsets *o, struct place *out)
{
    for (size_t i = 0; i < o->count; i++)
        out[i] = (struct place){ o->slots[i].topic, o->slots[i].partition, o->slots[i].next };
}
