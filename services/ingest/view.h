/*
 * What ingest remembers, as keys and values: the open transaction's changes over what was committed.
 *
 * The committed part lies in Redis. The caller says which keys a batch will ask for (view_want), loads the unknown
 * ones in one round trip (view_load), and then asks (view_get) and writes (view_put) without waiting. What was written
 * stays here until the transaction stands and the caller has carried it over (view_next), or is dropped with it
 * (view_forget).
 *
 * Keys are short and of fixed forms, so that national sizes fit: 'H' or 'A' + number of the key + 20 bytes of a token;
 * 'V' + 16 bytes of a UUID; 'C' (claim), 'D' (donation), 'P' (period) + the first 20 bytes of a SHA-256.
 */
#ifndef BERBAGI_INGEST_VIEW_H
#define BERBAGI_INGEST_VIEW_H

#include "common/core/buf.h"
#include "common/core/map.h"

enum { VIEW_KEY_MAX = 23, VIEW_VALUES_MAX = 1 << 30 };

/* len 0 = none. */
struct view_key {
    uint8_t len;
    char bytes[VIEW_KEY_MAX];
};

struct view {
    struct map cells;
    struct buf values;
    size_t written; /* keys with a change of the open transaction */
    int error;      /* sticky: -ENOMEM; -ENOENT: a key was asked for that nobody had loaded (a slip in the code) */
};

void view_init(struct view *v, uint64_t seed0, uint64_t seed1);
void view_done(struct view *v);
/* Drops everything: what was written, and what was loaded. Keeps the memory and no error. */
void view_forget(struct view *v);

/* True if the key is not known here and wasn't wanted before: the caller must load it. */
bool view_want(struct view *v, const struct view_key *key);
/* The committed value; NULL = there is none. Changes nothing if the key is known already. */
void view_load(struct view *v, const struct view_key *key, const struct str *value);

/* The value as the open transaction sees it; false = there is none. Valid until the next view_put or view_load. */
bool view_get(struct view *v, const struct view_key *key, struct str *value);
/* expires: instant, 0 = never. */
void view_put(struct view *v, const struct view_key *key, struct str value, int64_t expires);
void view_remove(struct view *v, const struct view_key *key);

struct view_change {
    struct str key, value;
    bool removed;
    int64_t expires;
};
/* for (size_t at = 0; view_next(&v, &at, &change);) …   Each key once, with its last value. */
bool view_next(const struct view *v, size_t *at, struct view_change *change);

struct view_key view_key_token(char kind, const char *token);                  /* kind 'H' or 'A' */
struct view_key view_key_hash(char kind, const char *text, const char *more);  /* of "<text>\n<more>" */
struct view_key view_key_visit(const char *uuid);
static inline struct str view_key_str(const struct view_key *key)
{
    return (struct str){ key->bytes, key->len };
}

#endif
