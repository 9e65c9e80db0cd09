#include "services/allocator/evidence.h"

#include "common/core/json_out.h"

static void put_int(struct json_out *w, const char *name, int64_t value)
{
    json_out_key(w, name);
    json_out_int(w, value);
}

static void put_text(struct json_out *w, const char *name, const char *value)
{
    json_out_key(w, name);
    json_out_text(w, value);
}

static void end_line(struct json_out *w)
{
    json_out_close(w, '}');
    buf_append_char(w->b, '\n');
    w->comma = false;
}

static void put_verdict(struct json_out *w, const struct allocator_evidence *e)
{
    const struct alloc_problem *p = e->problem;
    json_out_open(w, '{');
    put_int(w, "regency", e->regency);
    put_text(w, "period", e->period);
    put_text(w, "trigger", wire_word(&wire_triggers, e->trigger));
    put_int(w, "offset", e->offset);
    put_int(w, "failure", e->failure);
    put_text(w, "broken", certify_rule_name(e->verdict.broken));
    put_text(w, "household", e->household);
    put_text(w, "giver", e->giver);
    put_text(w, "seed", p->seed);
    put_int(w, "lambda_m", p->lambda_m);
    json_out_key(w, "deciles");
    json_out_open(w, '[');
    for (int32_t i = 0; i < p->n_deciles; i++)
        json_out_int(w, p->deciles[i]);
    json_out_close(w, ']');
    end_line(w);
}

static void put_earmark(struct json_out *w, const struct alloc_earmark *e)
{
    json_out_open(w, '{');
    json_out_key(w, "earmark_villages");
    json_out_open(w, '[');
    for (int32_t i = 0; i < e->n_villages; i++)
        json_out_int(w, e->villages[i]);
    json_out_close(w, ']');
    json_out_key(w, "districts");
    json_out_open(w, '[');
    for (int32_t i = 0; i < e->n_districts; i++)
        json_out_int(w, e->districts[i]);
    json_out_close(w, ']');
    put_int(w, "deciles", e->deciles);
    end_line(w);
}

static void put_giver(struct json_out *w, const struct alloc_problem *p, int32_t g)
{
    const struct alloc_giver *giver = &p->givers[g];
    json_out_open(w, '{');
    put_text(w, "giver", alloc_giver_id(p, g));
    put_int(w, "index", g);
    put_int(w, "kind", giver->kind);
    put_int(w, "quota", giver->quota);
    put_int(w, "taken", giver->taken);
    put_int(w, "place_0", giver->place[0]);
    put_int(w, "place_1", giver->place[1]);
    put_int(w, "own", giver->own);
    put_int(w, "earmark", giver->earmark);
    end_line(w);
}

static void put_household(struct json_out *w, const struct alloc_problem *p, int32_t h)
{
    const struct alloc_household *household = &p->households[h];
    json_out_open(w, '{');
    put_text(w, "household", alloc_household_id(p, h));
    put_int(w, "index", h);
    put_int(w, "state", household->state);
    put_int(w, "class", household->cls);
    put_int(w, "village", household->village);
    put_int(w, "planned", household->planned);
    put_int(w, "foster", household->foster);
    end_line(w);
}

void evidence_write(struct buf *out, const struct allocator_evidence *e)
{
    struct json_out w = { .b = out };
    const struct alloc_problem *p = e->problem;
    put_verdict(&w, e);
    for (int32_t i = 0; i < p->n_villages; i++) {
        json_out_open(&w, '{');
        put_int(&w, "village", p->villages[i].id);
        put_int(&w, "x", p->villages[i].x);
        put_int(&w, "y", p->villages[i].y);
        put_int(&w, "z", p->villages[i].z);
        end_line(&w);
    }
    for (int32_t i = 0; i < p->n_earmarks; i++)
        put_earmark(&w, &p->earmarks[i]);
    for (int32_t g = 0; g < p->n_givers; g++)
        put_giver(&w, p, g);
    for (int32_t h = 0; h < p->n_households; h++)
        if (p->households[h].state != ALLOC_ABSENT)
            put_household(&w, p, h);
    for (int32_t i = 0; i < e->n_changes; i++) {
        json_out_open(&w, '{');
        put_int(&w, "change", e->changes[i].household);
        put_int(&w, "giver", e->changes[i].giver);
        end_line(&w);
    }
}

