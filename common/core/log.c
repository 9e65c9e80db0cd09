#include "common/core/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#include "common/core/buf.h"
#include "common/core/civil.h"
#include "common/core/clock.h"
#include "common/core/json_out.h"

static const char *const level_names[] = { "debug", "info", "warn", "error" };

/* The only global state besides the stop flag. */
static const char *log_service = "berbagi";
static _Atomic int log_threshold = LOG_INFO;
static void (*log_sink)(void *arg, struct str line);
static void *log_sink_arg;

void log_init(const char *service, enum log_level level)
{
    log_service = service;
    atomic_store(&log_threshold, (int)level);
}

int log_level_parse(struct str s, enum log_level *out)
{
    for (size_t i = 0; i < ARRAY_LEN(level_names); i++) {
        if (str_is(s, level_names[i])) {
            *out = (enum log_level)i;
            return 0;
        }
    }
    return -EINVAL;
}

bool log_enabled(enum log_level level)
{
    return (int)level >= atomic_load_explicit(&log_threshold, memory_order_relaxed);
}

void log_capture(void (*sink)(void *arg, struct str line), void *arg)
{
    log_sink = sink;
    log_sink_arg = arg;
}

struct log_field log_field_text(const char *name, const char *text)
{
    return (struct log_field){ LOG_FIELD_STR, name, { text, text != NULL ? strlen(text) : 0 }, 0 };
}

struct log_field log_field_errno(const char *name, int error)
{
    const char *text = strerrordesc_np(error < 0 ? -error : error);
    return log_field_text(name, text != NULL ? text : "unknown error");
}

static void write_field(struct json_out *w, const struct log_field *f)
{
    json_out_key(w, f->name);
    switch (f->type) {
    case LOG_FIELD_STR:
        if (f->text.p == NULL)
            json_out_null(w);
        else
            json_out_str(w, f->text);
        break;
    case LOG_FIELD_INT:
        json_out_int(w, f->number);
        break;
    case LOG_FIELD_BOOL:
        json_out_bool(w, f->number != 0);
        break;
    case LOG_FIELD_JSON:
        json_out_raw(w, f->text);
        break;
    case LOG_FIELD_END:
        break;
    }
}

static void write_head(struct json_out *w, enum log_level level, const char *event)
{
    char at[INSTANT_TEXT_SIZE];

    instant_format(clock_now_ms(), at);
    json_out_open(w, '{');
    json_out_key(w, "at");
    json_out_text(w, at);
    json_out_key(w, "level");
    json_out_text(w, level_names[level]);
    json_out_key(w, "service");
    json_out_text(w, log_service);
    json_out_key(w, "event");
    json_out_text(w, event);
}

static void put_line(struct buf *b)
{
    if (log_sink != NULL) {
        log_sink(log_sink_arg, buf_str(b));
        return;
    }
    buf_append_char(b, '\n');
    for (size_t done = 0; done < b->len;) {
        ssize_t n = write(STDERR_FILENO, b->data + done, b->len - done);
        if (n < 0 && errno != EINTR)
            return; // nobody is left to be told
        done += n > 0 ? (size_t)n : 0;
    }
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    static const char tail[] = ",\"cut\":true}";
    char memory[LOG_LINE_MAX + 1];
    /* Its own memory, as large as its maximum: it never grows, so nothing is allocated and nothing fails. */
    struct buf b = { .data = memory, .capacity = sizeof(memory), .max = LOG_LINE_MAX - sizeof(tail) };
    struct json_out w = { .b = &b };

    int saved = errno;
    write_head(&w, level, event);
    size_t whole = b.len;
    for (; fields->type != LOG_FIELD_END && b.error == 0; fields++) {
        write_field(&w, fields);
        if (b.error == 0)
            whole = b.len;
    }
    bool cut = b.error != 0;
    b.len = whole;
    b.error = 0;
    b.max = LOG_LINE_MAX;
    buf_append_cstr(&b, cut ? tail : "}");
    put_line(&b);
    errno = saved;
}
