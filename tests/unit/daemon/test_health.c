#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/log.h"
#include "common/daemon/health.h"

static int lines;
static char last[4096];

static void on_line(void *arg, struct str line)
{
    (void)arg;
    lines++;
    (void)str_copy(last, sizeof(last), line);
}

static int set_up(void **state)
{
    static struct probes h;
    health_init(&h, 1000);
    lines = 0;
    log_capture(on_line, NULL);
    *state = &h;
    return 0;
}

static int tear_down(void **state)
{
    log_capture(NULL, NULL);
    health_done(*state);
    return 0;
}

static const char *body(struct probes *h, bool draining)
{
    static char text[4096];
    struct buf b;
    buf_init(&b, sizeof(text) - 1);
    health_write(h, draining, &b);
    assert_true(str_copy(text, sizeof(text), buf_str(&b)));
    buf_done(&b);
    return text;
}

static void ready_is_assigned_and_not_draining(void **state)
{
    struct probes *h = *state;
    assert_false(health_is_ready(h, false));
    assert_string_equal(body(h, false),
                        "{\"ready\":false,\"assigned\":false,\"standby\":false,\"draining\":false,"
                        "\"dependencies\":[]}\n");
    atomic_store(&h->assigned, true);
    assert_true(health_is_ready(h, false));
    assert_false(health_is_ready(h, true));
    assert_string_equal(body(h, true), "{\"ready\":false,\"assigned\":true,\"standby\":false,\"draining\":true,"
                                       "\"dependencies\":[]}\n");
    // Nor does standing by: who updates one process after the other waits for each to be ready.
    atomic_store(&h->standby, true);
    assert_true(health_is_ready(h, false));
    assert_non_null(strstr(body(h, false), "\"ready\":true,\"assigned\":true,\"standby\":true"));
    // A dependency that is away does not take the readiness away.
    dependency_down(dependencies_get(&h->dependencies, "kafka"), "gone");
    assert_true(health_is_ready(h, false));
}

static void a_dependency_is_told_once_in_each_direction(void **state)
{
    struct probes *h = *state;
    struct dependency *redis = dependencies_get(&h->dependencies, "redis");
    assert_ptr_equal(dependencies_get(&h->dependencies, "redis"), redis);
    assert_non_null(strstr(body(h, false), "\"name\":\"redis\",\"up\":false"));
    assert_non_null(strstr(body(h, false), "\"why\":\"not tried yet\""));
    assert_int_equal(lines, 0);
    dependency_down(redis, "refused");
    dependency_down(redis, "refused again");
    assert_int_equal(lines, 1);
    assert_non_null(strstr(last, "\"event\":\"dependency_away\",\"dependency\":\"redis\",\"why\":\"refused\""));
    assert_non_null(strstr(body(h, false), "\"why\":\"refused\""));
    dependency_up(redis);
    dependency_up(redis);
    assert_int_equal(lines, 2);
    assert_non_null(strstr(last, "\"event\":\"dependency_up\""));
    assert_null(strstr(body(h, false), "\"why\""));
    dependency_down(redis, "broken");
    assert_int_equal(lines, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ready_is_assigned_and_not_draining, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_dependency_is_told_once_in_each_direction, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
