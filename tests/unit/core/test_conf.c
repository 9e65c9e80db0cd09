#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/core/conf.h"

static const struct conf_key common_keys[] = {
    { "KAFKA_BOOTSTRAP", CONF_STRING, .required = true, .doc = "Kafka's first addresses" },
    { "DRAIN_TIMEOUT", CONF_DURATION, .fallback = "25s", .min = 1000, .max = 300000,
      .doc = "how long a drain may last" },
    { "LOG_LEVEL", CONF_CHOICE, .fallback = "info", .choices = "debug info warn error", .doc = "least level | shown" },
};
static const struct conf_key own_keys[] = {
    { "RATE", CONF_INT, .fallback = "20", .min = 1, .max = 1000, .doc = "requests per second" },
    { "BATCH_BYTES", CONF_SIZE, .fallback = "1MiB", .doc = "bytes of a batch" },
    { "DRY", CONF_BOOL, .fallback = "false", .doc = "sends nothing" },
    { "GATEWAY_URL", CONF_URL, .choices = "http https", .doc = "the gateway" },
    { "TOKEN", CONF_STRING, .secret = true, .required = true, .doc = "the gateway's token" },
    { "KEYS", CONF_FILE, .doc = "a key file" },
};
static const struct conf_table tables[] = { { common_keys, ARRAY_LEN(common_keys) },
                                            { own_keys, ARRAY_LEN(own_keys) } };

/* The only file there is. */
static int read_one(void *arg, const char *path, struct buf *out)
{
    if (strcmp(path, "/run/token") != 0)
        return -ENOENT;
    buf_append_cstr(out, arg);
    return out->error;
}

static int load(const char *const *env, struct conf **c, struct buf *faults)
{
    /* `environ` is what main() has; conf_load() writes to none of it. */
    return conf_load(tables, ARRAY_LEN(tables), (char *const *)(uintptr_t)env, read_one,
                     (void *)(uintptr_t) "geheim-7\n", c, faults);
}

static void reads_what_is_set(void **state)
{
    (void)state;
    const char *env[] = {
        "PATH=/bin", "BERBAGI_KAFKA_BOOTSTRAP=a:1,b:2", "BERBAGI_DRAIN_TIMEOUT=2m", "BERBAGI_BATCH_BYTES=",
        "BERBAGI_DRY=yes", "BERBAGI_GATEWAY_URL=https://g.example/x", "BERBAGI_TOKEN_FILE=/run/token", NULL,
    };
    cleanup(conf_done) struct conf *c = NULL;
    cleanup(buf_done) struct buf b;
    buf_init(&b, 10000);
    assert_int_equal(load(env, &c, &b), 0);
    assert_int_equal(b.len, 0);
    assert_string_equal(conf_str(c, "KAFKA_BOOTSTRAP"), "a:1,b:2");
    assert_int_equal(conf_int(c, "DRAIN_TIMEOUT"), 120000);
    assert_int_equal(conf_int(c, "BATCH_BYTES"), 1048576); // empty = not set
    assert_int_equal(conf_int(c, "RATE"), 20);
    assert_true(conf_bool(c, "DRY"));
    assert_string_equal(conf_str(c, "LOG_LEVEL"), "info");
    assert_string_equal(conf_str(c, "TOKEN"), "geheim-7");
    assert_string_equal(conf_str(c, "KEYS"), "");
    assert_true(conf_is_set(c, "TOKEN"));
    assert_false(conf_is_set(c, "RATE"));

    conf_write(c, &b);
    assert_non_null(strstr(buf_cstr(&b), "BERBAGI_TOKEN=(secret)\n"));
    assert_non_null(strstr(buf_cstr(&b), "BERBAGI_DRAIN_TIMEOUT=2m\n"));
    conf_write_json(c, &b);
    assert_non_null(strstr(buf_cstr(&b), "\"RATE\":\"20\""));
    assert_null(strstr(buf_cstr(&b), "geheim"));
}

static void tells_every_fault_at_once(void **state)
{
    (void)state;
    const char *env[] = {
        "BERBAGI_DRAIN_TIMEOUT=10ms", "BERBAGI_LOG_LEVEL=loud", "BERBAGI_RATE=abc", "BERBAGI_DRY=maybe",
        "BERBAGI_GATEWAY_URL=ftp://x", "BERBAGI_TOKEN=geheim", "BERBAGI_TOKEN_FILE=/run/token", "BERBAGI_KAFKA=typo",
        "BERBAGI_RATE_FILE=/x", NULL,
    };
    struct conf *c = NULL;
    cleanup(buf_done) struct buf b;
    buf_init(&b, 10000);
    assert_int_equal(load(env, &c, &b), -EINVAL);
    assert_null(c);
    static const char *const lines[] = {
        "BERBAGI_KAFKA_BOOTSTRAP is required: Kafka's first addresses\n",
        "BERBAGI_DRAIN_TIMEOUT must be a duration (250ms, 15s, 2h) from 1s to 5m, is \"10ms\"\n",
        "BERBAGI_LOG_LEVEL must be one of debug, info, warn, error, is \"loud\"\n",
        "BERBAGI_RATE must be an integer from 1 to 1000, is \"abc\"\n",
        "BERBAGI_DRY must be true or false, is \"maybe\"\n",
        "BERBAGI_GATEWAY_URL must be a URL of scheme http, https, is \"ftp://x\"\n",
        "BERBAGI_TOKEN and its _FILE are both set: one of them\n",
        "BERBAGI_KAFKA is no setting of this program\n",
        "BERBAGI_RATE_FILE is no setting of this program\n",
    };
    size_t total = 0;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        assert_non_null(strstr(buf_cstr(&b), lines[i]));
        total += strlen(lines[i]);
    }
    assert_int_equal(b.len, total);
}

static void a_secret_file_that_cannot_be_read(void **state)
{
    (void)state;
    const char *env[] = { "BERBAGI_KAFKA_BOOTSTRAP=a:1", "BERBAGI_TOKEN_FILE=/nowhere", NULL };
    struct conf *c = NULL;
    cleanup(buf_done) struct buf b;
    buf_init(&b, 10000);
    assert_int_equal(load(env, &c, &b), -EINVAL);
    assert_string_equal(buf_cstr(&b), "BERBAGI_TOKEN_FILE: /nowhere can't be read: No such file or directory\n");
}

static void urls(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        int result;
    } cases[] = {
        { "BERBAGI_GATEWAY_URL=http://127.0.0.1:8080", 0 }, { "BERBAGI_GATEWAY_URL=http://", -EINVAL },
        { "BERBAGI_GATEWAY_URL=://x", -EINVAL },            { "BERBAGI_GATEWAY_URL=x", -EINVAL },
        { "BERBAGI_GATEWAY_URL=http://a b", -EINVAL },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char url[64];
        snprintf(url, sizeof(url), "%s", cases[i].url);
        const char *env[] = { "BERBAGI_KAFKA_BOOTSTRAP=a:1", "BERBAGI_TOKEN=t", url, NULL };
        cleanup(conf_done) struct conf *c = NULL;
        cleanup(buf_done) struct buf b;
        buf_init(&b, 10000);
        assert_int_equal(load(env, &c, &b), cases[i].result);
    }
}

static void every_default_is_valid_and_shown(void **state)
{
    (void)state;
    cleanup(buf_done) struct buf help;
    cleanup(buf_done) struct buf table;
    buf_init(&help, 10000);
    buf_init(&table, 10000);
    conf_write_help(tables, ARRAY_LEN(tables), &help);
    conf_write_markdown(tables, ARRAY_LEN(tables), &table);
    assert_non_null(strstr(buf_cstr(&help),
                           "BERBAGI_RATE\n      requests per second\n      an integer from 1 to 1000; default 20\n"));
    assert_non_null(
        strstr(buf_cstr(&table),
               "| `BERBAGI_LOG_LEVEL` | one of debug, info, warn, error | `info` | least level \\| shown |\n"));
    assert_non_null(strstr(buf_cstr(&table), "| `BERBAGI_KAFKA_BOOTSTRAP` | text | required | "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_set),
        cmocka_unit_test(tells_every_fault_at_once),
        cmocka_unit_test(a_secret_file_that_cannot_be_read),
        cmocka_unit_test(urls),
        cmocka_unit_test(every_default_is_valid_and_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
