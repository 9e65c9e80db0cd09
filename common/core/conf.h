/*
 * The settings table: what a program can be told, by environment variables BERBAGI_<name>.
 *
 *     static const struct conf_key keys[] = {
 *         { "KAFKA_BOOTSTRAP", CONF_STRING, .required = true, .doc = "Kafka's first addresses, host:port,…" },
 *         { "DRAIN_TIMEOUT", CONF_DURATION, .fallback = "25s", .min = 1000, .max = 300000, .doc = "…" },
 *     };
 *
 * conf_load() is pure: the environment and the reader of files are given. A secret NAME may come from a file named by
 * BERBAGI_<NAME>_FILE instead (one trailing newline is taken off); both at once is a fault. An empty variable counts
 * as not set. All faults are told at once, one line each, never with the value of a secret; a variable BERBAGI_* that
 * is in no table is a fault (a misspelt setting must not be silence).
 */
#ifndef BERBAGI_CORE_CONF_H
#define BERBAGI_CORE_CONF_H

#include <stddef.h>
#include <stdint.h>

#include "common/core/buf.h"

enum conf_type {
    CONF_STRING,
    CONF_INT,      /* min <= n <= max */
    CONF_BOOL,
    CONF_DURATION, /* "15s"; read, bounded and returned in milliseconds */
    CONF_SIZE,     /* "64KiB"; bytes */
    CONF_CHOICE,   /* one of `choices` */
    CONF_URL,      /* <scheme>://<host>…; the scheme one of `choices` if given */
    CONF_FILE,     /* a path; whether it can be read is its user's to say */
};

struct conf_key {
    const char *name;     /* without BERBAGI_; A-Z 0-9 _ */
    enum conf_type type;
    const char *fallback; /* as text; NULL = none: conf_str() is "", numbers 0, bool false */
    int64_t min, max;     /* CONF_INT, CONF_DURATION, CONF_SIZE; both 0 = 0 to INT64_MAX */
    const char *choices;  /* "a b c", separated by one space */
    bool secret;          /* masked wherever it is shown; may come from a file */
    bool required;
    const char *doc;      /* one line: what it does, what a change does */
};

/* Several tables make one: the skeleton's and the service's. */
struct conf_table {
    const struct conf_key *keys;
    size_t count;
};

struct conf;

/* Appends a file's content to `out`: 0 or a negative errno. file_read_all() of file.h is one. */
typedef int (*conf_read_file)(void *arg, const char *path, struct buf *out);

/*
 * env: NULL-terminated, "NAME=value". The tables must outlive *out. 0; -EINVAL with the faults, a line each, in
 * `faults`; -ENOMEM. *out is the caller's to conf_free().
 */
must_check int conf_load(const struct conf_table *tables, size_t table_count, char *const *env, conf_read_file read,
                         void *arg, struct conf **out, struct buf *faults);
/* Accepts NULL; overwrites secrets before it frees them. */
void conf_free(struct conf *c);
void conf_done(struct conf **c); /* for cleanup(conf_done) */

/* By name without BERBAGI_. A name that is in no table, or of another type, ends the program (abort): a slip in the
 * code. */
int64_t conf_int(const struct conf *c, const char *name);     /* CONF_INT, CONF_DURATION (ms), CONF_SIZE (bytes) */
bool conf_bool(const struct conf *c, const char *name);
const char *conf_str(const struct conf *c, const char *name); /* the text of any type; "" = not set */
bool conf_is_set(const struct conf *c, const char *name);     /* by the environment, not by its fallback */

/* BERBAGI_<name>=<value> a line; secrets as "(secret)" if set. For --print-config. */
void conf_write(const struct conf *c, struct buf *out);
/* The same as one JSON object {"<name>":"<value>",…}: for the start line of the log. */
void conf_write_json(const struct conf *c, struct buf *out);
/* For --help, and for docs/settings.md (a table's rows with its head). */
void conf_write_help(const struct conf_table *tables, size_t table_count, struct buf *out);
void conf_write_markdown(const struct conf_table *tables, size_t table_count, struct buf *out);

#endif
