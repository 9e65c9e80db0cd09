#include "services/ingest/view.h"

#include <errno.h>

#include "common/core/parse.h"
#include "common/domain/digest.h"
#include "common/domain/token.h"
#include "common/wire/types.h"

enum cell_state { CELL_WANTED, CELL_LOADED, CELL_WRITTEN };

struct cell {
    int64_t expires;
    uint32_t at, n; // in values
    uint8_t state;
    bool there;
};

void view_init(struct view *v, uint64_t seed0, uint64_t seed1)
{
    *v = (struct view){ .written = 0 };
    map_init(&v->cells, VIEW_KEY_MAX, sizeof(struct cell), seed0, seed1);
    buf_init(&v->values, VIEW_VALUES_MAX);
}

void view_done(struct view *v)
{
    map_done(&v->cells);
    buf_done(&v->values);
}

void view_forget(struct view *v)
{
    map_clear(&v->cells);
    buf_reset(&v->values);
    v->written = 0;
    v->error = 0;
}

static void fail(struct view *v, int error)
{
    if (v->error == 0)
        v->error = error;
}

static void keep(struct view *v, struct cell *cell, struct str value)
{
    cell->at = (uint32_t)v->values.len;
    cell->n = (uint32_t)value.n;
    cell->there = true;
    buf_append_str(&v->values, value);
    if (v->values.error != 0)
        fail(v, v->values.error);
}

bool view_want(struct view *v, const struct view_key *key)
{
    bool added = false;
    if (map_put(&v->cells, view_key_str(key), &added) == NULL)
        fail(v, -ENOMEM);
    return added;
}

void view_load(struct view *v, const struct view_key *key, const struct str *value)
{
    struct cell *cell = map_put(&v->cells, view_key_str(key), NULL);
    if (cell == NULL) {
        fail(v, -ENOMEM);
        return;
    }
    if (cell->state != CELL_WANTED)
        return;
    cell->state = CELL_LOADED;
    if (value != NULL)
        keep(v, cell, *value);
}

bool view_get(struct view *v, const struct view_key *key, struct str *value)
{
    const struct cell *cell = map_get(&v->cells, view_key_str(key));
    if (cell == NULL || cell->state == CELL_WANTED) {
        fail(v, -ENOENT);
        return false;
    }
    if (cell->there)
        *value = (struct str){ cell->n != 0 ? v->values.data + cell->at : "", cell->n };
    return cell->there;
}

static struct cell *change(struct view *v, const struct view_key *key, int64_t expires)
{
    struct cell *cell = map_put(&v->cells, view_key_str(key), NULL);
    if (cell == NULL) {
        fail(v, -ENOMEM);
        return NULL;
    }
    v->written += cell->state != CELL_WRITTEN;
    cell->state = CELL_WRITTEN;
    cell->there = false;
    cell->expires = expires;
    return cell;
}

void view_put(struct view *v, const struct view_key *key, struct str value, int64_t expires)
{
    struct cell *cell = change(v, key, expires);
    if (cell != NULL)
        keep(v, cell, value);
}

void view_remove(struct view *v, const struct view_key *key)
{
    change(v, key, 0);
}

bool view_next(const struct view *v, size_t *at, struct view_change *out)
{
    struct str key;
    void *value;
    while (map_next(&v->cells, at, &key, &value)) {
        const struct cell *cell = value;
        if (cell->state != CELL_WRITTEN)
            continue;
        struct str bytes = { cell->there && cell->n != 0 ? v->values.data + cell->at : "", cell->there ? cell->n : 0 };
        *out = (struct view_change){ key, bytes, !cell->there, cell->expires };
        return true;
    }
    return false;
}

struct view_key view_key_token(char kind, const char *token)
{
    struct view_key key = { .len = 3 + TOKEN_BYTES, .bytes = { kind } };
    int32_t number;
    uint8_t bytes[TOKEN_BYTES];
    _Static_assert(3 + TOKEN_BYTES <= VIEW_KEY_MAX, "a token fits in a key");
    if (token_parse(str_from(token), &number, bytes) != 0)
        return (struct view_key){ .len = 0 };
    key.bytes[1] = (char)(number >> 8);
    key.bytes[2] = (char)(number & 0xff);
    memcpy(key.bytes + 3, bytes, TOKEN_BYTES);
    return key;
}

struct view_key view_key_hash(char kind, const char *text, const char *more)
{
    struct view_key key = { .len = 1 + 20, .bytes = { kind } };
    struct digest d;
    uint8_t bytes[DIGEST_BYTES];
    digest_start(&d);
    digest_add_cstr(&d, text);
    digest_add(&d, "\n", 1);
    digest_add_cstr(&d, more);
    digest_end(&d, bytes);
    memcpy(key.bytes + 1, bytes, 20);
    return key;
}

struct view_key view_key_visit(const char *uuid)
{
    struct view_key key = { .len = 1 + 16, .bytes = { 'V' } };
    int digits = 0;
    for (const char *c = uuid; *c != '\0' && digits < 32; c++) {
        int value = parse_hex_digit(*c);
        if (value < 0)
            continue;
        char *byte = &key.bytes[1 + digits / 2];
        *byte = (char)(digits % 2 == 0 ? value << 4 : *byte | value);
        digits++;
    }
    return key;
}
