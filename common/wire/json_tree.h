/*
 * A reader for JSON that comes seldom and in a form that others decide: the gateway's answers and callbacks. Built on
 * jansson; bulk records are read by json_in. Every accessor takes NULL for "not there", so that a path can be walked
 * without looking at each step.
 */
#ifndef BERBAGI_WIRE_JSON_TREE_H
#define BERBAGI_WIRE_JSON_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/cleanup.h"
#include "common/core/str.h"

struct json_tree;

/* NULL if it isn't one JSON value (duplicate keys and NUL in strings refused), nests too deep, or memory is out. The
 * caller frees it with json_tree_free(). */
struct json_tree *json_tree_parse(struct str bytes);
void json_tree_free(struct json_tree **tree);

/* Members of an object and elements of an array; NULL if absent or of another type. Owned by the tree. */
const struct json_tree *json_tree_object(const struct json_tree *tree, const char *name);
const struct json_tree *json_tree_array(const struct json_tree *tree, const char *name);
size_t json_tree_length(const struct json_tree *array);
const struct json_tree *json_tree_element(const struct json_tree *array, size_t index);

/* 0; -ENOENT absent; -EINVAL of another type, out of bounds, or too long. *out untouched on failure. */
int json_tree_string(const struct json_tree *tree, const char *name, char *out, size_t size);
int json_tree_int(const struct json_tree *tree, const char *name, int64_t min, int64_t max, int64_t *out);
int json_tree_bool(const struct json_tree *tree, const char *name, bool *out);

#endif
