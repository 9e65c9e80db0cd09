#include "common/core/sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 8, VALUES = 256, FEW = 24 };

static void insert_few(struct sort_entry *e, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct sort_entry x = e[i];
        size_t k = i;

        for (; k > 0 && e[k - 1].key > x.key; k--)
            e[k] = e[k - 1];
        e[k] = x;
    }
}

/* The highest byte that tells two of the keys apart, or -1. */
static int deciding_byte(const struct sort_entry *e, size_t n)
{
    uint64_t different = 0;

    for (size_t i = 1; i < n; i++)
        different |= e[i].key ^ e[0].key;
    return different == 0 ? -1 : (63 - __builtin_clzll(different)) / 8;
}

/* Keys that differ in their first bytes are moved but once or twice; the few that are left together are put in place
 * one by one. */
void sort_by_key(struct sort_entry *e, struct sort_entry *scratch, size_t n)
{
    if (n <= FEW) {
        insert_few(e, n);
        return;
    }
    int byte = deciding_byte(e, n);
    uint32_t start[VALUES + 2] = { 0 };

    if (byte < 0)
        return;
    for (size_t i = 0; i < n; i++)
        start[(e[i].key >> (8 * byte) & 0xff) + 2]++;
    for (int v = 0; v < VALUES; v++)
        start[v + 2] += start[v + 1];
    for (size_t i = 0; i < n; i++)
        scratch[start[(e[i].key >> (8 * byte) & 0xff) + 1]++] = e[i];
    memcpy(e, scratch, n * sizeof(*e));
    for (int v = 0; v < VALUES; v++)
        if (start[v + 1] - start[v] > 1)
            sort_by_key(e + start[v], scratch, start[v + 1] - start[v]);
}

struct texts {
    const char *base;
    size_t stride;
};

static int by_text(const void *a, const void *b, void *context)
{
    const struct sort_entry *x = a, *y = b;
    const struct texts *t = context;
    int order = strcmp(t->base + x->value * t->stride, t->base + y->value * t->stride);

    return order != 0 ? order : (x->value > y->value) - (x->value < y->value);
}

/* How many first characters two texts share, at most `most`. */
static size_t shared_prefix(const char *a, const char *b, size_t most)
{
    size_t k = 0;

    while (k < most && a[k] == b[k] && a[k] != '\0')
        k++;
    return k;
}

uint64_t sort_head(const char *s)
{
    uint64_t head = 0;
    bool more = true;

    for (int i = 0; i < BYTES; i++) {
        more = more && s[i] != '\0';
        head = head << 8 | (more ? (unsigned char)s[i] : 0);
    }
    return head;
}

/* Ids begin alike: the key is what comes after the characters that all texts share. */
static void set_keys(struct sort_entry *e, size_t n, const struct texts *t)
{
    const char *first = t->base + e[0].value * t->stride, *last = t->base + e[n - 1].value * t->stride;
    size_t shared = shared_prefix(first, last, SIZE_MAX);

    for (size_t i = 0; i < n; i++) {
        const char *s = t->base + e[i].value * t->stride;
        size_t k = shared_prefix(first, s, shared);

        if (k < shared) { // less than it seemed: once more from the beginning
            shared = k;
            i = SIZE_MAX;
            continue;
        }
        e[i].key = sort_head(s + shared);
    }
}

void sort_by_text(struct sort_entry *e, struct sort_entry *scratch, size_t n, const char *base, size_t stride)
{
    struct texts texts = { base, stride };

    if (n < 2)
        return;
    set_keys(e, n, &texts);
    sort_by_key(e, scratch, n);
    // Who is still equal is compared in full.
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && e[end].key == e[first].key; end++)
            ;
        if (end - first > 1)
            qsort_r(e + first, end - first, sizeof(*e), by_text, &texts);
    }
}
