#include "common/wire/json_in.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <yyjson.h>

// ---- memory: the reader's arena first, the heap for what doesn't fit -----------------------------------------------

static bool in_arena(const struct json_in *in, const void *p)
{
    return (const char *)p >= in->arena && (const char *)p < in->arena + JSON_ARENA;
}

static size_t aligned(size_t n)
{
    return (n + 15) & ~(size_t)15;
}

static void *arena_malloc(void *ctx, size_t size)
{
    struct json_in *in = ctx;
    if (size > JSON_ARENA - in->used)
        return malloc(size);
    void *p = in->arena + in->used;
    in->used = aligned(in->used + size);
    return p;
}

static void *arena_realloc(void *ctx, void *old, size_t old_size, size_t size)
{
    struct json_in *in = ctx;
    if (!in_arena(in, old))
        return realloc(old, size);
    size_t start = (size_t)((char *)old - in->arena);
    if (aligned(start + old_size) == in->used && size <= JSON_ARENA - start) {
        in->used = aligned(start + size);
        return old;
    }
    void *p = arena_malloc(in, size);
    if (p != NULL)
        memcpy(p, old, old_size < size ? old_size : size);
    return p;
}

static void arena_free(void *ctx, void *p)
{
    if (!in_arena(ctx, p))
        free(p);
}

// ---- faults --------------------------------------------------------------------------------------------------------

/* Writes the JSON pointer of a slot; returns its length. Our names hold neither '~' nor '/'. */
static size_t write_pointer(const struct json_node *node, int slot, char *out, size_t size)
{
    size_t len = 0;
    if (node->parent != NULL)
        len = write_pointer(node->parent, node->slot, out, size);
    if (slot < 0 || len >= size)
        return len;
    int n;
    if (node->names != NULL)
        n = snprintf(out + len, size - len, "/%.*s", (int)node->names[slot].n, node->names[slot].p);
    else
        n = snprintf(out + len, size - len, "/%d", slot);
    return len + (size_t)n;
}

void json_fault(const struct json_node *node, int slot, enum reject_code code, const char *expected)
{
    struct json_in *in = node->in;
    if (in->result < 0)
        return;
    char pointer[REJECT_POINTER_SIZE] = "";
    write_pointer(node, slot, pointer, sizeof pointer);
    in->result = reject_set(in->error, code, pointer, expected);
}

// ---- objects and arrays --------------------------------------------------------------------------------------------

static bool same_key(yyjson_val *a, yyjson_val *b)
{
    return yyjson_get_len(a) == yyjson_get_len(b) &&
           memcmp(yyjson_get_str(a), yyjson_get_str(b), yyjson_get_len(a)) == 0;
}

static int compare_keys(const void *x, const void *y)
{
    yyjson_val *a = *(yyjson_val *const *)x, *b = *(yyjson_val *const *)y;
    size_t m = yyjson_get_len(a), n = yyjson_get_len(b);
    if (m != n)
        return m < n ? -1 : 1;
    return memcmp(yyjson_get_str(a), yyjson_get_str(b), m);
}

enum { FEW_KEYS = 64, KEY_FILTER = 512 };

/* A cheap number of a key: keys of one bucket are compared in full. */
static unsigned bucket_of(yyjson_val *key)
{
    const unsigned char *s = (const unsigned char *)yyjson_get_str(key);
    size_t n = yyjson_get_len(key);
    if (n == 0)
        return 0;
    return (unsigned)(n * 7 + s[0] * 31U + s[n / 2] * 13U + s[n - 1] * 3U + s[n / 4] * 5U) % KEY_FILTER;
}

static bool repeats_among_few(yyjson_val *object)
{
    uint64_t seen[KEY_FILTER / 64] = { 0 };
    yyjson_val *keys[FEW_KEYS];
    size_t n = 0;
    yyjson_obj_iter i = yyjson_obj_iter_with(object);
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&i)) != NULL; keys[n++] = key) {
        unsigned bucket = bucket_of(key);
        uint64_t bit = (uint64_t)1 << (bucket % 64);
        if (seen[bucket / 64] & bit)
            for (size_t k = 0; k < n; k++)
                if (same_key(keys[k], key))
                    return true;
        seen[bucket / 64] |= bit;
    }
    return false;
}

/* 1 if a key stands twice, 0, or -ENOMEM. Sorting keeps a hostile object of 60,000 keys cheap. */
static int has_repeated_key(yyjson_val *object)
{
    size_t count = yyjson_obj_size(object), n = 0;
    if (count <= FEW_KEYS)
        return repeats_among_few(object);
    cleanup(free_ptr) yyjson_val **keys = malloc(count * sizeof(yyjson_val *));
    if (keys == NULL)
        return -ENOMEM;
    yyjson_obj_iter i = yyjson_obj_iter_with(object);
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&i)) != NULL;)
        keys[n++] = key;
    qsort(keys, n, sizeof(yyjson_val *), compare_keys);
    for (size_t k = 1; k < n; k++)
        if (same_key(keys[k - 1], keys[k]))
            return 1;
    return 0;
}

/* The index of a key among the node's names, -1 if it isn't one. Fields mostly come in the order of the names, so the
 * search starts at `hint`. */
static int find_name(const struct json_node *node, yyjson_val *key, int hint)
{
    struct str k = { yyjson_get_str(key), yyjson_get_len(key) };
    for (int i = hint; i < node->count; i++)
        if (str_equal(node->names[i], k))
            return i;
    for (int i = 0; i < hint; i++)
        if (str_equal(node->names[i], k))
            return i;
    return -1;
}

static bool bind_object(struct json_node *node, yyjson_val *object)
{
    struct json_in *in = node->in;
    int repeated = has_repeated_key(object);
    if (repeated < 0)
        in->result = repeated;
    else if (repeated > 0)
        json_fault(node, -1, REJECT_NOT_JSON, "an object that has each key once");
    if (repeated != 0)
        return false;

    memset(node->slots, 0, (size_t)node->count * sizeof node->slots[0]);
    int hint = 0;
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&iter)) != NULL;) {
        int i = find_name(node, key, hint);
        if (i < 0) {
            in->unknown++;
            continue;
        }
        node->slots[i] = yyjson_obj_iter_get_val(key);
        hint = i + 1;
    }
    return true;
}

static yyjson_val *slot_value(const struct json_node *node, int slot)
{
    if (node->in->result < 0 || slot < 0 || slot >= node->count || slot >= JSON_MAX_SLOTS)
        return NULL;
    return node->slots[slot];
}

bool json_peek_object(const struct json_node *node, int slot, const struct str *names, size_t count,
                      struct json_node *child)
{
    yyjson_val *value = slot_value(node, slot);
    if (!yyjson_is_obj(value))
        return false;
    child->in = node->in;
    child->parent = node;
    child->slot = slot;
    child->names = names;
    child->count = (int)count;
    return bind_object(child, value);
}

bool json_peek_array(const struct json_node *node, int slot, struct json_node *child)
{
    yyjson_val *value = slot_value(node, slot), *element;
    if (!yyjson_is_arr(value))
        return false;
    child->in = node->in;
    child->parent = node;
    child->slot = slot;
    child->names = NULL;
    child->count = (int)yyjson_arr_size(value);
    yyjson_arr_iter iter = yyjson_arr_iter_with(value);
    for (int i = 0; i < JSON_MAX_SLOTS && (element = yyjson_arr_iter_next(&iter)) != NULL; i++)
        child->slots[i] = element;
    return true;
}

// ---- what a slot holds ---------------------------------------------------------------------------------------------

/* With BIGNUM_AS_RAW a number that fits no 64 bits (or no double) arrives as its text. */
static enum json_type type_of_raw(yyjson_val *value)
{
    const char *s = yyjson_get_raw(value);
    for (size_t i = 0; i < yyjson_get_len(value); i++)
        if (s[i] == '.' || s[i] == 'e' || s[i] == 'E')
            return JSON_NUMBER;
    return JSON_BIG_INTEGER;
}

enum json_type json_type(const struct json_node *node, int slot)
{
    yyjson_val *value = slot_value(node, slot);
    switch (yyjson_get_type(value)) {
    case YYJSON_TYPE_BOOL:
        return JSON_BOOL;
    case YYJSON_TYPE_STR:
        return JSON_STRING;
    case YYJSON_TYPE_ARR:
        return JSON_ARRAY;
    case YYJSON_TYPE_OBJ:
        return JSON_OBJECT;
    case YYJSON_TYPE_RAW:
        return type_of_raw(value);
    case YYJSON_TYPE_NUM:
        if (yyjson_is_real(value))
            return JSON_NUMBER;
        return yyjson_is_uint(value) && yyjson_get_uint(value) > INT64_MAX ? JSON_BIG_INTEGER : JSON_INTEGER;
    default:
        return JSON_NULL;
    }
}

bool json_peek_string(const struct json_node *node, int slot, struct str *out)
{
    yyjson_val *value = slot_value(node, slot);
    if (!yyjson_is_str(value))
        return false;
    *out = (struct str){ yyjson_get_str(value), yyjson_get_len(value) };
    return true;
}

bool json_peek_integer(const struct json_node *node, int slot, int64_t *out)
{
    if (json_type(node, slot) != JSON_INTEGER)
        return false;
    *out = yyjson_get_sint(slot_value(node, slot));
    return true;
}

bool json_peek_bool(const struct json_node *node, int slot, bool *out)
{
    yyjson_val *value = slot_value(node, slot);
    if (!yyjson_is_bool(value))
        return false;
    *out = yyjson_get_bool(value);
    return true;
}

// ---- the value as a whole ------------------------------------------------------------------------------------------

/* yyjson keeps all values in one flat array, each container followed by its content: one pass without recursion. */
static bool too_deep(yyjson_doc *doc)
{
    yyjson_val *ends[JSON_MAX_NESTING];
    yyjson_val *value = yyjson_doc_get_root(doc), *end = value + yyjson_doc_get_val_count(doc);
    int depth = 0;
    for (; value < end; value++) {
        while (depth > 0 && value == ends[depth - 1])
            depth--;
        if (!yyjson_is_ctn(value))
            continue;
        if (depth == JSON_MAX_NESTING)
            return true;
        ends[depth++] = unsafe_yyjson_get_next(value);
    }
    return false;
}

static int refuse(struct json_in *in, enum reject_code code, const char *expected)
{
    in->result = reject_set(in->error, code, "", expected);
    return in->result;
}

int json_in_parse(struct json_in *in, struct str value, const struct str *names, size_t count, struct json_node *root,
                  struct reject *error)
{
    in->doc = NULL;
    in->error = error;
    in->result = 0;
    in->unknown = 0;
    in->used = 0;
    *root = (struct json_node){ .in = in, .slot = -1, .names = names, .count = names != NULL ? (int)count : 0 };
    if (value.n > JSON_MAX_BYTES)
        return refuse(in, REJECT_TOO_LARGE, "at most 262144 bytes");
    if (value.n == 0)
        return refuse(in, REJECT_NOT_JSON, "one JSON object");

    const yyjson_alc alc = { arena_malloc, arena_realloc, arena_free, in };
    yyjson_read_err why;
    // Without INSITU yyjson copies the input and leaves it alone.
    in->doc = yyjson_read_opts((char *)(uintptr_t)value.p, value.n, YYJSON_READ_BIGNUM_AS_RAW, &alc, &why);
    if (in->doc == NULL && why.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        return in->result = -ENOMEM;
    if (in->doc == NULL)
        return refuse(in, REJECT_NOT_JSON, "one JSON object in UTF-8 (RFC 8259)");
    if (!yyjson_is_obj(yyjson_doc_get_root(in->doc)))
        return refuse(in, REJECT_NOT_JSON, "one JSON object");
    if (too_deep(in->doc))
        return refuse(in, REJECT_NOT_JSON, "at most 8 levels of nesting");
    if (names != NULL)
        bind_object(root, yyjson_doc_get_root(in->doc));
    return in->result;
}

void json_in_done(struct json_in *in)
{
    // The arena_* functions must find the reader where the document was read.
    yyjson_doc_free(in->doc);
    in->doc = NULL;
}

int json_in_result(const struct json_in *in)
{
    return in->result < 0 ? in->result : in->unknown;
}
