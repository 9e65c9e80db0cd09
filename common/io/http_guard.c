#include "common/io/http_guard.h"

#include <strings.h>

#include "common/core/parse.h"

static bool is_token_char(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_token_char((unsigned char)s.p[i]))
            return false;
    return s.n > 0;
}

static bool is_clean(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool is(struct str s, const char *text)
{
    return s.n == strlen(text) && strncasecmp(s.p, text, s.n) == 0;
}

void http_guard_field(struct http_guard *g, struct str name, struct str value)
{
    g->fields++;
    g->broken |= !is_token(name) || !is_clean(value);
    g->hosts += is(name, "Host");
    if (is(name, "Content-Length")) {
        g->lengths++;
        g->broken |= parse_int(value, 0, INT64_MAX, &g->length) != 0;
    }
    if (is(name, "Transfer-Encoding")) {
        g->codings++;
        g->broken |= !is(value, "chunked");
    }
}

bool http_guard_allows(const struct http_guard *g, const char *version)
{
    bool known = strcmp(version, "HTTP/1.1") == 0 || strcmp(version, "HTTP/1.0") == 0;
    return known && !g->broken && g->hosts == 1 && g->lengths <= 1 && g->codings <= 1 && g->lengths + g->codings <= 1;
}
