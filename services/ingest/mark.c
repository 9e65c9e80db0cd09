#include "services/ingest/mark.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/core/parse.h"
#include "services/ingest/memory.h"

static const char *const topics[MARK_TOPICS] = { "registry", "referral" };

int mark_init(struct mark *m, const char *cluster, const char *prefix, int32_t partitions)
{
    struct mark new = { .partitions = partitions };
    if (partitions < 1 || partitions > MARK_MAX_PARTITIONS ||
        !str_copy(new.cluster, sizeof new.cluster, str_from(cluster)) ||
        !str_copy(new.prefix, sizeof new.prefix, str_from(prefix)))
        return -EINVAL;
    for (int t = 0; t < MARK_TOPICS; t++) {
        new.next[t] = calloc((size_t)partitions, sizeof *new.next[t]);
        if (new.next[t] == NULL) {
            mark_done(&new);
            return -ENOMEM;
        }
    }
    *m = new;
    return 0;
}

void mark_done(struct mark *m)
{
    for (int t = 0; t < MARK_TOPICS; t++)
        free(m->next[t]);
    *m = (struct mark){ .partitions = 0 };
}

void mark_write(struct buf *b, const struct mark *m)
{
    buf_printf(b, "format %d\ncluster %s\nprefix %s\n", VIEW_FORMAT, m->cluster, m->prefix);
    for (int t = 0; t < MARK_TOPICS; t++) {
        buf_append_cstr(b, topics[t]);
        for (int32_t p = 0; p < m->partitions; p++) {
            buf_append_char(b, ' ');
            buf_append_int(b, m->next[t][p]);
        }
        buf_append_char(b, '\n');
    }
}

static struct str take_to(struct str *s, char end)
{
    const char *at = s->n > 0 ? memchr(s->p, end, s->n) : NULL;
    struct str head = { s->p, at != NULL ? (size_t)(at - s->p) : s->n };
    size_t used = at != NULL ? head.n + 1 : s->n;
    *s = (struct str){ s->p + used, s->n - used };
    return head;
}

/* The next line's value, if the line has this name. */
static bool take_line(struct str *s, const char *name, struct str *value)
{
    struct str line = take_to(s, '\n');
    if (!str_is(take_to(&line, ' '), name))
        return false;
    *value = line;
    return true;
}

static bool read_offsets(struct str line, int64_t *next, int32_t partitions)
{
    for (int32_t p = 0; p < partitions; p++)
        if (parse_int(take_to(&line, ' '), 0, INT64_MAX, &next[p]) != 0)
            return false;
    return line.n == 0;
}

/* What differs, NULL if nothing does. */
static const char *read_mark(struct mark *m, struct str text)
{
    struct str value;
    char format[16];
    snprintf(format, sizeof format, "%d", VIEW_FORMAT);
    if (!take_line(&text, "format", &value) || !str_is(value, format))
        return "format";
    if (!take_line(&text, "cluster", &value) || !str_is(value, m->cluster))
        return "cluster id";
    if (!take_line(&text, "prefix", &value) || !str_is(value, m->prefix))
        return "topic prefix";
    for (int t = 0; t < MARK_TOPICS; t++)
        if (!take_line(&text, topics[t], &value) || !read_offsets(value, m->next[t], m->partitions))
            return "count of partitions";
    return text.n == 0 ? NULL : "format";
}

int mark_read(struct mark *m, struct str text, const char **what)
{
    struct mark new;
    int error = mark_init(&new, m->cluster, m->prefix, m->partitions);
    if (error != 0) {
        *what = "memory";
        return error;
    }
    const char *differs = read_mark(&new, text);
    if (differs != NULL) {
        mark_done(&new);
        *what = differs;
        return -EINVAL;
    }
    mark_done(m);
    *m = new;
    return 0;
}
