#include "common/core/json_out.h"

static void before_value(struct json_out *w)
{
    if (w->comma)
        buf_append_char(w->b, ',');
    w->comma = true;
}

void json_out_open(struct json_out *w, char bracket)
{
    before_value(w);
    buf_append_char(w->b, bracket);
    w->comma = false;
}

void json_out_close(struct json_out *w, char bracket)
{
    buf_append_char(w->b, bracket);
    w->comma = true;
}

void json_out_key(struct json_out *w, const char *name)
{
    before_value(w);
    buf_append_char(w->b, '"');
    buf_append_cstr(w->b, name);
    buf_append(w->b, "\":", 2);
    w->comma = false;
}

void json_out_int(struct json_out *w, int64_t n)
{
    before_value(w);
    buf_append_int(w->b, n);
}

void json_out_bool(struct json_out *w, bool b)
{
    before_value(w);
    buf_append_cstr(w->b, b ? "true" : "false");
}

void json_out_null(struct json_out *w)
{
    before_value(w);
    buf_append_cstr(w->b, "null");
}

void json_out_str(struct json_out *w, struct str s)
{
    before_value(w);
    json_out_quote(w->b, s);
}

void json_out_text(struct json_out *w, const char *s)
{
    if (s == NULL || s[0] == '\0')
        json_out_null(w);
    else
        json_out_str(w, str_from(s));
}

void json_out_raw(struct json_out *w, struct str json)
{
    before_value(w);
    buf_append_str(w->b, json);
}

/* The escape of a byte, 0 if it needs none, 'u' for \u00xx. */
static char escape_of(unsigned char c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\b':
        return 'b';
    case '\t':
        return 't';
    case '\n':
        return 'n';
    case '\f':
        return 'f';
    case '\r':
        return 'r';
    default:
        return c < 0x20 ? 'u' : 0;
    }
}

void json_out_quote(struct buf *b, struct str s)
{
    static const char hex[] = "0123456789abcdef";
    size_t done = 0;

    buf_append_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        char escape = escape_of(c);
        if (escape == 0)
            continue;
        buf_append(b, s.p + done, i - done);
        buf_append(b, (char[]){ '\\', escape }, 2);
        if (escape == 'u')
            buf_append(b, (char[]){ '0', '0', hex[c >> 4], hex[c & 15] }, 4);
        done = i + 1;
    }
    if (s.n > done)
        buf_append(b, s.p + done, s.n - done);
    buf_append_char(b, '"');
}
