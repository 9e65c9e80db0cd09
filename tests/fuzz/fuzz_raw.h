/*
 * What the fuzz targets of the raw decoders share.
 *
 * The property: a record is refused with a code, a pointer and an expectation that holds no number of a person, or it
 * is accepted and its canonical event is one that our own strict reader takes and writes again in the same bytes.
 */
#ifndef BERBAGI_FUZZ_RAW_H
#define BERBAGI_FUZZ_RAW_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/domain/ref.h"
#include "common/wire/raw.h"
#include "tests/unit/wire/raw_region.h"

#define FUZZ_TOKEN "k1.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "broken: %s\n", what);
        abort();
    }
}

/* 16 digits in a row; the bound of versions and counts happens to have as many. */
static inline bool fuzz_holds_number(const char *text)
{
    static const char bound[] = "9007199254740991";
    const char *at = strstr(text, bound);
    if (at == NULL)
        return ref_has_16_digits(str_from(text));
    return ref_has_16_digits((struct str){ text, (size_t)(at - text) }) || fuzz_holds_number(at + strlen(bound));
}

static inline void fuzz_check_refusal(int result, const struct reject *error)
{
    fuzz_require(result < 0, "a refusal is negative");
    fuzz_require(reject_code_name(error->code) != NULL, "a refusal has a code");
    fuzz_require(error->pointer[0] == '\0' || error->pointer[0] == '/', "a pointer is empty or begins with /");
    fuzz_require(error->expected[0] != '\0', "a refusal says what was expected");
    fuzz_require(!fuzz_holds_number(error->expected) && !fuzz_holds_number(error->pointer),
                 "a refusal holds no number of a person");
}

/* The two encodings of one event, before and after a strict reader. */
static inline void fuzz_check_same(struct buf *first, struct buf *second)
{
    fuzz_require(first->error == 0 && second->error == 0, "a canonical event fits");
    fuzz_require(str_equal(buf_str(first), buf_str(second)), "written again, the same bytes");
}

/* Defines the target of one message: `prepare` fills in what ingest would (tokens). */
#define FUZZ_RAW(message, canonical, prepare)                                                                         \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)                                                      \
    {                                                                                                                 \
        static struct raw_##message raw;                                                                              \
        static struct canonical again;                                                                                \
        struct warnings warnings;                                                                                     \
        struct reject error = { 0 };                                                                                  \
        struct buf first cleanup(buf_done), second cleanup(buf_done);                                                 \
        buf_init(&first, 1 << 20);                                                                                    \
        buf_init(&second, 1 << 20);                                                                                   \
        int r = raw_##message##_decode((struct str){ (const char *)data, size }, test_context(), &raw, &warnings,     \
                                       &error);                                                                       \
        if (r != 0) {                                                                                                 \
            fuzz_check_refusal(r, &error);                                                                            \
            return 0;                                                                                                 \
        }                                                                                                             \
        prepare(&raw);                                                                                                \
        canonical##_encode(&first, &raw.canonical);                                                                   \
        r = canonical##_decode(buf_str(&first), &again, &error);                                                      \
        fuzz_require(r == 0, "our own reader takes the canonical event");                                             \
        canonical##_encode(&second, &again);                                                                          \
        fuzz_check_same(&first, &second);                                                                             \
        return 0;                                                                                                     \
    }

#endif
