/* The typed getters of json_in.h: what a known field may hold. No JSON library here: they stand on json_type() and the
 * peeking ones. */
#include <inttypes.h>
#include <stdio.h>

#include "common/core/civil.h"
#include "common/core/parse.h"
#include "common/domain/ref.h"
#include "common/domain/token.h"
#include "common/wire/json_in.h"

static const char REF_EXPECTED[] = "1 to 64 printable ASCII characters without space, no 16 digits in a row";

/* Looks whether the slot is of the type. If not: a fault, unless it is null and that is allowed. */
static bool is_a(const struct json_node *node, int slot, enum json_need need, enum json_type type,
                 const char *expected)
{
    if (json_in_failed(node->in))
        return false;
    enum json_type found = json_type(node, slot);
    if (found == type)
        return true;
    if (found != JSON_NULL)
        json_fault(node, slot, REJECT_WRONG_TYPE, expected);
    else if (need == REQUIRED)
        json_fault(node, slot, REJECT_MISSING_FIELD, expected);
    return false;
}

static bool a_string(const struct json_node *node, int slot, enum json_need need, const char *expected,
                     struct str *out)
{
    return is_a(node, slot, need, JSON_STRING, expected) && json_peek_string(node, slot, out);
}

// ---- containers ----------------------------------------------------------------------------------------------------

bool json_object(const struct json_node *node, int slot, enum json_need need, const struct str *names, size_t count,
                 struct json_node *child)
{
    return is_a(node, slot, need, JSON_OBJECT, "an object") && json_peek_object(node, slot, names, count, child);
}

bool json_array(const struct json_node *node, int slot, enum json_need need, size_t max, struct json_node *child)
{
    if (json_peek_array(node, slot, child) && (size_t)child->count <= max)
        return true;
    char expected[48];
    snprintf(expected, sizeof expected, "an array of at most %zu", max);
    if (is_a(node, slot, need, JSON_ARRAY, expected))
        json_fault(node, slot, REJECT_OUT_OF_RANGE, expected);
    return false;
}

// ---- strings -------------------------------------------------------------------------------------------------------

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        // U+0080 to U+009F are C2 80 to C2 9F; the reader has checked that a byte follows.
        if (c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)s.p[i + 1] < 0xa0))
            return true;
    }
    return false;
}

bool json_text(const struct json_node *node, int slot, enum json_need need, size_t max, struct str *out)
{
    struct str s;
    if (json_peek_string(node, slot, &s) && s.n >= 1 && s.n <= max && !has_control(s)) {
        *out = s;
        return true;
    }
    char expected[80];
    snprintf(expected, sizeof expected, "a string of 1 to %zu bytes without control characters", max);
    if (is_a(node, slot, need, JSON_STRING, expected))
        json_fault(node, slot, REJECT_OUT_OF_RANGE, expected);
    return false;
}

bool json_string(const struct json_node *node, int slot, enum json_need need, char *out, size_t size)
{
    struct str s;
    return json_text(node, slot, need, size - 1, &s) && str_copy(out, size, s);
}

bool json_name(const struct json_node *node, int slot, enum json_need need, size_t max, char *out, size_t size)
{
    struct str s;
    size_t characters = 0;
    if (!json_text(node, slot, need, JSON_MAX_STRING, &s))
        return false;
    for (size_t i = 0; i < s.n; i++)
        characters += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    if (characters <= max && str_copy(out, size, s))
        return true;
    char expected[48];
    snprintf(expected, sizeof expected, "a string of 1 to %zu characters", max);
    json_fault(node, slot, REJECT_OUT_OF_RANGE, expected);
    return false;
}

bool json_ref(const struct json_node *node, int slot, enum json_need need, char *out)
{
    struct str s;
    if (!a_string(node, slot, need, REF_EXPECTED, &s))
        return false;
    if (ref_form(s))
        return str_copy(out, REF_SIZE, s);
    json_fault(node, slot, ref_has_16_digits(s) ? REJECT_FORBIDDEN_CONTENT : REJECT_OUT_OF_RANGE, REF_EXPECTED);
    return false;
}

bool json_ref_part(const struct json_node *node, int slot, enum json_need need, char *out)
{
    char part[REF_SIZE];
    if (!json_ref(node, slot, need, part))
        return false;
    if (strchr(part, '/') != NULL) {
        json_fault(node, slot, REJECT_OUT_OF_RANGE, "1 to 64 printable ASCII characters without space and '/'");
        return false;
    }
    return str_copy(out, REF_SIZE, str_from(part));
}

static bool is_uuid(struct str s)
{
    if (s.n != VISIT_SIZE - 1)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        char c = s.p[i];
        if (dash ? c != '-' : parse_hex_digit(c) < 0)
            return false;
    }
    return true;
}

/* A string with a form of its own. */
static bool formed(const struct json_node *node, int slot, enum json_need need, bool (*form)(struct str),
                   const char *expected, char *out, size_t size)
{
    struct str s;
    if (!a_string(node, slot, need, expected, &s))
        return false;
    if (form(s) && str_copy(out, size, s))
        return true;
    json_fault(node, slot, REJECT_OUT_OF_RANGE, expected);
    return false;
}

bool json_token(const struct json_node *node, int slot, enum json_need need, char *out)
{
    return formed(node, slot, need, token_form, "a token: k<n>. and 32 base32 characters", out, TOKEN_SIZE);
}

bool json_uuid(const struct json_node *node, int slot, enum json_need need, char *out)
{
    return formed(node, slot, need, is_uuid, "a UUID in its 36-character form", out, VISIT_SIZE);
}

bool json_hex(const struct json_node *node, int slot, enum json_need need, char *out, size_t size)
{
    struct str s;
    char expected[48];
    snprintf(expected, sizeof expected, "%zu lower-case hex digits", size - 1);
    if (!a_string(node, slot, need, expected, &s))
        return false;
    bool good = s.n == size - 1;
    for (size_t i = 0; good && i < s.n; i++)
        good = parse_is_digit(s.p[i]) || (s.p[i] >= 'a' && s.p[i] <= 'f');
    if (!good)
        json_fault(node, slot, REJECT_OUT_OF_RANGE, expected);
    return good && str_copy(out, size, s);
}

// ---- numbers and booleans ------------------------------------------------------------------------------------------

bool json_int(const struct json_node *node, int slot, enum json_need need, int64_t min, int64_t max, int64_t *out)
{
    int64_t n;
    if (json_peek_integer(node, slot, &n) && n >= min && n <= max) {
        *out = n;
        return true;
    }
    char expected[80];
    snprintf(expected, sizeof expected, "an integer from %" PRId64 " to %" PRId64, min, max);
    enum json_type found = json_type(node, slot);
    if (found == JSON_INTEGER || found == JSON_BIG_INTEGER)
        json_fault(node, slot, REJECT_OUT_OF_RANGE, expected);
    else
        (void)is_a(node, slot, need, JSON_INTEGER, expected);
    return false;
}

bool json_int32(const struct json_node *node, int slot, enum json_need need, int32_t min, int32_t max, int32_t *out)
{
    int64_t n;
    if (!json_int(node, slot, need, min, max, &n))
        return false;
    *out = (int32_t)n;
    return true;
}

bool json_int8(const struct json_node *node, int slot, enum json_need need, int8_t min, int8_t max, int8_t *out)
{
    int64_t n;
    if (!json_int(node, slot, need, min, max, &n))
        return false;
    *out = (int8_t)n;
    return true;
}

bool json_bool(const struct json_node *node, int slot, enum json_need need, bool *out)
{
    return is_a(node, slot, need, JSON_BOOL, "true or false") && json_peek_bool(node, slot, out);
}

bool json_tristate(const struct json_node *node, int slot, enum json_need need, enum tristate *out)
{
    bool value;
    if (!json_bool(node, slot, need, &value))
        return false;
    *out = value ? TRISTATE_TRUE : TRISTATE_FALSE;
    return true;
}

// ---- words ---------------------------------------------------------------------------------------------------------

static void list_words(const struct wire_words *words, char *out, size_t size)
{
    size_t len = (size_t)snprintf(out, size, "one of");
    for (int i = 1; i < words->count && len < size; i++)
        len += (size_t)snprintf(out + len, size - len, " %s", words->words[i]);
}

int json_word(const struct json_node *node, int slot, enum json_need need, const struct wire_words *words)
{
    struct str s;
    int value = 0;
    bool is_string = json_peek_string(node, slot, &s);
    if (is_string)
        value = wire_value(words, s);
    if (value != 0 || json_in_failed(node->in))
        return value;
    char expected[REJECT_EXPECTED_SIZE];
    list_words(words, expected, sizeof expected);
    if (is_string)
        json_fault(node, slot, REJECT_UNKNOWN_VALUE, expected);
    else
        (void)is_a(node, slot, need, JSON_STRING, expected);
    return 0;
}

bool json_word_set(const struct json_node *node, int slot, enum json_need need, const struct wire_words *words,
                   uint32_t *out)
{
    struct json_node list;
    uint32_t set = 0;
    if (!json_array(node, slot, need, MAX_LIST, &list))
        return false;
    for (int i = 0; i < list.count; i++) {
        int value = json_word(&list, i, REQUIRED, words);
        if (value == 0)
            return false;
        if (set & 1U << (value - 1)) {
            json_fault(&list, i, REJECT_INCONSISTENT, "each word once");
            return false;
        }
        set |= 1U << (value - 1);
    }
    *out = set;
    return true;
}

// ---- regions -------------------------------------------------------------------------------------------------------

static bool region(const struct json_node *node, int slot, enum json_need need, size_t digits, const char *expected,
                   int64_t *out)
{
    struct str s;
    if (!a_string(node, slot, need, expected, &s))
        return false;
    int64_t code = 0;
    bool good = s.n == digits && s.p[0] != '0';
    for (size_t i = 0; good && i < digits; i++) {
        good = parse_is_digit(s.p[i]);
        code = code * 10 + (s.p[i] - '0');
    }
    if (good)
        *out = code;
    else
        json_fault(node, slot, REJECT_OUT_OF_RANGE, expected);
    return good;
}

bool json_regency(const struct json_node *node, int slot, enum json_need need, int32_t *out)
{
    int64_t code;
    if (!region(node, slot, need, 4, "a regency: 4 digits", &code))
        return false;
    *out = (int32_t)code;
    return true;
}

bool json_district(const struct json_node *node, int slot, enum json_need need, int32_t *out)
{
    int64_t code;
    if (!region(node, slot, need, 6, "a district: 6 digits", &code))
        return false;
    *out = (int32_t)code;
    return true;
}

bool json_village(const struct json_node *node, int slot, enum json_need need, int64_t *out)
{
    return region(node, slot, need, 10, "a village: 10 digits", out);
}

// ---- time ----------------------------------------------------------------------------------------------------------

static const char INSTANT_EXPECTED[] = "an instant in UTC with milliseconds: YYYY-MM-DDTHH:MM:SS.mmmZ";

bool json_date(const struct json_node *node, int slot, enum json_need need, int32_t *out)
{
    struct str s;
    if (!a_string(node, slot, need, "a date: YYYY-MM-DD", &s))
        return false;
    if (date_parse(s, out) == 0)
        return true;
    json_fault(node, slot, REJECT_BAD_DATE, "a date: YYYY-MM-DD");
    return false;
}

bool json_edition(const struct json_node *node, int slot, enum json_need need, int32_t *out)
{
    struct str s;
    if (!a_string(node, slot, need, "a month: YYYY-MM", &s))
        return false;
    if (edition_parse(s, out) == 0)
        return true;
    json_fault(node, slot, REJECT_BAD_DATE, "a month: YYYY-MM");
    return false;
}

/* Only the form we write ourselves: so decoding and encoding again gives the same bytes. */
bool json_instant(const struct json_node *node, int slot, enum json_need need, int64_t *out)
{
    struct str s;
    char again[INSTANT_TEXT_SIZE];
    int64_t instant;
    if (!a_string(node, slot, need, INSTANT_EXPECTED, &s))
        return false;
    if (instant_parse(s, &instant) == 0) {
        instant_format(instant, again);
        if (str_is(s, again)) {
            *out = instant;
            return true;
        }
    }
    json_fault(node, slot, REJECT_BAD_DATE, INSTANT_EXPECTED);
    return false;
}
