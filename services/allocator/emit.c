#include "services/allocator/emit.h"

#include <errno.h>
#include <stdio.h>

void emit_init(struct emitter *e)
{
    *e = (struct emitter){ 0 };
    buf_init(&e->key, 1024);
    buf_init(&e->value, EMIT_VALUE_MAX);
}

void emit_done(struct emitter *e)
{
    buf_done(&e->key);
    buf_done(&e->value);
}

void emit_start(struct emitter *e, const struct allocator_sink *sink, const struct regency *r, int64_t offset,
                int64_t time)
{
    e->sink = sink;
    e->regency = r->code;
    e->partition = r->partition;
    e->offset = offset;
    e->time = time;
    e->n = 0;
    e->hashing = false;
}

void emit_digest_start(struct emitter *e, const struct plan_state *p)
{
    e->hashing = true;
    digest_start(&e->digest);
    if (p->digest[0] != '\0') {
        digest_add_cstr(&e->digest, p->digest);
        digest_add(&e->digest, "\n", 1);
    }
}

void emit_digest_end(struct emitter *e, char out[DIGEST_SIZE])
{
    uint8_t hash[DIGEST_BYTES];
    digest_end(&e->digest, hash);
    digest_hex(hash, sizeof(hash), out);
    e->hashing = false;
}

static int publish(struct emitter *e, const char *type, const struct assignment *row, const struct plan *plan)
{
    struct envelope *v = &e->envelope;
    if (e->key.error != 0 || e->value.error != 0)
        return e->key.error != 0 ? e->key.error : e->value.error;
    e->n++;
    snprintf(v->id, sizeof(v->id), "registry/%d/%lld/%lld", e->partition, (long long)e->offset, (long long)e->n);
    snprintf(v->source, sizeof(v->source), "//berbagi/allocator");
    snprintf(v->type, sizeof(v->type), "id.berbagi.%s.v1", type);
    snprintf(v->subject, sizeof(v->subject), "%04d", e->regency);
    v->time = e->time;
    struct allocator_output out = {
        .regency = e->regency, .key = buf_str(&e->key), .value = buf_str(&e->value), .envelope = v,
        .row = row, .plan = plan,
    };
    return e->sink->event(e->sink->arg, &out);
}

void emit_fill_row(const struct regency *r, uint32_t period, const struct row *row, struct assignment *out)
{
    const struct household_state *h = &r->households[row->household];
    *out = (struct assignment){
        .regency = r->code,
        .revision = (int32_t)row->revision,
        .village = row->place == NO_PLACE ? 0 : r->places[row->place].id,
        .state = row->state,
        .reason = row->reason,
        .class = { .decile = (int8_t)row->decile, .band = (int8_t)row->band, .waiting = (int8_t)row->waiting },
        .distance_m = row->distance_m,
    };
    (void)str_copy(out->period, sizeof(out->period), str_from(period_name(r, period)));
    (void)str_copy(out->household, sizeof(out->household), str_from(household_token(r, row->household)));
    (void)str_copy(out->household_ref, sizeof(out->household_ref), str_from(texts_get(&r->texts, h->ref)));
    if (row->giver == NO_ID)
        return;
    const struct giver_state *g = &r->givers[row->giver];
    out->giver.kind = g->kind;
    (void)str_copy(out->giver.id, sizeof(out->giver.id), str_from(giver_id(r, row->giver)));
    const char *ref = g->kind == GIVER_PARTNER ? "partner" : texts_get(&r->texts, g->ref);
    (void)str_copy(out->giver_ref, sizeof(out->giver_ref), str_from(g->known ? ref : ""));
}

int emit_row(struct emitter *e, const struct regency *r, uint32_t period, const struct row *row)
{
    emit_fill_row(r, period, row, &e->row);
    buf_reset(&e->key);
    buf_reset(&e->value);
    assignment_key_write(&e->key, &e->row);
    assignment_encode(&e->value, &e->row);
    if (e->hashing && e->value.error == 0) {
        digest_add(&e->digest, e->value.data, e->value.len);
        digest_add(&e->digest, "\n", 1);
    }
    e->counts->rows++;
    return publish(e, "assignment", &e->row, NULL);
}

int emit_plan(struct emitter *e)
{
    buf_reset(&e->key);
    buf_reset(&e->value);
    plan_key_write(&e->key, &e->plan);
    plan_encode(&e->value, &e->plan);
    return publish(e, "plan", NULL, &e->plan);
}
