#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/domain/phone.h"
#include "common/domain/ref.h"

static void phones(void **state)
{
    (void)state;
    static const struct {
        const char *text, *e164; /* NULL: unreadable */
    } cases[] = {
        { "081234567890", "6281234567890" },
        { "+62 812 3456 7890", "6281234567890" },
        { "0812-3456-7890", "6281234567890" },
        { "(0812) 3456.7890", "6281234567890" },
        { "8123456789", "628123456789" },
        { "+62 0812 3456 789", "628123456789" },
        { "6208123456789", "628123456789" },
        { "62812345678", "62812345678" },
        { "0062812345678", "62812345678" },
        { "O8123456789", "628123456789" },
        { "WA 081234567890", "6281234567890" },
        { "wa: 081234567890", "6281234567890" },
        { "HP. 0812 3456 7890", "6281234567890" },
        { "\u00a00812\u00a03456\u00a07890", "6281234567890" },
        { "0812345678901", "62812345678901" },
        { "081234567890/085712345678", "6281234567890" },
        { "(0333) 421234 / 085712345678", "6285712345678" }, /* the first mobile, not the landline */
        { "0333421234; 0857 1234 5678", "6285712345678" },
        { "- , 085712345678", "6285712345678" },
        { "085712345678 atau 081234567890", "6285712345678" },
        { "0895123456789", "62895123456789" },
        { "08991234567890", NULL },    /* too long */
        { "081123456", NULL },         /* too short */
        { "+6281234567890123", NULL },
        { "0333421234", NULL },
        { "08041234567", NULL },       /* services, not mobiles */
        { "08001234567", NULL },
        { "6.28E+12", NULL },
        { "6,28123E+12", NULL },
        { "-", NULL },
        { "0", NULL },
        { "", NULL },
        { "+", NULL },
        { "62", NULL },
        { "tidak ada", NULL },
        { "+1 812 345 6789", NULL },
        { "++6281234567890", NULL },
        { "0812345678901234567890123456789012345", NULL },
        { "///", NULL },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char out[PHONE_TEXT_SIZE] = "-";
        int r = phone_parse(str_from(cases[i].text), out);
        if ((r == 0) != (cases[i].e164 != NULL))
            fail_msg("\"%s\" gives %d", cases[i].text, r);
        assert_string_equal(out, r == 0 ? cases[i].e164 : "-");
    }
}

static void refs(void **state)
{
    (void)state;
    static const char long_ref[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
    static const char *const good[] = { "x", "!~", "SK-000123/a", "123456789012345",
                                        "123456789012345x678901234567890" };
    static const char *const bad[] = {
        "", " ", "a b", "a\tb", "\x7f", "\xc3\xa9", "1234567890123456", "a12345678901234567b"
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(ref_form(str_from(good[i])));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(ref_form(str_from(bad[i])));
    assert_true(ref_form((struct str){ long_ref, 64 }));
    assert_false(ref_form((struct str){ long_ref, 65 }));
    assert_false(ref_form((struct str){ "a\0b", 3 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(phones), cmocka_unit_test(refs) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
