#include "common/domain/keyring.h"

#include <errno.h>

#include "common/core/parse.h"
#include "common/domain/hmac.h"

/* What is wrong with one line, NULL = nothing; a key is added to the ring. */
static const char *read_line(struct str line, struct keyring *ring)
{
    int64_t number;

    if (ring->count == KEYRING_MAX)
        return "more than 16 keys";
    const char *space = memchr(line.p, ' ', line.n);
    if (line.p[0] != 'k' || space == NULL)
        return "not of the form: k1 <64 hex digits>";
    size_t n = (size_t)(space - line.p);
    if (parse_int((struct str){ line.p + 1, n - 1 }, 1, KEYRING_MAX, &number) != 0 || number != ring->count + 1)
        return "keys must be numbered k1, k2, … in order";
    uint8_t *key = ring->keys[ring->count];
    if (parse_hex((struct str){ space + 1, line.n - n - 1 }, key, KEY_BYTES) < 0)
        return "a key must be 64 hex digits";
    for (int32_t i = 0; i < ring->count; i++)
        if (hmac_equal(key, ring->keys[i], KEY_BYTES))
            return "the same key as in an earlier line";
    ring->count++;
    return NULL;
}

int keyring_parse(struct str file, struct keyring *out, struct buf *why)
{
    int number = 0;

    *out = (struct keyring){ 0 };
    for (size_t at = 0; at < file.n;) {
        const char *end = memchr(file.p + at, '\n', file.n - at);
        struct str line = { file.p + at, end != NULL ? (size_t)(end - file.p) - at : file.n - at };
        at += line.n + 1;
        number++;
        if (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        if (line.n == 0 || line.p[0] == '#')
            continue;
        const char *wrong = read_line(line, out);
        if (wrong != NULL) {
            buf_printf(why, "line %d: %s\n", number, wrong);
            keyring_done(out);
            return -EINVAL;
        }
    }
    if (out->count > 0)
        return 0;
    buf_append_cstr(why, "no key in the file\n");
    return -EINVAL;
}

void keyring_done(struct keyring *ring)
{
    explicit_bzero(ring, sizeof(*ring));
}

bool keyring_overlap(const struct keyring *a, const struct keyring *b)
{
    for (int32_t i = 0; i < a->count; i++)
        for (int32_t k = 0; k < b->count; k++)
            if (hmac_equal(a->keys[i], b->keys[k], KEY_BYTES))
                return true;
    return false;
}
