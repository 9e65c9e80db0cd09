#include "services/ingest/memory.h"

#include "common/domain/token.h"

enum { FLAG_ENDED = 1, FLAG_WAS = 2 };

int order_compare(const struct order *a, const struct order *b)
{
    if (a->version != b->version)
        return a->version < b->version ? -1 : 1;
    return a->time < b->time ? -1 : a->time > b->time;
}

static void put_number(struct buf *b, int64_t number)
{
    uint64_t n = ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0); // sign in the lowest bit
    char bytes[10];
    size_t count = 0;
    do {
        bytes[count++] = (char)((n & 0x7f) | (n > 0x7f ? 0x80 : 0));
        n >>= 7;
    } while (n != 0);
    buf_append(b, bytes, count);
}

static bool take_number(struct str *s, int64_t *number)
{
    uint64_t n = 0;
    for (unsigned shift = 0; shift < 64 && s->n > 0; shift += 7) {
        uint8_t byte = (uint8_t)*s->p++;
        s->n--;
        n |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *number = (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
            return true;
        }
    }
    return false;
}

static bool take_token(struct str *s, char out[TOKEN_SIZE])
{
    int64_t key;
    if (!take_number(s, &key) || key < 1 || key > 999 || s->n < TOKEN_BYTES)
        return false;
    token_write((int32_t)key, (const uint8_t *)s->p, out);
    *s = (struct str){ s->p + TOKEN_BYTES, s->n - TOKEN_BYTES };
    return true;
}

static void put_thing(struct buf *b, const struct thing *t)
{
    int32_t key = 0;
    uint8_t bytes[TOKEN_BYTES];
    bool was = t->was[0] != '\0' && token_parse(str_from(t->was), &key, bytes) == 0;
    put_number(b, t->regency);
    put_number(b, (t->ended ? FLAG_ENDED : 0) | (was ? FLAG_WAS : 0));
    put_number(b, t->order.version);
    put_number(b, t->order.time);
    if (was) {
        put_number(b, key);
        buf_append(b, bytes, sizeof bytes);
    }
}

static bool take_thing(struct str *s, struct thing *t)
{
    int64_t regency, flags;
    if (s->n == 0 || !take_number(s, &regency) || !take_number(s, &flags) || !take_number(s, &t->order.version) ||
        !take_number(s, &t->order.time))
        return false;
    t->regency = (int32_t)regency;
    t->ended = (flags & FLAG_ENDED) != 0;
    t->was[0] = '\0';
    return (flags & FLAG_WAS) == 0 || take_token(s, t->was);
}

bool entity_in(struct str value, int32_t regency, struct thing *out)
{
    struct thing t;
    while (take_thing(&value, &t)) {
        if (t.regency == regency) {
            *out = t;
            return true;
        }
    }
    return false;
}

/* Two that have both ended at the same order: the smaller code, so that the answer follows from the set alone. */
static bool later(const struct thing *a, const struct thing *b)
{
    int order = order_compare(&a->order, &b->order);
    if (order != 0)
        return order > 0;
    return a->ended != b->ended ? b->ended : a->regency < b->regency;
}

bool entity_now(struct str value, struct thing *out)
{
    struct thing t;
    bool found = false;
    while (take_thing(&value, &t)) {
        if (!found || later(&t, out))
            *out = t;
        found = true;
    }
    return found;
}

void entity_remove(struct buf *b, struct str value, int32_t regency)
{
    struct thing t;
    struct str rest = value;
    while (take_thing(&rest, &t)) {
        if (t.regency != regency)
            buf_append(b, value.p, (size_t)(rest.p - value.p));
        value = rest;
    }
}

/* The regencies ascending: one set of things has one form. */
void entity_set(struct buf *b, struct str value, const struct thing *thing)
{
    struct thing t;
    struct str rest = value;
    bool written = false;
    while (take_thing(&rest, &t)) {
        if (!written && t.regency >= thing->regency) {
            put_thing(b, thing);
            written = true;
        }
        if (t.regency != thing->regency)
            buf_append(b, value.p, (size_t)(rest.p - value.p));
        value = rest;
    }
    if (!written)
        put_thing(b, thing);
}

bool entity_valid(struct str value)
{
    struct thing t;
    while (value.n > 0)
        if (!take_thing(&value, &t))
            return false;
    return true;
}

bool visit_memory_read(struct str value, struct visit_memory *out)
{
    int64_t regency, kinds, time;
    if (!take_number(&value, &regency) || !take_number(&value, &kinds) || !take_number(&value, &time) ||
        !str_copy(out->period, sizeof out->period, value))
        return false;
    out->regency = (int32_t)regency;
    out->kinds = (uint8_t)kinds;
    out->time = time;
    return true;
}

void visit_memory_write(struct buf *b, const struct visit_memory *m)
{
    put_number(b, m->regency);
    put_number(b, m->kinds);
    put_number(b, m->time);
    buf_append_cstr(b, m->period);
}
