/*
 * Attributes as headers. Input: one byte for the raw topic, then lines "name:value".
 *
 * The property: what is accepted is what the contract allows, holds no number of a person, and comes back the same
 * when it is written as our own headers and read again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/domain/ref.h"
#include "common/wire/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_LINES = 64, SCRATCH = 64 };

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "broken: %s\n", what);
        abort();
    }
}

static size_t split(struct str text, struct header headers[MAX_LINES])
{
    size_t n = 0;
    while (text.n > 0 && n < MAX_LINES) {
        const char *newline = memchr(text.p, '\n', text.n);
        struct str line = { text.p, newline != NULL ? (size_t)(newline - text.p) : text.n };
        const char *colon = memchr(line.p, ':', line.n);
        size_t name = colon != NULL ? (size_t)(colon - line.p) : line.n;
        headers[n].name = (struct str){ line.p, name };
        headers[n++].value = colon != NULL ? (struct str){ colon + 1, line.n - name - 1 } : (struct str){ NULL, 0 };
        size_t used = line.n + (newline != NULL);
        text = (struct str){ text.p + used, text.n - used };
    }
    return n;
}

static void check_same(const struct envelope *e)
{
    struct header headers[ENVELOPE_MAX_HEADERS];
    struct envelope back;
    struct buf scratch cleanup(buf_done);

    buf_init(&scratch, SCRATCH);
    size_t n = envelope_write(e, headers, &scratch);
    require(scratch.error == 0 && n <= ENVELOPE_MAX_HEADERS, "headers fit");
    require(envelope_read(headers, n, &back) == 0, "our own reader takes what we wrote");
    require(back.time == e->time && strcmp(back.id, e->id) == 0 && strcmp(back.source, e->source) == 0 &&
                strcmp(back.type, e->type) == 0 && strcmp(back.traceparent, e->traceparent) == 0,
            "read again, the same attributes");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct header headers[MAX_LINES];
    struct envelope e;
    struct reject error = { 0 };

    if (size == 0)
        return 0;
    enum topic topic = (enum topic)(TOPIC_RAW_HOUSEHOLD + data[0] % 5);
    size_t n = split((struct str){ (const char *)data + 1, size - 1 }, headers);

    struct envelope own;
    if (envelope_read(headers, n, &own) == 0)
        check_same(&own);

    int r = envelope_read_raw(topic, headers, n, &e, &error);
    require(!ref_has_16_digits(str_from(e.source)) && !ref_has_16_digits(str_from(e.type)),
            "what the tally names holds no number of a person");
    if (r < 0) {
        require(error.code == REJECT_BAD_CLOUDEVENT || error.code == REJECT_UNSUPPORTED_VERSION, "one of two codes");
        require(error.pointer[0] == '\0' && error.expected[0] != '\0', "the expectation names the attribute");
        return 0;
    }
    require(ref_form(str_from(e.type)) && e.id[0] != '\0' && strchr(e.id, '#') == NULL && e.source[0] != '\0',
            "attributes are of their forms");
    require(!ref_has_16_digits(str_from(e.id)) && !ref_has_16_digits(str_from(e.traceparent)),
            "no attribute holds the number of a person");
    check_same(&e);
    return 0;
}
