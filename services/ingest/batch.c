/* A batch in chunks: each is read, its keys are loaded in one round trip, then its records are decided in order. */
#include <errno.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "services/ingest/ingest.h"

/* What follows a held record in its partition waits with it. */
static bool behind_held(const struct ingest *i, const struct record *r)
{
    for (size_t h = 0; h < i->held_count; h++)
        if (i->held[h].topic == r->topic && i->held[h].partition == r->partition)
            return true;
    return false;
}

static int hold(struct ingest *i, const struct record *r)
{
    if (i->held_count == HELD_MAX)
        return -E2BIG;
    i->held[i->held_count++] = (struct topic_partition){ r->topic, r->partition };
    return 0;
}

static void want(void *arg, const struct view_key *key)
{
    struct ingest *i = arg;
    if (view_want(&i->view, key))
        i->chunk->keys[i->chunk->key_count++] = key;
}

/* Reads records from *next on until the chunk is full. 0 or -ENOMEM. */
static int read_chunk(struct ingest *i, const struct record *records, size_t n, size_t *next)
{
    struct chunk *c = i->chunk;
    c->count = c->bytes = c->key_count = 0;
    for (; *next < n && c->count < CHUNK_RECORDS; (*next)++) {
        const struct record *r = &records[*next];
        size_t size = (intake_raw_size(r->topic) + 15) & ~(size_t)15;
        if (c->bytes + size > CHUNK_BYTES)
            break;
        struct intake *in = &c->intakes[c->count];
        struct str value = r->tombstone ? (struct str){ NULL, 0 } : r->value;
        int error = intake_read(in, r->topic, r->headers, r->header_count, value, r->append_time, i->regions,
                                &i->secrets, (union raw_any *)(void *)(c->raw + c->bytes));
        if (error != 0)
            return error;
        intake_want(in, want, i);
        c->record[c->count++] = *next;
        c->bytes += size;
    }
    return 0;
}

/* berbagi_origin: topic/partition/offset of the raw record. */
static void write_origin(struct ingest *i, const struct record *r, char out[ORIGIN_SIZE])
{
    struct buf *b = &i->scratch;
    buf_reset(b);
    buf_append_cstr(b, i->prefix);
    buf_append_cstr(b, topic_name(r->topic));
    buf_append_char(b, '/');
    buf_append_int(b, r->partition);
    buf_append_char(b, '/');
    buf_append_int(b, r->offset);
    if (!str_copy(out, ORIGIN_SIZE, buf_str(b)))
        out[0] = '\0';
}

static void write_events(struct ingest *i, const struct record *r, const struct intake *in, struct output *out)
{
    struct emission *e = &i->emission;
    struct envelope envelope = in->envelope;
    write_origin(i, r, envelope.origin);
    for (int k = 0; k < e->event_count; k++) {
        const struct emitted *event = &e->events[k];
        int32_t partition = output_partition(out, event->regency);
        emission_envelope(e, k, in->envelope.id, &envelope);
        output_event(out, &(struct event){
            .topic = event->topic, .partition = partition, .key = emission_key(e, k), .value = emission_value(e, k),
            .tombstone = event->tombstone, .envelope = &envelope,
        });
        if (event->topic == TOPIC_REGISTRY || event->topic == TOPIC_REFERRAL)
            i->touched[event->topic == TOPIC_REFERRAL][partition] = true;
    }
}

static void add_figures(struct ingest *i, const struct intake *in, enum fate fate, enum reject_code code)
{
    i->figures.fates[in->topic][fate]++;
    if (fate == FATE_REJECTED)
        i->figures.codes[code]++;
    if (fate == FATE_ACCEPTED)
        for (int w = 1; w < WARNING_CODES; w++)
            i->figures.warnings[w] += in->warnings.count[w];
}

/* Decides one record. 0 or a negative errno. */
static int settle(struct ingest *i, const struct record *r, struct intake *in, int64_t now, enum outcome *outcome,
                  struct output *out)
{
    uint8_t nonce[CIPHER_NONCE] = { 0 };
    struct decide_context context = { &i->secrets, nonce, now, r->released };
    struct reject reject;
    if (behind_held(i, r)) {
        *outcome = OUTCOME_HOLD;
        return 0;
    }
    int error = intake_seals(in) ? cipher_random(nonce) : 0;
    if (error != 0)
        return error;
    enum fate fate = decide(&context, &i->view, in, &i->emission, &reject);
    if (i->view.error != 0 || i->emission.error != 0)
        return i->view.error != 0 ? i->view.error : i->emission.error;
    if (fate == FATE_HELD) {
        *outcome = OUTCOME_HOLD;
        return hold(i, r);
    }
    if (fate == FATE_REJECTED)
        output_reject(out, r, &reject);
    if (fate == FATE_ACCEPTED)
        write_events(i, r, in, out);
    *outcome = fate == FATE_REJECTED ? OUTCOME_REJECT : OUTCOME_DONE;
    enum reject_code code = fate == FATE_REJECTED ? reject.code : REJECT_NONE;
    add_figures(i, in, fate, code);
    return count_record(&i->count, i->prefix, r->partition, r->offset, r->append_time, in, fate, code);
}

enum result ingest_batch(void *self, const struct record *records, enum outcome *outcomes, size_t n,
                         struct output *out)
{
    struct ingest *i = self;
    int64_t now = clock_now_ms();
    i->output = out;
    i->held_count = 0;
    for (size_t next = 0; next < n;) {
        int error = read_chunk(i, records, n, &next);
        if (error == 0)
            error = store_load(i->store, &i->view, i->chunk->keys, i->chunk->key_count);
        for (size_t k = 0; k < i->chunk->count && error == 0; k++) {
            size_t at = i->chunk->record[k];
            error = settle(i, &records[at], &i->chunk->intakes[k], now, &outcomes[at], out);
        }
        if (error != 0)
            return ingest_answer(i, error);
    }
    return RESULT_OK;
}
