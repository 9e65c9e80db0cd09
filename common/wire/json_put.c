#include "common/wire/json_put.h"

#include "common/core/civil.h"
#include "common/core/json_out.h"

/* A value ends in something else than these; so no state is needed to know whether a comma is due. */
static bool first_of_its_container(const struct buf *b)
{
    return b->len == 0 || strchr("{[:", b->data[b->len - 1]) != NULL;
}

static void begin_value(struct buf *b, const char *name)
{
    if (!first_of_its_container(b))
        buf_append_char(b, ',');
    if (name == NULL)
        return;
    buf_append_char(b, '"');
    buf_append_cstr(b, name);
    buf_append(b, "\":", 2);
}

void json_put_begin(struct buf *b)
{
    buf_append_char(b, '{');
}

void json_put_open(struct buf *b, const char *name, char bracket)
{
    begin_value(b, name);
    buf_append_char(b, bracket);
}

void json_put_close(struct buf *b, char bracket)
{
    buf_append_char(b, bracket);
}

void json_put_null(struct buf *b, const char *name)
{
    begin_value(b, name);
    buf_append(b, "null", 4);
}

void json_put_string(struct buf *b, const char *name, const char *value)
{
    if (value[0] == '\0') {
        json_put_null(b, name);
        return;
    }
    begin_value(b, name);
    json_out_quote(b, str_from(value));
}

void json_put_int(struct buf *b, const char *name, int64_t value)
{
    begin_value(b, name);
    buf_append_int(b, value);
}

void json_put_int_or_null(struct buf *b, const char *name, int64_t value, int64_t null_value)
{
    if (value == null_value)
        json_put_null(b, name);
    else
        json_put_int(b, name, value);
}

void json_put_bool(struct buf *b, const char *name, bool value)
{
    begin_value(b, name);
    buf_append_cstr(b, value ? "true" : "false");
}

void json_put_tristate(struct buf *b, const char *name, enum tristate value)
{
    if (value == TRISTATE_NONE)
        json_put_null(b, name);
    else
        json_put_bool(b, name, value == TRISTATE_TRUE);
}

void json_put_word(struct buf *b, const char *name, const struct wire_words *words, int value)
{
    const char *word = wire_word(words, value);
    json_put_string(b, name, word != NULL ? word : "");
}

void json_put_words(struct buf *b, const char *name, const struct wire_words *words, uint32_t set)
{
    json_put_open(b, name, '[');
    for (int value = 1; value < words->count; value++)
        if (set & 1U << (value - 1))
            json_put_string(b, NULL, words->words[value]);
    json_put_close(b, ']');
}

void json_put_region(struct buf *b, const char *name, int64_t code)
{
    if (code == 0) {
        json_put_null(b, name);
        return;
    }
    begin_value(b, name);
    buf_append_char(b, '"');
    buf_append_int(b, code);
    buf_append_char(b, '"');
}

void json_put_date(struct buf *b, const char *name, int32_t date)
{
    char text[DATE_TEXT_SIZE];
    if (date == DATE_NONE) {
        json_put_null(b, name);
        return;
    }
    date_format(date, text);
    json_put_string(b, name, text);
}

void json_put_edition(struct buf *b, const char *name, int32_t edition)
{
    if (edition == 0) {
        json_put_null(b, name);
        return;
    }
    char text[EDITION_TEXT_SIZE];
    edition_format(edition, text);
    json_put_string(b, name, text);
}

void json_put_instant(struct buf *b, const char *name, int64_t instant)
{
    char text[INSTANT_TEXT_SIZE];
    instant_format(instant, text);
    json_put_string(b, name, text);
}
