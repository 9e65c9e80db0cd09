#include "common/core/conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/core/json_out.h"
#include "common/core/parse.h"

#define PREFIX "BERBAGI_"
enum { PREFIX_LEN = sizeof(PREFIX) - 1, MAX_TEXT = 64 * 1024 };

struct conf_value {
    const struct conf_key *key;
    char *text;      /* owned; NULL = not set and without fallback */
    int64_t number;
    bool from_environment;
};

struct conf {
    size_t count;
    struct conf_value values[];
};

/* Fault points are settings of the test flavour only; elsewhere they are unknown, as a production start should say. */
#ifdef BERBAGI_FAULT_POINTS
static const char *const fault_settings[] = { "TEST_DIE_AT", "TEST_DIE_MARK", "TEST_STOP_AT" };
#endif

static bool is_fault_setting(struct str name)
{
#ifdef BERBAGI_FAULT_POINTS
    for (size_t i = 0; i < ARRAY_LEN(fault_settings); i++)
        if (str_is(name, fault_settings[i]))
            return true;
#else
    (void)name;
#endif
    return false;
}

// ---- one value -----------------------------------------------------------------------------------------------------

static bool is_choice(const char *choices, struct str s)
{
    for (const char *at = choices; *at != '\0';) {
        size_t n = strcspn(at, " ");
        if (str_equal(s, (struct str){ at, n }))
            return true;
        at += n + (at[n] == ' ');
    }
    return false;
}

static bool is_url(const char *schemes, struct str s)
{
    const char *mark = s.n > 3 ? memmem(s.p, s.n, "://", 3) : NULL;
    if (mark == NULL || mark == s.p || mark + 3 == s.p + s.n || memchr(s.p, ' ', s.n) != NULL)
        return false;
    return schemes == NULL || is_choice(schemes, (struct str){ s.p, (size_t)(mark - s.p) });
}

static void bounds_of(const struct conf_key *key, int64_t *min, int64_t *max)
{
    *min = key->min;
    *max = key->min == 0 && key->max == 0 ? INT64_MAX : key->max;
}

static int read_number(const struct conf_key *key, struct str text, int64_t *out)
{
    int64_t min, max;
    bool flag;

    bounds_of(key, &min, &max);
    switch (key->type) {
    case CONF_INT:
        return parse_int(text, min, max, out);
    case CONF_DURATION:
        return parse_duration_ms(text, min, max, out);
    case CONF_SIZE:
        return parse_size(text, min, max, out);
    case CONF_BOOL:
        if (parse_bool(text, &flag) != 0)
            return -EINVAL;
        *out = flag;
        return 0;
    case CONF_CHOICE:
        return is_choice(key->choices, text) ? 0 : -EINVAL;
    case CONF_URL:
        return is_url(key->choices, text) ? 0 : -EINVAL;
    case CONF_STRING:
    case CONF_FILE:
        return 0;
    }
    return -EINVAL;
}

static void append_amount(struct buf *b, enum conf_type type, int64_t n)
{
    static const struct {
        const char *name;
        int64_t factor;
    } times[] = { { "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 } },
      sizes[] = { { "GiB", 1 << 30 }, { "MiB", 1 << 20 }, { "KiB", 1 << 10 }, { "", 1 } };
    size_t i = 0;

    if (type == CONF_DURATION) {
        while (times[i].factor > 1 && (n == 0 || n % times[i].factor != 0))
            i++;
        buf_append_int(b, n / times[i].factor);
        buf_append_cstr(b, times[i].name);
    } else if (type == CONF_SIZE) {
        while (sizes[i].factor > 1 && (n == 0 || n % sizes[i].factor != 0))
            i++;
        buf_append_int(b, n / sizes[i].factor);
        buf_append_cstr(b, sizes[i].name);
    } else {
        buf_append_int(b, n);
    }
}

/* "a duration from 1s to 5m" */
static void append_expectation(struct buf *b, const struct conf_key *key)
{
    static const char *const nouns[] = {
        [CONF_STRING] = "text", [CONF_INT] = "an integer", [CONF_BOOL] = "true or false",
        [CONF_DURATION] = "a duration (250ms, 15s, 2h)", [CONF_SIZE] = "a size (64KiB)", [CONF_CHOICE] = "one of ",
        [CONF_URL] = "a URL", [CONF_FILE] = "a path",
    };
    int64_t min, max;

    buf_append_cstr(b, nouns[key->type]);
    bounds_of(key, &min, &max);
    if (key->type == CONF_CHOICE || (key->type == CONF_URL && key->choices != NULL)) {
        buf_append_cstr(b, key->type == CONF_URL ? " of scheme " : "");
        for (const char *c = key->choices; *c != '\0'; c++)
            buf_append_cstr(b, *c == ' ' ? ", " : (char[]){ *c, '\0' });
    } else if (key->type == CONF_INT || key->type == CONF_DURATION || key->type == CONF_SIZE) {
        buf_append_cstr(b, " from ");
        append_amount(b, key->type, min);
        if (max != INT64_MAX) {
            buf_append_cstr(b, " to ");
            append_amount(b, key->type, max);
        }
    }
}

// ---- loading -------------------------------------------------------------------------------------------------------

static struct str variable(char *const *env, const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    for (; *env != NULL; env++) {
        const char *at = *env;
        if (strncmp(at, PREFIX, PREFIX_LEN) != 0 || strncmp(at + PREFIX_LEN, name, n) != 0)
            continue;
        at += PREFIX_LEN + n;
        if (strncmp(at, suffix, m) == 0 && at[m] == '=')
            return str_from(at + m + 1);
    }
    return (struct str){ "", 0 };
}

struct loading {
    char *const *env;
    conf_read_file read;
    void *arg;
    struct buf *faults;
    bool failed, no_memory;
};

static void fault(struct loading *l, const struct conf_key *key, const char *what)
{
    buf_printf(l->faults, PREFIX "%s %s\n", key->name, what);
    l->failed = true;
}

/* The content of a secret's file, without its last newline, into v->text. */
static void load_secret_file(struct loading *l, struct conf_value *v, struct str path)
{
    struct buf content;

    buf_init(&content, MAX_TEXT);
    int r = l->read(l->arg, path.p, &content);
    if (r < 0) {
        buf_printf(l->faults, PREFIX "%s_FILE: %s can't be read: %s\n", v->key->name, path.p, strerrordesc_np(-r));
        l->failed = true;
    } else {
        if (content.len > 0 && content.data[content.len - 1] == '\n')
            content.len--;
        if (memchr(content.len > 0 ? content.data : "", '\0', content.len) != NULL) {
            fault(l, v->key, "must not hold a NUL (its _FILE does)");
        } else {
            v->text = strndup(content.len > 0 ? content.data : "", content.len);
            l->no_memory |= v->text == NULL;
        }
    }
    if (content.data != NULL)
        explicit_bzero(content.data, content.capacity);
    buf_done(&content);
}

static void load_text(struct loading *l, struct conf_value *v)
{
    const struct conf_key *key = v->key;
    struct str text = variable(l->env, key->name, "");
    struct str path = key->secret ? variable(l->env, key->name, "_FILE") : (struct str){ "", 0 };

    v->from_environment = text.n > 0 || path.n > 0;
    if (text.n > 0 && path.n > 0) {
        fault(l, key, "and its _FILE are both set: one of them");
    } else if (path.n > 0) {
        load_secret_file(l, v, path);
    } else if (text.n > 0 || key->fallback != NULL) {
        v->text = strdup(text.n > 0 ? text.p : key->fallback);
        l->no_memory |= v->text == NULL;
    } else if (key->required) {
        buf_printf(l->faults, PREFIX "%s%s is required: %s\n", key->name, key->secret ? " (or its _FILE)" : "",
                   key->doc);
        l->failed = true;
    }
}

static void load_value(struct loading *l, struct conf_value *v)
{
    load_text(l, v);
    if (v->text == NULL || read_number(v->key, str_from(v->text), &v->number) == 0)
        return;
    buf_printf(l->faults, PREFIX "%s must be ", v->key->name);
    append_expectation(l->faults, v->key);
    if (!v->key->secret)
        buf_printf(l->faults, ", is \"%s\"", v->text);
    buf_append_char(l->faults, '\n');
    l->failed = true;
}

static bool is_known(const struct conf *c, struct str name)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct conf_key *key = c->values[i].key;
        size_t n = strlen(key->name);
        if (str_is(name, key->name))
            return true;
        if (key->secret && name.n == n + 5 && memcmp(name.p, key->name, n) == 0 && memcmp(name.p + n, "_FILE", 5) == 0)
            return true;
    }
    return is_fault_setting(name);
}

static void refuse_unknown(struct loading *l, const struct conf *c)
{
    for (char *const *e = l->env; *e != NULL; e++) {
        if (strncmp(*e, PREFIX, PREFIX_LEN) != 0)
            continue;
        struct str name = { *e + PREFIX_LEN, strcspn(*e + PREFIX_LEN, "=") };
        if (is_known(c, name))
            continue;
        buf_append_cstr(l->faults, PREFIX);
        buf_append_str(l->faults, name);
        buf_append_cstr(l->faults, " is no setting of this program\n");
        l->failed = true;
    }
}

int conf_load(const struct conf_table *tables, size_t table_count, char *const *env, conf_read_file read, void *arg,
              struct conf **out, struct buf *faults)
{
    struct loading l = { .env = env, .read = read, .arg = arg, .faults = faults };
    size_t count = 0;

    for (size_t t = 0; t < table_count; t++)
        count += tables[t].count;
    cleanup(conf_done) struct conf *c = calloc(1, sizeof(*c) + count * sizeof(c->values[0]));
    if (c == NULL)
        return -ENOMEM;
    for (size_t t = 0; t < table_count; t++)
        for (size_t i = 0; i < tables[t].count; i++)
            c->values[c->count++].key = &tables[t].keys[i];
    for (size_t i = 0; i < c->count; i++)
        load_value(&l, &c->values[i]);
    refuse_unknown(&l, c);
    if (l.no_memory || faults->error == -ENOMEM)
        return -ENOMEM;
    if (l.failed)
        return -EINVAL;
    *out = take_ptr(c);
    return 0;
}

void conf_free(struct conf *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->count; i++) {
        struct conf_value *v = &c->values[i];
        if (v->text != NULL && v->key->secret)
            explicit_bzero(v->text, strlen(v->text));
        free(v->text);
    }
    free(c);
}

void conf_done(struct conf **c)
{
    conf_free(*c);
}

// ---- asking --------------------------------------------------------------------------------------------------------

static const struct conf_value *value_of(const struct conf *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->values[i].key->name, name) == 0)
            return &c->values[i];
    abort(); // a slip in the code: the name is in no table
}

int64_t conf_int(const struct conf *c, const char *name)
{
    const struct conf_value *v = value_of(c, name);
    if (v->key->type != CONF_INT && v->key->type != CONF_DURATION && v->key->type != CONF_SIZE)
        abort();
    return v->number;
}

bool conf_bool(const struct conf *c, const char *name)
{
    const struct conf_value *v = value_of(c, name);
    if (v->key->type != CONF_BOOL)
        abort();
    return v->number != 0;
}

const char *conf_str(const struct conf *c, const char *name)
{
    const struct conf_value *v = value_of(c, name);
    return v->text != NULL ? v->text : "";
}

bool conf_is_set(const struct conf *c, const char *name)
{
    return value_of(c, name)->from_environment;
}

// ---- showing -------------------------------------------------------------------------------------------------------

static const char *shown(const struct conf_value *v)
{
    if (v->text == NULL || v->text[0] == '\0')
        return "";
    return v->key->secret ? "(secret)" : v->text;
}

void conf_write(const struct conf *c, struct buf *out)
{
    for (size_t i = 0; i < c->count; i++)
        buf_printf(out, PREFIX "%s=%s\n", c->values[i].key->name, shown(&c->values[i]));
}

void conf_write_json(const struct conf *c, struct buf *out)
{
    struct json_out w = { .b = out };

    json_out_open(&w, '{');
    for (size_t i = 0; i < c->count; i++) {
        json_out_key(&w, c->values[i].key->name);
        json_out_str(&w, str_from(shown(&c->values[i])));
    }
    json_out_close(&w, '}');
}

void conf_write_help(const struct conf_table *tables, size_t table_count, struct buf *out)
{
    for (size_t t = 0; t < table_count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct conf_key *key = &tables[t].keys[i];
            buf_printf(out, "  " PREFIX "%s%s\n      %s\n      ", key->name, key->secret ? ", or its _FILE" : "",
                       key->doc);
            append_expectation(out, key);
            if (key->fallback != NULL)
                buf_printf(out, "; default %s", key->fallback);
            buf_append_cstr(out, key->required && key->fallback == NULL ? "; required\n" : "\n");
        }
    }
}

/* A cell of a table: '|' would end it. */
static void append_cell(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            buf_append_char(out, '\\');
        buf_append_char(out, *text);
    }
}

void conf_write_markdown(const struct conf_table *tables, size_t table_count, struct buf *out)
{
    buf_append_cstr(out, "| Setting | Takes | Default | What it does |\n|---|---|---|---|\n");
    for (size_t t = 0; t < table_count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct conf_key *key = &tables[t].keys[i];
            buf_printf(out, "| `" PREFIX "%s`%s | ", key->name, key->secret ? " (secret; or `…_FILE`)" : "");
            append_expectation(out, key);
            if (key->fallback != NULL)
                buf_printf(out, " | `%s` | ", key->fallback);
            else
                buf_append_cstr(out, key->required ? " | required | " : " | | ");
            append_cell(out, key->doc);
            buf_append_cstr(out, " |\n");
        }
    }
}
