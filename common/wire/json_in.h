/*
 * Strict reader of one JSON value (contract, section 0, "Value" and "Known fields"), over yyjson.
 *
 *     struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
 *     struct json_node root;
 *     if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
 *         return -EBADMSG;
 *     json_ref(&root, F_REF, REQUIRED, out.ref);
 *     json_int(&root, F_PACKAGES, OPTIONAL, 0, 10, &packages);
 *     return json_in_result(&in);
 *
 * Accepted is one object in UTF-8 of at most 256 KiB and 8 levels (outermost = 1), without BOM, lone surrogate, or, in
 * any object that is bound to names, a key twice (a level that nobody reads may hold what it likes).
 *
 * The first fault is kept in *error and is final: every later getter does nothing, so a decoder reads its fields in
 * the contract's order and looks once, at the end. Getters leave their output alone when the field is absent, null or
 * wrong; they return true only if they have set it (json_word: the value). Absent and null are the same.
 *
 * Memory: values up to some kilobytes are parsed inside struct json_in, bigger ones on the heap; no memory is the only
 * failure besides a fault (-ENOMEM from json_in_parse and json_in_result). Slices point into the reader and live until
 * json_in_done().
 *
 * Codes: missing_field, wrong_type (another JSON type; also a number with fraction or exponent where an integer
 * stands, 1.0 and 1e3 as well: our numbers are written as integers), out_of_range (bounds, length, control
 * characters, ref form, digits of a region), forbidden_content (16 digits in a row in a ref), unknown_value (a word),
 * bad_date.
 */
#ifndef BERBAGI_WIRE_JSON_IN_H
#define BERBAGI_WIRE_JSON_IN_H

#include "common/core/cleanup.h"
#include "common/core/str.h"
#include "common/wire/reject.h"
#include "common/wire/types.h"

enum {
    JSON_MAX_BYTES = 256 * 1024,
    JSON_MAX_NESTING = 8,
    JSON_MAX_SLOTS = 128,  /* names of an object, elements read of an array */
    JSON_MAX_STRING = 512, /* bytes of a known string */
    JSON_ARENA = 48 * 1024,
};

/* The largest integer that every JSON reader keeps exactly: 2^53 - 1, the bound of versions and counts. */
#define JSON_MAX_INTEGER INT64_C(9007199254740991)

struct yyjson_val;
struct yyjson_doc;

/* The reader: one per value, on the stack. Not to be zeroed: most of it is arena. */
struct json_in {
    struct yyjson_doc *doc;
    struct reject *error;
    int result;               /* 0, -EBADMSG or -ENOMEM */
    int unknown;              /* unknown fields passed over in all objects bound so far */
    size_t used;
    _Alignas(16) char arena[JSON_ARENA];
};
#define JSON_UNINITIALISED __attribute__((uninitialized))

/*
 * An object bound to its known names, or an array: slot i is the field names[i], or element i. Lives as long as its
 * parent and the reader.
 */
struct json_node {
    struct json_in *in;
    const struct json_node *parent; /* NULL for the root */
    int slot;                       /* in the parent */
    const struct str *names;        /* NULL for an array */
    int count;                      /* names, or elements of the array (all of them, also those not read) */
    struct yyjson_val *slots[JSON_MAX_SLOTS];
};

enum json_need { OPTIONAL, REQUIRED };

enum json_type {
    JSON_NULL,    /* absent or null */
    JSON_BOOL, JSON_INTEGER, /* within int64 */
    JSON_BIG_INTEGER,        /* beyond int64 */
    JSON_NUMBER,             /* with fraction or exponent */
    JSON_STRING, JSON_ARRAY, JSON_OBJECT,
};

/* One entry of a table of names: `static const struct str NAMES[] = { JSON_NAME("ref"), … };` */
#define JSON_NAME(literal) { (literal), sizeof(literal) - 1 }

/*
 * Parses value and binds the outermost object to names. 0; -EBADMSG with *error = not_json or too_large; -ENOMEM.
 * json_in_done() must follow in any case. With names NULL the node has no slots (bind parts with json_object()).
 */
must_check int json_in_parse(struct json_in *in, struct str value, const struct str *names, size_t count,
                             struct json_node *root, struct reject *error);
void json_in_done(struct json_in *in);

/* The verdict: the number of unknown fields passed over (>= 0), or -EBADMSG (*error is filled), or -ENOMEM. */
must_check int json_in_result(const struct json_in *in);
static inline bool json_in_failed(const struct json_in *in)
{
    return in->result < 0;
}

/* Records a fault of a slot found by the caller (`inconsistent`, `bad_digits` …), unless one stands already; slot -1 =
 * the node itself. `expected` must not hold the offending value. */
void json_fault(const struct json_node *node, int slot, enum reject_code code, const char *expected);

/* What a slot holds; reports nothing. A slot beyond the array's end, or after a fault, is JSON_NULL. */
enum json_type json_type(const struct json_node *node, int slot);

/* Members of the same kind for readers that forgive: no fault is recorded, false if the slot is not of the type. A
 * string may be of any length and hold anything (control characters and NUL included). */
bool json_peek_string(const struct json_node *node, int slot, struct str *out);
bool json_peek_integer(const struct json_node *node, int slot, int64_t *out);
bool json_peek_bool(const struct json_node *node, int slot, bool *out);
/* As json_object() and json_array() below. A key twice is a fault of the whole value (not_json) even here. */
bool json_peek_object(const struct json_node *node, int slot, const struct str *names, size_t count,
                      struct json_node *child);
bool json_peek_array(const struct json_node *node, int slot, struct json_node *child);

/* Binds an object, or the elements of an array of at most `max`. */
bool json_object(const struct json_node *node, int slot, enum json_need need, const struct str *names, size_t count,
                 struct json_node *child);
bool json_array(const struct json_node *node, int slot, enum json_need need, size_t max, struct json_node *child);

/* A string of 1 to max bytes (max <= JSON_MAX_STRING) without control characters (C0, DEL, C1). */
bool json_text(const struct json_node *node, int slot, enum json_need need, size_t max, struct str *out);
/* The same, copied: at most size - 1 bytes. */
bool json_string(const struct json_node *node, int slot, enum json_need need, char *out, size_t size);
/* The same, counted in characters (code points): 1 to max, and at most size - 1 bytes. */
bool json_name(const struct json_node *node, int slot, enum json_need need, size_t max, char *out, size_t size);
/* Ref form, into char[REF_SIZE]. */
bool json_ref(const struct json_node *node, int slot, enum json_need need, char *out);
/* Ref form without '/': parts of a donation's id. */
bool json_ref_part(const struct json_node *node, int slot, enum json_need need, char *out);
/* k<n>. and 32 base32 characters, into char[TOKEN_SIZE]. */
bool json_token(const struct json_node *node, int slot, enum json_need need, char *out);
/* A UUID in its 36-character form, into char[VISIT_SIZE]; letters as written. */
bool json_uuid(const struct json_node *node, int slot, enum json_need need, char *out);
/* Exactly size - 1 lower-case hex digits. */
bool json_hex(const struct json_node *node, int slot, enum json_need need, char *out, size_t size);

bool json_int(const struct json_node *node, int slot, enum json_need need, int64_t min, int64_t max, int64_t *out);
bool json_int32(const struct json_node *node, int slot, enum json_need need, int32_t min, int32_t max, int32_t *out);
bool json_int8(const struct json_node *node, int slot, enum json_need need, int8_t min, int8_t max, int8_t *out);
bool json_bool(const struct json_node *node, int slot, enum json_need need, bool *out);
bool json_tristate(const struct json_node *node, int slot, enum json_need need, enum tristate *out);

/* A word of the table: its value; 0 if absent or wrong. */
int json_word(const struct json_node *node, int slot, enum json_need need, const struct wire_words *words);
/* An array of distinct words as a mask: word n sets bit n - 1 (the convention of enum child_finding). */
bool json_word_set(const struct json_node *node, int slot, enum json_need need, const struct wire_words *words,
                   uint32_t *out);

/* Exactly 4, 6 or 10 ASCII digits, the first not 0: our own topics' form of a region. */
bool json_regency(const struct json_node *node, int slot, enum json_need need, int32_t *out);
bool json_district(const struct json_node *node, int slot, enum json_need need, int32_t *out);
bool json_village(const struct json_node *node, int slot, enum json_need need, int64_t *out);

/* YYYY-MM-DD (days since 1970), YYYY-MM (edition), and our own instants YYYY-MM-DDTHH:MM:SS.mmmZ (ms). */
bool json_date(const struct json_node *node, int slot, enum json_need need, int32_t *out);
bool json_edition(const struct json_node *node, int slot, enum json_need need, int32_t *out);
bool json_instant(const struct json_node *node, int slot, enum json_need need, int64_t *out);

#endif
