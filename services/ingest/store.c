#include "services/ingest/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/io/redis.h"
#include "services/ingest/memory.h"

static const char MARK_KEY[] = "@view";

struct store {
    struct redis *redis;
    struct dependency *dependency;
    struct buf mark;     /* the text that Redis holds; empty = none */
    struct buf new_mark;
    struct str *arguments;
    size_t argument_capacity;
    /* of the call under way */
    struct view *view;
    const struct view_key *const *keys;
    struct buf found;    /* the mark that was read */
    int result;
};

int store_open(struct daemon *d, struct store **out)
{
    const struct conf *conf = daemon_conf(d);
    struct store *s = calloc(1, sizeof *s);
    if (s == NULL)
        return -ENOMEM;
    buf_init(&s->mark, MARK_TEXT_MAX);
    buf_init(&s->new_mark, MARK_TEXT_MAX);
    buf_init(&s->found, MARK_TEXT_MAX);
    const struct redis_options options = {
        .url = conf_str(conf, "REDIS_URL"),
        .password = conf_str(conf, "REDIS_PASSWORD"),
        .timeout_ms = conf_int(conf, "REDIS_TIMEOUT"),
        .connect_timeout_ms = conf_int(conf, "REDIS_TIMEOUT"),
    };
    int error = redis_open(&options, &s->redis);
    if (error != 0) {
        store_close(s);
        return error;
    }
    s->dependency = daemon_dependency(d, "redis");
    *out = s;
    return 0;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    redis_close(&s->redis);
    buf_done(&s->mark);
    buf_done(&s->new_mark);
    buf_done(&s->found);
    free(s->arguments);
    free(s);
}

static int connected(struct store *s)
{
    int error = redis_connect(s->redis);
    if (error == 0)
        return 0;
    dependency_down(s->dependency, redis_error(s->redis));
    return error == -ENOMEM ? error : -EAGAIN;
}

/* Sends what was added. A refusal by Redis (full, read-only) is answered as its absence: somebody has to act. */
static int run(struct store *s, void (*each)(void *arg, size_t index, const struct redis_reply *reply))
{
    s->result = 0;
    int error = redis_run(s->redis, each, s);
    if (error == 0) {
        dependency_up(s->dependency);
        return s->result;
    }
    dependency_down(s->dependency, redis_error(s->redis));
    return error == -ENOMEM ? error : -EAGAIN;
}

static int room_for(struct store *s, size_t count)
{
    if (count <= s->argument_capacity)
        return 0;
    struct str *bigger = reallocarray(s->arguments, count, sizeof *bigger);
    if (bigger == NULL)
        return -ENOMEM;
    s->arguments = bigger;
    s->argument_capacity = count;
    return 0;
}

static void command(struct store *s, const char *name, const char *argument)
{
    struct str argv[2] = { str_from(name), argument != NULL ? str_from(argument) : (struct str){ "", 0 } };
    redis_command(s->redis, argument != NULL ? 2 : 1, argv);
}

static void take_mark(struct store *s, const struct redis_reply *reply)
{
    buf_reset(&s->found);
    if (reply->type == REDIS_TEXT)
        buf_append_str(&s->found, reply->text);
    if (s->found.error != 0)
        s->result = -EBADMSG;
}

static void on_mark(void *arg, size_t index, const struct redis_reply *reply)
{
    (void)index;
    take_mark(arg, reply);
}

int store_mark(struct store *s, struct mark *m, const char **what)
{
    int error = connected(s);
    if (error != 0)
        return error;
    command(s, "GET", MARK_KEY);
    error = run(s, on_mark);
    if (error == 0 && s->found.len != 0)
        error = mark_read(m, buf_str(&s->found), what);
    if (error != 0)
        return error;
    buf_reset(&s->mark);
    buf_append_str(&s->mark, buf_str(&s->found));
    return s->mark.error;
}

static bool valid(const struct view_key *key, struct str value)
{
    struct visit_memory visit;
    switch (key->bytes[0]) {
    case 'C':
        return value.n == 0;
    case 'V':
        return visit_memory_read(value, &visit);
    default:
        return entity_valid(value);
    }
}

static void on_values(void *arg, size_t index, const struct redis_reply *reply)
{
    (void)index;
    struct store *s = arg;
    struct redis_reply mark = redis_item(reply, 0);
    take_mark(s, &mark);
    if (s->result == 0 && !str_equal(buf_str(&s->found), buf_str(&s->mark)))
        s->result = -ESTALE;
    for (size_t i = 1; i < reply->count && s->result == 0; i++) {
        struct redis_reply item = redis_item(reply, i);
        const struct view_key *key = s->keys[i - 1];
        bool there = item.type == REDIS_TEXT;
        if (there && !valid(key, item.text))
            s->result = -EBADMSG;
        view_load(s->view, key, there ? &item.text : NULL);
    }
}

int store_load(struct store *s, struct view *v, const struct view_key *const *keys, size_t n)
{
    int error = connected(s);
    if (error == 0)
        error = room_for(s, n + 2);
    if (error != 0)
        return error;
    s->arguments[0] = STR_LIT("MGET");
    s->arguments[1] = str_from(MARK_KEY);
    for (size_t i = 0; i < n; i++)
        s->arguments[i + 2] = view_key_str(keys[i]);
    s->view = v;
    s->keys = keys;
    redis_command(s->redis, n + 2, s->arguments);
    return run(s, on_values);
}

/* WATCH and GET: from here to EXEC nobody else may touch the mark. -EALREADY: it is the new one. */
static int watch(struct store *s)
{
    command(s, "WATCH", MARK_KEY);
    command(s, "GET", MARK_KEY);
    int error = run(s, on_mark); /* the last reply counts */
    if (error != 0)
        return error;
    if (str_equal(buf_str(&s->found), buf_str(&s->new_mark)))
        return -EALREADY;
    return str_equal(buf_str(&s->found), buf_str(&s->mark)) ? 0 : -ESTALE;
}

/* Values that stay go in one MSET, those that end one by one. */
static int add_changes(struct store *s, const struct view *v)
{
    struct view_change change;
    char seconds[24];
    size_t count = 1;
    int error = room_for(s, 2 * v->written + 3);
    if (error != 0)
        return error;
    s->arguments[0] = STR_LIT("MSET");
    for (size_t at = 0; view_next(v, &at, &change);) {
        if (change.removed) {
            redis_command(s->redis, 2, (struct str[]){ STR_LIT("DEL"), change.key });
        } else if (change.expires != 0) {
            snprintf(seconds, sizeof seconds, "%lld", (long long)((change.expires + 999) / 1000));
            redis_command(s->redis, 5, (struct str[]){ STR_LIT("SET"), change.key, change.value, STR_LIT("EXAT"),
                                                       str_from(seconds) });
        } else {
            s->arguments[count++] = change.key;
            s->arguments[count++] = change.value;
        }
    }
    s->arguments[count++] = str_from(MARK_KEY);
    s->arguments[count++] = buf_str(&s->new_mark);
    redis_command(s->redis, count, s->arguments);
    return 0;
}

/* The last reply is EXEC's: nil if the mark was touched meanwhile. */
static void on_saved(void *arg, size_t index, const struct redis_reply *reply)
{
    (void)index;
    struct store *s = arg;
    s->result = reply->type == REDIS_NIL ? -ESTALE : 0;
}

int store_save(struct store *s, const struct view *v, const struct mark *m)
{
    buf_reset(&s->new_mark);
    mark_write(&s->new_mark, m);
    int error = s->new_mark.error != 0 ? s->new_mark.error : connected(s);
    if (error == 0)
        error = watch(s);
    if (error == 0) {
        command(s, "MULTI", NULL);
        error = add_changes(s, v);
    }
    if (error == 0) {
        command(s, "EXEC", NULL);
        error = run(s, on_saved);
    }
    if (error != 0 && error != -EALREADY)
        return error;
    buf_reset(&s->mark);
    buf_append_str(&s->mark, buf_str(&s->new_mark));
    return s->mark.error;
}
