#include <errno.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/daemon/txn_internal.h"

enum { NOTE_MS = 2000, NOTE_EVERY_MS = 200 };

enum step txn_answer(struct txn_loop *l, enum result result)
{
    switch (result) {
    case RESULT_OK:
        return STEP_OK;
    case RESULT_RETRY:
        return txn_start_over(l, true);
    case RESULT_ABORT:
        return txn_start_over(l, false);
    case RESULT_FATAL:
        break;
    }
    return STEP_FATAL;
}

static struct offset_slot *slot_of(struct txn_loop *l, const struct record *r, size_t *slot)
{
    int32_t i = txn_offsets_find(&l->offsets, r->topic, r->partition);
    if (i < 0)
        return NULL;
    *slot = (size_t)i;
    return &l->offsets.slots[i];
}

static enum step out_of_memory(struct txn_loop *l)
{
    log_error("no_memory");
    return txn_start_over(l, true);
}

static enum step call_handler(struct txn_loop *l, const struct record *records, size_t n)
{
    enum step step = txn_begin(l);
    if (step != STEP_OK)
        return step;
    return txn_answer(l, l->handler->batch(l->self, records, l->outcomes, n, &l->output));
}

static void settle(struct txn_loop *l, struct offset_slot *slot, const struct record *r, enum outcome outcome)
{
    slot->next = r->offset + 1;
    l->records++;
    l->handled[r->topic][outcome]++;
}

// A handler that goes on behind a record it held would have that effect twice.
static enum step slip(const struct record *r)
{
    log_error("handled_behind_a_held_record", LOG_STR("topic", topic_name(r->topic)),
              LOG_INT("partition", r->partition), LOG_INT("offset", r->offset));
    return STEP_FATAL;
}

// ---- held records

static enum step keep(struct txn_loop *l, struct kafka_batch *batch, size_t i, size_t slot)
{
    struct kafka_kept *kept = kafka_batch_keep(l->consumer, batch, i);
    if (kept == NULL || txn_hold_append(&l->holds, slot, kept) != 0)
        return out_of_memory(l);
    if (txn_hold_is_full(&l->holds, slot)) {
        const struct offset_slot *s = &l->offsets.slots[slot];
        kafka_consumer_pause(l->consumer, &(struct place){ s->topic, s->partition, s->fetched }, 1);
        log_warn("hold_full", LOG_STR("topic", topic_name(s->topic)), LOG_INT("partition", s->partition));
    }
    return STEP_OK;
}

// The ends of all partitions, for every queue that waits without them. While Kafka does not tell, they stay unknown.
static enum step note_ends(struct txn_loop *l)
{
    bool wanted = false;
    for (size_t i = 0; i < l->holds.count; i++)
        wanted |= l->holds.holds[i].count > 0 && l->holds.holds[i].ends == NULL;
    if (!wanted || clock_mono_ms() - l->noted_at < NOTE_EVERY_MS)
        return STEP_OK;
    txn_offsets_next(&l->offsets, l->places);
    if (kafka_reader_ends(l->reader.kafka, l->places, l->offsets.count, NOTE_MS) != 0) {
        l->noted_at = clock_mono_ms();
        return STEP_OK;
    }
    for (size_t i = 0; i < l->holds.count; i++)
        if (l->holds.holds[i].count > 0 && l->holds.holds[i].ends == NULL &&
            txn_hold_wait(&l->holds, i, l->places, l->offsets.count) != 0)
            return out_of_memory(l);
    return STEP_OK;
}

// What a queue gives the handler next; the first one of a queue just opened is `released`.
static size_t take_from(struct txn_loop *l, size_t slot, struct record *records, size_t max)
{
    struct txn_hold *q = &l->holds.holds[slot];
    size_t n = 0;
    for (; n < max && n < q->count; n++) {
        records[n] = *kafka_kept_record(txn_hold_peek(&l->holds, slot, n));
        records[n].released = n == 0 && !q->open;
    }
    q->open = true;
    return n;
}

static void drop_handled(struct txn_loop *l, size_t slot, size_t n)
{
    bool was_full = txn_hold_is_full(&l->holds, slot);
    txn_hold_pop(&l->holds, slot, n);
    if (!was_full || txn_hold_is_full(&l->holds, slot))
        return;
    const struct offset_slot *s = &l->offsets.slots[slot];
    const struct place place = { s->topic, s->partition, s->fetched };
    kafka_consumer_resume(l->consumer, &place, 1);
    (void)!kafka_consumer_seek(l->consumer, &place, 1); // it stands there already: only what was in flight is dropped
}

static enum step feed(struct txn_loop *l, size_t slot)
{
    struct record *records = l->released;
    const enum outcome *outcomes = l->outcomes;
    size_t n = take_from(l, slot, records, KAFKA_BATCH_MAX);
    enum step step = call_handler(l, records, n);
    if (step != STEP_OK)
        return step;
    size_t done = 0;
    for (; done < n && outcomes[done] != OUTCOME_HOLD; done++)
        settle(l, &l->offsets.slots[slot], &records[done], outcomes[done]);
    for (size_t i = done; i < n; i++)
        if (outcomes[i] != OUTCOME_HOLD)
            return slip(&records[i]);
    bool held_again = done < n;
    drop_handled(l, slot, done);
    struct txn_hold *q = &l->holds.holds[slot];
    if (held_again) {
        q->open = false;
        q->end_count = 0;
        free_ptr(&q->ends);
        q->ends = NULL;
    }
    return STEP_OK;
}

static enum step feed_released(struct txn_loop *l)
{
    for (size_t i = 0; i < l->holds.count; i++)
        if (l->holds.holds[i].open && l->holds.holds[i].count > 0)
            return feed(l, i);
    int32_t ready = txn_hold_ready(&l->holds, &l->offsets);
    return ready >= 0 ? feed(l, (size_t)ready) : STEP_OK;
}

// ---- what a poll brought

// Moves the records that are the handler's now to the front; the others are kept, or are not ours.
static enum step sort_batch(struct txn_loop *l, struct kafka_batch *batch, size_t *count)
{
    size_t n = 0, slot;
    for (size_t i = 0; i < batch->count; i++) {
        struct offset_slot *s = slot_of(l, &batch->records[i], &slot);
        if (s == NULL || batch->records[i].offset < s->fetched)
            continue;
        s->fetched = batch->records[i].offset + 1;
        if (!txn_hold_is_active(&l->holds, slot)) {
            batch->records[n++] = batch->records[i];
            continue;
        }
        enum step step = keep(l, batch, i, slot);
        if (step != STEP_OK)
            return step;
    }
    *count = n;
    return STEP_OK;
}

static enum step take_outcomes(struct txn_loop *l, struct kafka_batch *batch, size_t n)
{
    size_t slot = 0;
    for (size_t i = 0; i < n; i++) {
        struct offset_slot *s = slot_of(l, &batch->records[i], &slot);
        if (l->outcomes[i] == OUTCOME_HOLD) {
            enum step step = keep(l, batch, i, slot);
            if (step != STEP_OK)
                return step;
        } else if (txn_hold_is_active(&l->holds, slot)) {
            return slip(&batch->records[i]);
        } else {
            settle(l, s, &batch->records[i], l->outcomes[i]);
        }
    }
    return STEP_OK;
}

// The position at the end of a partition lies behind the markers of transactions.
static void take_ends(struct txn_loop *l, const struct kafka_batch *batch)
{
    for (size_t i = 0; i < batch->end_count; i++) {
        int32_t slot = txn_offsets_find(&l->offsets, batch->ends[i].topic, batch->ends[i].partition);
        if (slot < 0)
            continue;
        struct offset_slot *s = &l->offsets.slots[slot];
        if (batch->ends[i].offset <= s->fetched)
            continue;
        s->fetched = batch->ends[i].offset;
        if (!txn_hold_is_active(&l->holds, (size_t)slot))
            s->next = s->fetched;
    }
}

enum step txn_handle(struct txn_loop *l, struct kafka_batch *batch)
{
    size_t n = 0;
    enum step step = sort_batch(l, batch, &n);
    if (step == STEP_OK && n > 0)
        step = call_handler(l, batch->records, n);
    if (step == STEP_OK)
        step = take_outcomes(l, batch, n);
    if (step != STEP_OK)
        return step;
    take_ends(l, batch);
    if (l->holds.active > 0)
        step = note_ends(l);
    return step == STEP_OK && l->holds.active > 0 ? feed_released(l) : step;
}
