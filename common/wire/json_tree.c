#include "common/wire/json_tree.h"

#include <errno.h>
#include <jansson.h>

/* struct json_tree is json_t under another name: jansson stays inside this file. */
static const json_t *of(const struct json_tree *tree)
{
    return (const json_t *)tree;
}

struct json_tree *json_tree_parse(struct str bytes)
{
    if (bytes.n == 0)
        return NULL;
    return (struct json_tree *)json_loadb(bytes.p, bytes.n, JSON_REJECT_DUPLICATES, NULL);
}

void json_tree_free(struct json_tree **tree)
{
    json_decref((json_t *)*tree);
    *tree = NULL;
}

static const json_t *member(const struct json_tree *tree, const char *name)
{
    return json_is_object(of(tree)) ? json_object_get(of(tree), name) : NULL;
}

const struct json_tree *json_tree_object(const struct json_tree *tree, const char *name)
{
    const json_t *value = member(tree, name);
    return json_is_object(value) ? (const struct json_tree *)value : NULL;
}

const struct json_tree *json_tree_array(const struct json_tree *tree, const char *name)
{
    const json_t *value = member(tree, name);
    return json_is_array(value) ? (const struct json_tree *)value : NULL;
}

size_t json_tree_length(const struct json_tree *array)
{
    return json_array_size(of(array));
}

const struct json_tree *json_tree_element(const struct json_tree *array, size_t index)
{
    return (const struct json_tree *)json_array_get(of(array), index);
}

int json_tree_string(const struct json_tree *tree, const char *name, char *out, size_t size)
{
    const json_t *value = member(tree, name);
    if (value == NULL)
        return -ENOENT;
    struct str text = { json_string_value(value), json_string_length(value) };
    return json_is_string(value) && str_copy(out, size, text) ? 0 : -EINVAL;
}

int json_tree_int(const struct json_tree *tree, const char *name, int64_t min, int64_t max, int64_t *out)
{
    const json_t *value = member(tree, name);
    if (value == NULL)
        return -ENOENT;
    if (!json_is_integer(value) || json_integer_value(value) < min || json_integer_value(value) > max)
        return -EINVAL;
    *out = json_integer_value(value);
    return 0;
}

int json_tree_bool(const struct json_tree *tree, const char *name, bool *out)
{
    const json_t *value = member(tree, name);
    if (value == NULL)
        return -ENOENT;
    if (!json_is_boolean(value))
        return -EINVAL;
    *out = json_is_true(value);
    return 0;
}
