/*
 * Refuses request heads that two servers could read in two ways (request smuggling): libmicrohttpd 0.9 takes most of
 * them. Pure. Rules: RFC 9112 sections 3.2, 5.1, 6.1-6.3.
 */
#ifndef BERBAGI_IO_HTTP_GUARD_H
#define BERBAGI_IO_HTTP_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "common/core/str.h"

/* Zeroed = no field seen. */
struct http_guard {
    unsigned fields, hosts, lengths, codings;
    bool broken;    /* a name that is no token, a control character in a value, a length that is no number, … */
    int64_t length; /* of the body as announced */
};

/* Every field in its turn. */
void http_guard_field(struct http_guard *g, struct str name, struct str value);
/* After the last one. version: "HTTP/1.1". */
bool http_guard_allows(const struct http_guard *g, const char *version);

#endif
