#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/civil.h"
#include "services/notifier/request.h"
#include "services/notifier/text.h"

static int32_t day(int32_t year, int32_t month, int32_t d)
{
    return civil_to_date((struct civil){ year, month, d });
}

static void test_ranges(void **state)
{
    (void)state;
    static const struct {
        struct civil from, to;
        const char *text;
    } rows[] = {
        { { 2026, 1, 28 }, { 2026, 1, 28 }, "28 Januari 2026" },
        { { 2026, 1, 28 }, { 2026, 1, 30 }, "28–30 Januari 2026" },
        { { 2026, 1, 30 }, { 2026, 2, 2 }, "30 Januari–2 Februari 2026" },
        { { 2025, 12, 30 }, { 2026, 1, 2 }, "30 Desember 2025–2 Januari 2026" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[TEXT_SIZE];
        text_date_range(civil_to_date(rows[i].from), civil_to_date(rows[i].to), text);
        assert_string_equal(text, rows[i].text);
    }
}

static void test_periods(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { "2026-01", "Januari 2026" },      { "2026-12", "Desember 2026" }, { "2026-w05", "pekan ke-5 tahun 2026" },
        { "2026-13", "2026-13" },           { "2026-00", "2026-00" },       { "ramadan", "ramadan" },
        { "2026-w00", "2026-w00" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[TEXT_SIZE];
        text_period(rows[i][0], text);
        assert_string_equal(text, rows[i][1]);
    }
}

static void test_request(void **state)
{
    (void)state;
    struct message message = { .kind = MESSAGE_ASSIGNED, .to = "6281200000001",
                               .opaque = "3510/0123456789abcdef0123456789abcdef/1",
                               .template_name = "paket_ditugaskan_v1", .period = "2026-01", .families = 3,
                               .from = day(2026, 1, 28), .until = day(2026, 1, 30), .report_by = day(2026, 2, 4) };
    struct buf b cleanup(buf_done);
    buf_init(&b, 4096);
    request_write(&b, &message);
    const char *text = buf_cstr(&b);
    assert_non_null(text);
    assert_string_equal(
        text,
        "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\",\"to\":\"6281200000001\","
        "\"type\":\"template\",\"biz_opaque_callback_data\":\"3510/0123456789abcdef0123456789abcdef/1\","
        "\"template\":{\"name\":\"paket_ditugaskan_v1\",\"language\":{\"policy\":\"deterministic\",\"code\":\"id\"},"
        "\"components\":[{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"Januari 2026\"},"
        "{\"type\":\"text\",\"text\":\"3\"},{\"type\":\"text\",\"text\":\"28–30 Januari 2026\"},"
        "{\"type\":\"text\",\"text\":\"4 Februari 2026\"}]},{\"type\":\"button\",\"sub_type\":\"quick_reply\","
        "\"index\":\"0\",\"parameters\":[{\"type\":\"payload\",\"payload\":\"BERHENTI\"}]}]}}");
}

static void test_opaque(void **state)
{
    (void)state;
    char opaque[OPAQUE_SIZE], notification[NOTIFICATION_SIZE];
    int32_t regency = 0, attempt = 0;
    opaque_write(3510, "0123456789abcdef0123456789abcdef", 12, opaque);
    assert_string_equal(opaque, "3510/0123456789abcdef0123456789abcdef/12");
    assert_int_equal(opaque_read(opaque, &regency, notification, &attempt), 0);
    assert_int_equal(regency, 3510);
    assert_int_equal(attempt, 12);
    assert_string_equal(notification, "0123456789abcdef0123456789abcdef");
    static const char *const wrong[] = { "",
                                         "3510",
                                         "3510/0123456789abcdef0123456789abcdeX/1",
                                         "35100/0123456789abcdef/1",
                                         "3510/0123456789abcdef0123456789abcdef/",
                                         "3510/0123456789abcdef0123456789abcdef/0",
                                         "3510/0123456789abcdef0123456789abcdef/1x" };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_true(opaque_read(wrong[i], &regency, notification, &attempt) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_periods),
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_opaque),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
