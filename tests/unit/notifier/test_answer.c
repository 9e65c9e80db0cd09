#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/core/cleanup.h"
#include "services/notifier/answer.h"

struct row {
    const char *title;
    bool complete;
    int64_t offset;
    int status;
    const char *body;
    enum verdict verdict;
    int32_t code;
    const char *id;
};

#define ERROR(code) "{\"error\":{\"message\":\"x\",\"code\":" #code "}}"

static const struct row rows[] = {
    { "nothing left us", false, 0, 0, "", VERDICT_UNSENT, 0, "" },
    { "body left, no answer", false, 7, 0, "", VERDICT_UNKNOWN, 0, "" },
    { "half an answer", false, 7, 200, "{\"messages\":[{\"id\":\"wamid.A", VERDICT_UNKNOWN, 0, "" },
    { "taken", true, 7, 200, "{\"messages\":[{\"id\":\"wamid.A\"}]}", VERDICT_SENT, 0, "wamid.A" },
    { "taken with 201", true, 7, 201, "{\"messages\":[{\"id\":\"wamid.A\",\"message_status\":\"accepted\"}]}",
      VERDICT_SENT, 0, "wamid.A" },
    { "200 without an id", true, 7, 200, "{\"messages\":[]}", VERDICT_UNKNOWN, 0, "" },
    { "200 with an empty id", true, 7, 200, "{\"messages\":[{\"id\":\"\"}]}", VERDICT_UNKNOWN, 0, "" },
    { "200 that is no JSON", true, 7, 200, "<html>", VERDICT_UNKNOWN, 0, "" },
    { "200 with an error inside", true, 7, 200, ERROR(131026), VERDICT_NO_NUMBER, 131026, "" },
    { "id of another type", true, 7, 200, "{\"messages\":[{\"id\":7}]}", VERDICT_UNKNOWN, 0, "" },
    { "duplicate keys", true, 7, 200, "{\"messages\":[{\"id\":\"a\",\"id\":\"b\"}]}", VERDICT_UNKNOWN, 0, "" },
    { "a redirect", true, 7, 301, "", VERDICT_UNKNOWN, 0, "" },
    { "token expired", true, 7, 401, ERROR(190), VERDICT_PAUSE, 190, "" },
    { "no token", true, 7, 401, ERROR(0), VERDICT_PAUSE, 0, "" },
    { "permission", true, 7, 403, ERROR(200), VERDICT_PAUSE, 200, "" },
    { "locked account", true, 7, 403, ERROR(131031), VERDICT_PAUSE, 131031, "" },
    { "template paused", true, 7, 400, ERROR(132015), VERDICT_PAUSE, 132015, "" },
    { "rate limit as 400", true, 7, 400, ERROR(130429), VERDICT_THROTTLE, 130429, "" },
    { "rate limit as 429", true, 7, 429, ERROR(130429), VERDICT_THROTTLE, 130429, "" },
    { "429 of a proxy", true, 7, 429, "slow down", VERDICT_THROTTLE, 0, "" },
    { "pair limit", true, 7, 400, ERROR(131056), VERDICT_RETRY, 131056, "" },
    { "number of another form", true, 7, 400, ERROR(131009), VERDICT_FAILED, 131009, "" },
    { "temporary", true, 7, 500, ERROR(131016), VERDICT_RETRY, 131016, "" },
    { "something went wrong", true, 7, 500, ERROR(131000), VERDICT_UNKNOWN, 131000, "" },
    { "500 of a proxy", true, 7, 500, "<html>", VERDICT_UNKNOWN, 0, "" },
    { "unknown code", true, 7, 400, ERROR(999999), VERDICT_FAILED, 999999, "" },
    { "unknown code, transient", true, 7, 400, "{\"error\":{\"code\":999999,\"is_transient\":true}}", VERDICT_RETRY,
      999999, "" },
};

static void test_answer(void **state)
{
    const struct row *row = *state;
    struct exchange exchange = { row->complete, row->offset, row->status, str_from(row->body) };
    struct answer answer;
    answer_read(&exchange, &answer);
    assert_int_equal(answer.verdict, row->verdict);
    assert_int_equal(answer.code, row->code);
    assert_string_equal(answer.gateway_id, row->id);
}

static void test_reason(void **state)
{
    (void)state;
    char reason[MESSAGE_REASON_SIZE];
    answer_reason(131026, reason);
    assert_string_equal(reason, "gateway_131026");
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(rows) + 1] = { cmocka_unit_test(test_reason) };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        tests[i + 1] = (struct CMUnitTest){ rows[i].title, test_answer, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
