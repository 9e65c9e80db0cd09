#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/core/buf.h"
#include "common/core/civil.h"
#include "common/core/log.h"

static void keep(void *arg, struct str line)
{
    struct buf *b = arg;
    buf_append_str(b, line);
    buf_append_char(b, '\n');
}

static void one_json_line(void **state)
{
    (void)state;
    cleanup(buf_done) struct buf b;
    buf_init(&b, 100000);
    log_capture(keep, &b);
    log_init("ingest", LOG_INFO);
    log_debug("hidden", LOG_INT("n", 1));
    log_info("plain");
    log_warn("told", LOG_STR("text", "a\"b\n"), LOG_STR("none", NULL), LOG_INT("n", -3), LOG_BOOL("yes", true),
             LOG_ERRNO("why", -ENOENT), LOG_SLICE("part", STR_LIT("xy")), LOG_JSON("json", STR_LIT("{\"k\":1}")));
    log_capture(NULL, NULL);

    const char *text = buf_cstr(&b);
    static const char first[] = "\",\"level\":\"info\",\"service\":\"ingest\",\"event\":\"plain\"}\n{\"at\":\"";
    static const char second[] =
        "\",\"level\":\"warn\",\"service\":\"ingest\",\"event\":\"told\",\"text\":\"a\\\"b\\n\",\"none\":null,"
        "\"n\":-3,\"yes\":true,\"why\":\"No such file or directory\",\"part\":\"xy\",\"json\":{\"k\":1}}\n";
    assert_memory_equal(text, "{\"at\":\"", 7);
    int64_t at;
    assert_int_equal(instant_parse((struct str){ text + 7, 24 }, &at), 0);
    assert_memory_equal(text + 31, first, sizeof(first) - 1);
    assert_string_equal(text + 31 + sizeof(first) - 1 + 24, second);
    assert_false(log_enabled(LOG_DEBUG));
}

static void a_long_line_is_cut_between_fields(void **state)
{
    (void)state;
    cleanup(buf_done) struct buf b;
    char *big = malloc(LOG_LINE_MAX);
    memset(big, 'x', LOG_LINE_MAX - 1);
    big[LOG_LINE_MAX - 1] = '\0';
    buf_init(&b, 4 << 20);
    log_capture(keep, &b);
    log_error("big", LOG_INT("n", 1), LOG_STR("big", big), LOG_INT("lost", 2));
    for (size_t n = LOG_LINE_MAX - 200; n < LOG_LINE_MAX; n++) // wherever the cut falls, the line ends well
        log_error("big", LOG_SLICE("big", ((struct str){ big, n })));
    log_capture(NULL, NULL);
    assert_int_equal(b.error, 0);
    assert_non_null(strstr(buf_cstr(&b), "\"event\":\"big\",\"n\":1,\"cut\":true}\n"));
    free(big);
}

static void levels(void **state)
{
    (void)state;
    enum log_level level;
    assert_int_equal(log_level_parse(STR_LIT("error"), &level), 0);
    assert_int_equal(level, LOG_ERROR);
    assert_int_equal(log_level_parse(STR_LIT("Error"), &level), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_json_line),
        cmocka_unit_test(a_long_line_is_cut_between_fields),
        cmocka_unit_test(levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
