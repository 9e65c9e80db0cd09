/*
 * One JSON line per event on stderr:
 *
 *     log_info("partition_assigned", LOG_STR("topic", name), LOG_INT("partition", 3));
 *     {"at":"2026-01-28T02:00:00.000Z","level":"info","service":"ingest","event":"partition_assigned","topic":…}
 *
 * A line is written in one call, so lines of several threads do not mix; one longer than LOG_LINE_MAX loses its last
 * fields and says "cut":true. Field names are literals. No field may hold personal data: NIK, KK, NIP, name, phone,
 * address, nor the offending value of a rejected record.
 */
#ifndef BERBAGI_CORE_LOG_H
#define BERBAGI_CORE_LOG_H

#include <stdint.h>

#include "common/core/str.h"

enum { LOG_LINE_MAX = 8192 };

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

enum log_field_type { LOG_FIELD_END, LOG_FIELD_STR, LOG_FIELD_INT, LOG_FIELD_BOOL, LOG_FIELD_JSON };
struct log_field {
    enum log_field_type type;
    const char *name;
    struct str text;
    int64_t number;
};

/* A C string (NULL is written as null), a slice, an integer, a bool, an errno (negative or positive) as its text, and
 * ready JSON. */
#define LOG_STR(name, cstr) log_field_text((name), (cstr))
#define LOG_SLICE(name, slice) ((struct log_field){ LOG_FIELD_STR, (name), (slice), 0 })
#define LOG_INT(name, n) ((struct log_field){ LOG_FIELD_INT, (name), { NULL, 0 }, (int64_t)(n) })
#define LOG_BOOL(name, b) ((struct log_field){ LOG_FIELD_BOOL, (name), { NULL, 0 }, (b) ? 1 : 0 })
#define LOG_ERRNO(name, e) log_field_errno((name), (e))
#define LOG_JSON(name, slice) ((struct log_field){ LOG_FIELD_JSON, (name), (slice), 0 })

#define log_at(level, event, ...)                                                                                     \
    do {                                                                                                              \
        if (log_enabled(level))                                                                                       \
            log_write((level), (event), (const struct log_field[]){ __VA_ARGS__ __VA_OPT__(, ){ 0 } });               \
    } while (0)
#define log_debug(event, ...) log_at(LOG_DEBUG, event __VA_OPT__(,) __VA_ARGS__)
#define log_info(event, ...) log_at(LOG_INFO, event __VA_OPT__(,) __VA_ARGS__)
#define log_warn(event, ...) log_at(LOG_WARN, event __VA_OPT__(,) __VA_ARGS__)
#define log_error(event, ...) log_at(LOG_ERROR, event __VA_OPT__(,) __VA_ARGS__)

/* Once, before there are threads. `service` must outlive the program. Before it: "berbagi", LOG_INFO. */
void log_init(const char *service, enum log_level level);
/* "debug" "info" "warn" "error": 0 or -EINVAL. */
int log_level_parse(struct str s, enum log_level *out);

bool log_enabled(enum log_level level);
/* `fields` end with one of type LOG_FIELD_END. */
void log_write(enum log_level level, const char *event, const struct log_field *fields);

struct log_field log_field_text(const char *name, const char *text);
struct log_field log_field_errno(const char *name, int error);

/* For tests: lines (without newline) go to `sink` instead of stderr; NULL puts things back. */
void log_capture(void (*sink)(void *arg, struct str line), void *arg);

#endif
