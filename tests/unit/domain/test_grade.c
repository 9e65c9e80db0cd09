#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/domain/grade.h"

static void spellings(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum grade_of of;
        int result;
        const char *grade;
    } cases[] = {
        { "III/a", GRADE_OF_PNS, 0, "III/a" },
        { "IIIa", GRADE_OF_PNS, 0, "III/a" },
        { "III a", GRADE_OF_PNS, 0, "III/a" },
        { "iii/A", GRADE_OF_PNS, 0, "III/a" },
        { "3A", GRADE_OF_PNS, 0, "III/a" },
        { "3/a", GRADE_OF_PNS, 0, "III/a" },
        { "III.A", GRADE_OF_PNS, 0, "III/a" },
        { "III-a", GRADE_OF_ANY, 0, "III/a" },
        { "Penata Muda (III/a)", GRADE_OF_PNS, 0, "III/a" },
        { "III/a - Penata Muda", GRADE_OF_PNS, 0, "III/a" },
        { "Penata Muda", GRADE_OF_PNS, 0, "III/a" },
        { "Penata Muda Tk I", GRADE_OF_PNS, 0, "III/b" },
        { "Penata Muda Tingkat I, III/b", GRADE_OF_PNS, 0, "III/b" },
        { "Penata Muda Tk. 1", GRADE_OF_PNS, 0, "III/b" },
        { "Penata", GRADE_OF_PNS, 0, "III/c" },
        { "Penata Tk.I (III/d)", GRADE_OF_PNS, 0, "III/d" },
        { "Pembina Utama Muda", GRADE_OF_PNS, 0, "IV/c" },
        { "Pembina Utama Madya", GRADE_OF_PNS, 0, "IV/d" },
        { "Pembina Utama", GRADE_OF_PNS, 0, "IV/e" },
        { "Pembina", GRADE_OF_PNS, 0, "IV/a" },
        { "Juru", GRADE_OF_PNS, 0, "I/c" },
        { "Gol. II/d", GRADE_OF_PNS, 0, "II/d" },
        { "Golongan Ruang IV/e", GRADE_OF_PNS, 0, "IV/e" },
        { "l/a", GRADE_OF_PNS, 0, "I/a" },
        { "lll/c", GRADE_OF_PNS, 0, "III/c" },
        { "Ahli Pertama / IX", GRADE_OF_PPPK, 0, "IX" },
        { "gol. IX", GRADE_OF_PPPK, 0, "IX" },
        { "IX", GRADE_OF_ANY, 0, "IX" },
        { "9", GRADE_OF_PPPK, 0, "IX" },
        { "XVII", GRADE_OF_PPPK, 0, "XVII" },
        { "IV", GRADE_OF_PPPK, 0, "IV" },
        { "I", GRADE_OF_PPPK, 0, "I" },
        { "IV", GRADE_OF_PNS, -ENOTUNIQ, NULL },
        { "IV", GRADE_OF_ANY, -ENOTUNIQ, NULL },
        { "gol. II", GRADE_OF_PNS, -ENOTUNIQ, NULL },
        { "3", GRADE_OF_PNS, -ENOTUNIQ, NULL },
        { "IX", GRADE_OF_PNS, -EINVAL, NULL },
        { "III/a", GRADE_OF_PPPK, -EINVAL, NULL },
        { "III/e", GRADE_OF_PNS, -EINVAL, NULL },
        { "V/a", GRADE_OF_PNS, -EINVAL, NULL },
        { "III/f", GRADE_OF_PNS, -EINVAL, NULL },
        { "XVIII", GRADE_OF_PPPK, -EINVAL, NULL },
        { "18", GRADE_OF_PPPK, -EINVAL, NULL },
        { "0", GRADE_OF_PPPK, -EINVAL, NULL },
        { "IIII", GRADE_OF_PPPK, -EINVAL, NULL },
        { "Penata Muda (III/c)", GRADE_OF_PNS, -EINVAL, NULL }, /* name and code disagree */
        { "III/a III/b", GRADE_OF_PNS, -EINVAL, NULL },
        { "a", GRADE_OF_PNS, -EINVAL, NULL },
        { "", GRADE_OF_PNS, -EINVAL, NULL },
        { "/", GRADE_OF_PNS, -EINVAL, NULL },
        { "Ahli Pertama", GRADE_OF_PPPK, -EINVAL, NULL },
        { "III/a\n", GRADE_OF_PNS, -EINVAL, NULL },
        { "staf", GRADE_OF_PNS, -EINVAL, NULL },
        { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", GRADE_OF_ANY, -EINVAL, NULL },
        { "I I I I I I I I I I I I I I I I", GRADE_OF_ANY, -EINVAL, NULL },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char out[GRADE_TEXT_SIZE] = "-";
        int r = grade_parse(str_from(cases[i].text), cases[i].of, out);
        if (r != cases[i].result)
            fail_msg("\"%s\" gives %d", cases[i].text, r);
        assert_string_equal(out, r == 0 ? cases[i].grade : "-");
    }
}

/* Every canonical spelling is read as itself, and nothing else is canonical. */
static void canonical(void **state)
{
    (void)state;
    static const char *const pns[] = { "I", "II", "III", "IV" };
    for (int n = 0; n < 4; n++)
        for (char c = 'a'; c <= (n == 3 ? 'e' : 'd'); c++) {
            char text[8], out[GRADE_TEXT_SIZE];
            snprintf(text, sizeof(text), "%s/%c", pns[n], c);
            assert_true(grade_canonical(str_from(text)));
            assert_int_equal(grade_parse(str_from(text), GRADE_OF_PNS, out), 0);
            assert_string_equal(out, text);
        }
    static const char *const pppk[] = { "I", "II", "III", "IV",   "V",   "VI", "VII", "VIII", "IX",
                                        "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII" };
    for (size_t i = 0; i < ARRAY_LEN(pppk); i++)
        assert_true(grade_canonical(str_from(pppk[i])));
    static const char *const no[] = { "", "III/A", "IIIa", "3/a", "9", "ix", "III/e", "V/a", " IX", "Penata" };
    for (size_t i = 0; i < ARRAY_LEN(no); i++)
        assert_false(grade_canonical(str_from(no[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(spellings), cmocka_unit_test(canonical) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
