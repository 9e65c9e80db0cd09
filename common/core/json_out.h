/*
 * A JSON writer over a buffer: one line, no spaces, only mandatory escapes, UTF-8 as it is. Failures show in the
 * buffer's `error` only.
 *
 *     struct json_out w = { .b = &buf };
 *     json_out_open(&w, '{');
 *     json_out_key(&w, "partition"); json_out_int(&w, 3);
 *     json_out_close(&w, '}');
 */
#ifndef BERBAGI_CORE_JSON_OUT_H
#define BERBAGI_CORE_JSON_OUT_H

#include "common/core/buf.h"

struct json_out {
    struct buf *b;
    bool comma; /* a value stands before this place */
};

/* '{' or '['; '}' or ']'. */
void json_out_open(struct json_out *w, char bracket);
void json_out_close(struct json_out *w, char bracket);
/* Before each value within an object; a known name that needs no escape. */
void json_out_key(struct json_out *w, const char *name);

void json_out_int(struct json_out *w, int64_t n);
void json_out_bool(struct json_out *w, bool b);
void json_out_null(struct json_out *w);
void json_out_str(struct json_out *w, struct str s);
/* "" and NULL are written as null. */
void json_out_text(struct json_out *w, const char *s);
/* Ready JSON. */
void json_out_raw(struct json_out *w, struct str json);

/* One string with quotes and escapes: '"', '\\' and the controls below U+0020 (\b \t \n \f \r, else \u00xx). */
void json_out_quote(struct buf *b, struct str s);

#endif
