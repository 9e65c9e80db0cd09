#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "common/io/redis.h"
#include "common/io/redis_url.h"

static void reads_every_part(void **state)
{
    (void)state;
    static const struct {
        const char *url, *host;
        int port;
        const char *user, *password;
        int db;
    } cases[] = {
        { "redis://localhost", "localhost", 6379, "", "", 0 },
        { "redis://127.0.0.1:18302/0", "127.0.0.1", 18302, "", "", 0 },
        { "redis://h:1/15", "h", 1, "", "", 15 },
        { "redis://:secret@h/", "h", 6379, "", "secret", 0 },
        { "redis://ingest:p%40ss%3a@h:2", "h", 2, "ingest", "p@ss:", 0 },
        { "redis://ingest@h", "h", 6379, "ingest", "", 0 },
        { "redis://[::1]:7/3", "::1", 7, "", "", 3 },
        { "redis://[fe80::1]", "fe80::1", 6379, "", "", 0 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct redis_url u;
        assert_int_equal(redis_url_parse(cases[i].url, &u), 0);
        assert_string_equal(u.host, cases[i].host);
        assert_int_equal(u.port, cases[i].port);
        assert_string_equal(u.user, cases[i].user);
        assert_string_equal(u.password, cases[i].password);
        assert_int_equal(u.db, cases[i].db);
    }
}

static void refuses_what_is_none(void **state)
{
    (void)state;
    static const char *const wrong[] = { "", "redis://", "http://h", "h:6379", "redis://:6379", "redis://h:0",
                                         "redis://h:65536", "redis://h:x", "redis://h/x", "redis://h/-1", "redis:///1",
                                         "redis://u%4@h", "redis://u%zz@h", "redis://u%00@h", "redis://[::1",
                                         "redis://[::1]x", "redis://@" };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct redis_url u = { .port = -7 };
        assert_int_equal(redis_url_parse(wrong[i], &u), -EINVAL);
        assert_int_equal(u.port, -7);
        struct redis *r = NULL;
        assert_int_equal(redis_open(&(struct redis_options){ .url = wrong[i] }, &r), -EINVAL);
        assert_null(r);
    }
}

static void nobody_there_is_told(void **state)
{
    (void)state;
    struct redis *r = NULL;
    const struct redis_options options = { .url = "redis://127.0.0.1:1", .connect_timeout_ms = 500 };
    assert_int_equal(redis_open(&options, &r), 0);
    assert_int_equal(redis_connect(r), -EAGAIN);
    assert_true(redis_error(r)[0] != '\0');
    redis_command(r, 1, (struct str[]){ STR_LIT("PING") });
    assert_int_equal(redis_run(r, NULL, NULL), -EAGAIN);
    assert_false(redis_connected(r));
    redis_close(&r);
    redis_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_part),
        cmocka_unit_test(refuses_what_is_none),
        cmocka_unit_test(nobody_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
