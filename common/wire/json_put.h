/*
 * The contract's written form of a field (section 0, "Written by us"): one line, no spaces, every field present. Each
 * function appends `"name":value`, with a comma before it unless it is the first; name NULL appends an array's
 * element. Failures show in buf.error only.
 */
#ifndef BERBAGI_WIRE_JSON_PUT_H
#define BERBAGI_WIRE_JSON_PUT_H

#include "common/core/buf.h"
#include "common/wire/types.h"

/* bracket: '{' or '['. The outermost object has name NULL and starts with json_put_begin(). */
void json_put_begin(struct buf *b);
void json_put_open(struct buf *b, const char *name, char bracket);
void json_put_close(struct buf *b, char bracket);

void json_put_null(struct buf *b, const char *name);
/* "" = null. */
void json_put_string(struct buf *b, const char *name, const char *value);
void json_put_int(struct buf *b, const char *name, int64_t value);
/* null_value = null. */
void json_put_int_or_null(struct buf *b, const char *name, int64_t value, int64_t null_value);
void json_put_bool(struct buf *b, const char *name, bool value);
void json_put_tristate(struct buf *b, const char *name, enum tristate value);
/* 0 = null. */
void json_put_word(struct buf *b, const char *name, const struct wire_words *words, int value);
/* An array of the words of a mask, in the order of the table: bit n - 1 = word n. */
void json_put_words(struct buf *b, const char *name, const struct wire_words *words, uint32_t set);
/* A regency, district or village as a string of digits; 0 = null. */
void json_put_region(struct buf *b, const char *name, int64_t code);
/* DATE_NONE = null. */
void json_put_date(struct buf *b, const char *name, int32_t date);
/* 0 = null. */
void json_put_edition(struct buf *b, const char *name, int32_t edition);
/* As UTC with milliseconds. */
void json_put_instant(struct buf *b, const char *name, int64_t instant);

#endif
