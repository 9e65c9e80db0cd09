/*
 * What the fuzz targets of the canonical decoders share.
 *
 * The property: a value is refused with a code, a pointer and an expectation, or it is accepted; what is accepted is
 * written in bytes that are accepted without an unknown field and are written the same again.
 */
#ifndef BERBAGI_FUZZ_CANONICAL_H
#define BERBAGI_FUZZ_CANONICAL_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "tests/unit/wire/codecs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_require(bool holds)
{
    if (!holds)
        abort();
}

static inline void fuzz_accepted(const struct codec *codec, void *m)
{
    struct reject error;
    struct buf first, second;
    buf_init(&first, 1 << 20);
    buf_init(&second, 1 << 20);
    codec->encode(&first, m);
    fuzz_require(first.error == 0);
    // Members that were left out are written as null: what was small enough may have grown too large to be read.
    if (first.len <= 256 * 1024) {
        fuzz_require(codec->decode(buf_str(&first), m, &error) == 0);
        codec->encode(&second, m);
        fuzz_require(second.error == 0 && str_equal(buf_str(&first), buf_str(&second)));
    }
    buf_done(&first);
    buf_done(&second);
}

static inline int fuzz_canonical(const char *name, const uint8_t *data, size_t size)
{
    const struct codec *codec = codec_of(name);
    struct reject error = { .code = REJECT_NONE };
    void *m = calloc(1, codec->size);
    if (m == NULL)
        return 0;
    int result = codec->decode((struct str){ (const char *)data, size }, m, &error);
    if (result >= 0) {
        fuzz_accepted(codec, m);
    } else if (result == -EBADMSG) {
        fuzz_require(reject_code_name(error.code) != NULL && error.expected[0] != '\0');
        fuzz_require(error.pointer[0] == '\0' || error.pointer[0] == '/');
    } else {
        fuzz_require(result == -ENOMEM);
    }
    free(m);
    return 0;
}

/* Defines the target of one message. */
#define FUZZ_CANONICAL(name)                                                                                          \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)                                                      \
    {                                                                                                                 \
        return fuzz_canonical(#name, data, size);                                                                     \
    }

#endif
