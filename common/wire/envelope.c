#include "common/wire/envelope.h"

#include <errno.h>

#include "common/core/civil.h"
#include "common/core/parse.h"
#include "common/domain/ref.h"

enum attribute {
    SPECVERSION, ID, SOURCE, TYPE, TIME, SUBJECT, CONTENT_TYPE, /* in the order in which faults count */
    TRACEPARENT, ORIGIN, VERSION,
    ATTRIBUTES,
};

static const struct str header_names[ATTRIBUTES] = {
    [SPECVERSION] = STR_LIT("ce_specversion"),
    [ID] = STR_LIT("ce_id"),
    [SOURCE] = STR_LIT("ce_source"),
    [TYPE] = STR_LIT("ce_type"),
    [TIME] = STR_LIT("ce_time"),
    [SUBJECT] = STR_LIT("ce_subject"),
    [CONTENT_TYPE] = STR_LIT("content-type"),
    [TRACEPARENT] = STR_LIT("traceparent"),
    [ORIGIN] = STR_LIT("berbagi_origin"),
    [VERSION] = STR_LIT("berbagi_version"),
};

static const char *const expectations[CONTENT_TYPE + 1] = {
    [SPECVERSION] = "specversion: one header ce_specversion, 1.0",
    [ID] = "id: one header ce_id of 1 to 128 printable ASCII characters without space and #, no 16 digits in a row",
    [SOURCE] = "source: one header ce_source, a URI reference of 1 to 256 characters, no 16 digits in a row",
    [TYPE] = "type: one header ce_type, that of the topic: ",
    [TIME] = "time: one header ce_time, RFC 3339 with an offset, no leap second",
    [SUBJECT] = "subject: one header ce_subject, or none",
    [CONTENT_TYPE] = "content-type: one header application/json, or none",
};

/* The headers that mean something to us: the last value of each, and how often it came. */
struct attributes {
    struct str value[ATTRIBUTES];
    unsigned times[ATTRIBUTES];
};

static void collect(const struct header *headers, size_t n, struct attributes *a)
{
    *a = (struct attributes){ 0 };
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < ATTRIBUTES; k++) {
            if (str_equal(headers[i].name, header_names[k])) {
                a->value[k] = headers[i].value;
                a->times[k]++;
                break;
            }
        }
    }
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool valid_id(struct str id)
{
    if (id.n < 1 || id.n > 128 || ref_has_16_digits(id))
        return false;
    for (size_t i = 0; i < id.n; i++) {
        if (id.p[i] <= ' ' || id.p[i] > '~' || id.p[i] == '#')
            return false;
    }
    return true;
}

/* RFC 3986, section 3.1. */
static bool valid_scheme(struct str s)
{
    if (s.n == 0 || !is_alpha(s.p[0]))
        return false;
    for (size_t i = 1; i < s.n; i++) {
        if (!is_alpha(s.p[i]) && !parse_is_digit(s.p[i]) && strchr("+-.", s.p[i]) == NULL)
            return false;
    }
    return true;
}

/*
 * RFC 3986, section 4.1, as far as characters go: the allowed ones, well-formed escapes, one fragment at most; what
 * stands before a colon in the first segment is a scheme.
 */
static bool valid_source(struct str s)
{
    if (s.n < 1 || s.n >= SOURCE_SIZE || ref_has_16_digits(s))
        return false;

    bool first_segment = true, fragment = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            if (s.n - i < 3 || parse_hex_digit(s.p[i + 1]) < 0 || parse_hex_digit(s.p[i + 2]) < 0)
                return false;
        } else if (c == '#') {
            if (fragment)
                return false;
            fragment = true;
        } else if (c == ':' && first_segment) {
            if (!valid_scheme((struct str){ s.p, i }))
                return false;
            first_segment = false;
        } else if (c == '\0' || (!is_alpha(c) && !parse_is_digit(c) && strchr("-._~:/?[]@!$&'()*+,;=", c) == NULL)) {
            return false;
        }
        if (c == '/' || c == '?' || c == '#')
            first_segment = false;
    }
    return true;
}

static bool equal_ignoring_case(struct str s, const char *lower)
{
    size_t n = strlen(lower);
    if (s.n != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = s.p[i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != lower[i])
            return false;
    }
    return true;
}

static struct str trim(struct str s)
{
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = (struct str){ s.p + 1, s.n - 1 };
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

/* application/json, with charset UTF-8 or without parameters: JSON has no other encoding (RFC 8259, section 8.1). */
static bool json_content(struct str s)
{
    const char *semicolon = s.n == 0 ? NULL : memchr(s.p, ';', s.n);
    if (semicolon == NULL)
        return equal_ignoring_case(trim(s), "application/json");
    struct str type = { s.p, (size_t)(semicolon - s.p) };
    struct str parameter = { semicolon + 1, s.n - type.n - 1 };
    return equal_ignoring_case(trim(type), "application/json") &&
           (equal_ignoring_case(trim(parameter), "charset=utf-8") ||
            equal_ignoring_case(trim(parameter), "charset=\"utf-8\""));
}

/* W3C Trace Context, version 00: 00-<32 hex>-<16 hex>-<2 hex>, neither id all zero. */
static bool valid_traceparent(struct str s)
{
    static const char form[] = "hh-hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh-hhhhhhhhhhhhhhhh-hh";

    if (s.n != sizeof(form) - 1 || ref_has_16_digits(s))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool fits = form[i] == '-' ? s.p[i] == '-' : parse_is_digit(s.p[i]) || (s.p[i] >= 'a' && s.p[i] <= 'f');
        if (!fits)
            return false;
    }
    return memcmp(s.p, "ff", 2) != 0 && memcmp(s.p + 3, "00000000000000000000000000000000", 32) != 0 &&
           memcmp(s.p + 36, "0000000000000000", 16) != 0;
}

/* "id.berbagi.raw.household." of a raw topic; the version follows. */
static size_t raw_type_prefix(enum topic topic, char out[EVENT_TYPE_SIZE])
{
    struct str parts[] = { STR_LIT("id.berbagi."), str_from(topic_name(topic)), STR_LIT(".") };
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        memcpy(out + n, parts[i].p, parts[i].n);
        n += parts[i].n;
    }
    out[n] = '\0';
    return n;
}

enum type_fit { TYPE_FITS, TYPE_OTHER_VERSION, TYPE_WRONG };

static enum type_fit fit_type(struct str type, struct str prefix)
{
    if (type.n < prefix.n + 2 || memcmp(type.p, prefix.p, prefix.n) != 0 || type.p[prefix.n] != 'v')
        return TYPE_WRONG;
    struct str version = { type.p + prefix.n + 1, type.n - prefix.n - 1 };
    for (size_t i = 0; i < version.n; i++) {
        if (!parse_is_digit(version.p[i]))
            return TYPE_WRONG;
    }
    return str_is(version, "1") ? TYPE_FITS : TYPE_OTHER_VERSION;
}

static int refuse(struct reject *error, enum attribute k)
{
    return reject_set(error, REJECT_BAD_CLOUDEVENT, "", expectations[k]);
}

static int refuse_type(struct reject *error, enum reject_code code, struct str prefix)
{
    char expected[REJECT_EXPECTED_SIZE];
    size_t n = strlen(expectations[TYPE]);
    memcpy(expected, expectations[TYPE], n);
    memcpy(expected + n, prefix.p, prefix.n);
    memcpy(expected + n + prefix.n, "v1", sizeof("v1"));
    return reject_set(error, code, "", expected);
}

int envelope_read_raw(enum topic topic, const struct header *headers, size_t n, struct envelope *out,
                      struct reject *error)
{
    struct attributes a;
    collect(headers, n, &a);
    *out = (struct envelope){ 0 };

    /* The tally names source and type even of what is refused; a type that might hide a number is not named. */
    if (a.times[SOURCE] == 1 && valid_source(a.value[SOURCE]))
        str_copy(out->source, sizeof(out->source), a.value[SOURCE]);
    if (a.times[TYPE] == 1 && ref_form(a.value[TYPE]))
        str_copy(out->type, sizeof(out->type), a.value[TYPE]);

    if (a.times[SPECVERSION] != 1 || !str_is(a.value[SPECVERSION], "1.0"))
        return refuse(error, SPECVERSION);
    if (a.times[ID] != 1 || !valid_id(a.value[ID]))
        return refuse(error, ID);
    str_copy(out->id, sizeof(out->id), a.value[ID]);
    if (out->source[0] == '\0')
        return refuse(error, SOURCE);

    char prefix_bytes[EVENT_TYPE_SIZE];
    struct str prefix = { prefix_bytes, raw_type_prefix(topic, prefix_bytes) };
    enum type_fit fit = a.times[TYPE] == 1 ? fit_type(a.value[TYPE], prefix) : TYPE_WRONG;
    if (fit != TYPE_FITS)
        return refuse_type(error, fit == TYPE_WRONG ? REJECT_BAD_CLOUDEVENT : REJECT_UNSUPPORTED_VERSION, prefix);

    if (a.times[TIME] != 1 || instant_parse(a.value[TIME], &out->time) != 0)
        return refuse(error, TIME);
    if (a.times[SUBJECT] > 1)
        return refuse(error, SUBJECT);
    if (a.times[CONTENT_TYPE] > 1 || (a.times[CONTENT_TYPE] == 1 && !json_content(a.value[CONTENT_TYPE])))
        return refuse(error, CONTENT_TYPE);

    /* A broken trace context is dropped and a new one begun, as W3C Trace Context, section 3.2.2, asks. */
    if (a.times[TRACEPARENT] == 1 && valid_traceparent(a.value[TRACEPARENT]))
        str_copy(out->traceparent, sizeof(out->traceparent), a.value[TRACEPARENT]);
    return 0;
}

int envelope_read(const struct header *headers, size_t n, struct envelope *out)
{
    struct attributes a;
    struct envelope e = { 0 };
    collect(headers, n, &a);

    for (int k = 0; k < ATTRIBUTES; k++) {
        bool required = k <= TIME;
        if (a.times[k] > 1 || (required && a.times[k] == 0))
            return -EBADMSG;
    }
    if (!str_is(a.value[SPECVERSION], "1.0") || instant_parse(a.value[TIME], &e.time) != 0 ||
        a.value[ID].n == 0 || a.value[SOURCE].n == 0 || a.value[TYPE].n == 0 ||
        (a.times[CONTENT_TYPE] == 1 && !json_content(a.value[CONTENT_TYPE])))
        return -EBADMSG;
    if (!str_copy(e.id, sizeof(e.id), a.value[ID]) || !str_copy(e.source, sizeof(e.source), a.value[SOURCE]) ||
        !str_copy(e.type, sizeof(e.type), a.value[TYPE]) ||
        !str_copy(e.subject, sizeof(e.subject), a.value[SUBJECT]) ||
        !str_copy(e.traceparent, sizeof(e.traceparent), a.value[TRACEPARENT]) ||
        !str_copy(e.origin, sizeof(e.origin), a.value[ORIGIN]) ||
        !str_copy(e.version, sizeof(e.version), a.value[VERSION]))
        return -EBADMSG;
    *out = e;
    return 0;
}

static struct header own(enum attribute k, struct str value)
{
    return (struct header){ header_names[k], value };
}

size_t envelope_write(const struct envelope *e, struct header headers[ENVELOPE_MAX_HEADERS], struct buf *scratch)
{
    size_t n = 0;
    struct str time = { NULL, 0 };
    char *room = buf_reserve(scratch, INSTANT_TEXT_SIZE);
    if (room != NULL) {
        instant_format(e->time, room);
        time = str_from(room);
        scratch->len += INSTANT_TEXT_SIZE;
    }

    headers[n++] = own(SPECVERSION, STR_LIT("1.0"));
    headers[n++] = own(ID, str_from(e->id));
    headers[n++] = own(SOURCE, str_from(e->source));
    headers[n++] = own(TYPE, str_from(e->type));
    if (e->subject[0] != '\0')
        headers[n++] = own(SUBJECT, str_from(e->subject));
    headers[n++] = own(TIME, time);
    headers[n++] = own(CONTENT_TYPE, STR_LIT("application/json"));
    if (e->traceparent[0] != '\0')
        headers[n++] = own(TRACEPARENT, str_from(e->traceparent));
    if (e->origin[0] != '\0') {
        headers[n++] = own(ORIGIN, str_from(e->origin));
        headers[n++] = own(VERSION, str_from(e->version)); /* empty for types without a version */
    }
    return n;
}
