#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/notifier/callback.h"

#define WRAP(value)                                                                                                   \
    "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"W\",\"changes\":[{\"field\":\"messages\","        \
    "\"value\":" value "}]}]}"
enum { NOW = 1000 };

static struct callback_item items[CALLBACK_MAX];

static void test_statuses_come_in_bundles(void **state)
{
    (void)state;
    const char *body =
        WRAP("{\"statuses\":["
             "{\"id\":\"wamid.A\",\"status\":\"sent\",\"timestamp\":\"1769569200\",\"recipient_id\":\"62\","
             "\"biz_opaque_callback_data\":\"3510/x/1\"},"
             "{\"id\":\"wamid.B\",\"status\":\"failed\",\"timestamp\":\"1769569200123\","
             "\"errors\":[{\"code\":131026}]},"
             "{\"id\":\"wamid.C\",\"status\":\"warming\"}, 7]}");
    assert_int_equal(callback_read(str_from(body), NOW, items), 2);
    assert_string_equal(items[0].status.gateway_id, "wamid.A");
    assert_string_equal(items[0].status.opaque, "3510/x/1");
    assert_string_equal(items[0].status.status, "sent");
    assert_true(items[0].status.at == INT64_C(1769569200000));
    assert_int_equal(items[1].status.code, 131026);
    assert_true(items[1].status.at == INT64_C(1769569200123));
}

static void test_stop_words(void **state)
{
    (void)state;
    assert_true(callback_is_stop("BERHENTI"));
    assert_true(callback_is_stop(" berhenti. "));
    assert_true(callback_is_stop("Stop!"));
    assert_true(callback_is_stop("henti"));
    assert_false(callback_is_stop("jangan berhenti"));
    assert_false(callback_is_stop(""));
    assert_false(callback_is_stop("STO"));
}

static void test_opt_out(void **state)
{
    (void)state;
    const char *text =
        WRAP("{\"messages\":[{\"from\":\"6281200000001\",\"id\":\"wamid.I\",\"timestamp\":\"1769569200\","
             "\"type\":\"text\",\"text\":{\"body\":\"Berhenti\"}},"
             "{\"from\":\"6281200000002\",\"id\":\"wamid.J\",\"type\":\"text\",\"text\":{\"body\":\"halo\"}}]}");
    assert_int_equal(callback_read(str_from(text), NOW, items), 1);
    assert_string_equal(items[0].status.status, "opt_out");
    assert_string_equal(items[0].from, "6281200000001");
    const char *button = WRAP("{\"messages\":[{\"from\":\"6281200000001\",\"id\":\"wamid.K\","
                              "\"type\":\"button\",\"button\":{\"payload\":\"BERHENTI\",\"text\":\"BERHENTI\"}}]}");
    assert_int_equal(callback_read(str_from(button), NOW, items), 1);
    assert_int_equal(items[0].status.at, NOW);
}

static void test_rubbish(void **state)
{
    (void)state;
    assert_true(callback_read(str_from("{"), NOW, items) < 0);
    assert_true(callback_read(str_from(""), NOW, items) < 0);
    assert_int_equal(callback_read(str_from("{}"), NOW, items), 0);
    assert_int_equal(callback_read(str_from("[1]"), NOW, items), 0);
    assert_int_equal(
        callback_read(str_from("{\"entry\":[{\"changes\":[{\"value\":{\"statuses\":{}}}]}]}"), NOW, items), 0);
}

static void test_too_many(void **state)
{
    (void)state;
    char *body = malloc(64 * 1024);
    size_t n = (size_t)snprintf(body, 64, "%s", "{\"entry\":[{\"changes\":[{\"value\":{\"statuses\":[");
    for (int i = 0; i <= CALLBACK_MAX; i++)
        n += (size_t)snprintf(body + n, 64, "%s{\"id\":\"a\",\"status\":\"sent\"}", i == 0 ? "" : ",");
    snprintf(body + n, 64, "]}}]}]}");
    assert_true(callback_read(str_from(body), NOW, items) < 0);
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses_come_in_bundles),
        cmocka_unit_test(test_stop_words),
        cmocka_unit_test(test_opt_out),
        cmocka_unit_test(test_rubbish),
        cmocka_unit_test(test_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
