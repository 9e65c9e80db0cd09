#include "common/domain/phone.h"

#include <errno.h>

#include "common/core/parse.h"

enum { MAX_NUMBER = 24, SHORTEST = 9, LONGEST = 12 }; // digits of a mobile's national number

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Does the text (upper case) stand at s[i]? */
static bool stands(struct str s, size_t i, const char *text)
{
    size_t n = strlen(text);
    if (s.n - i < n)
        return false;
    for (size_t k = 0; k < n; k++)
        if (upper(s.p[i + k]) != text[k])
            return false;
    return true;
}

/* How many bytes at s[i] may be passed over within a number; 0 = none. */
static size_t passed_over(struct str s, size_t i)
{
    static const char *const texts[] = {
        " ", "\t", ".", "-", "(", ")", "'", ":", "\u00a0", "\u202f", "\u200b", "\u2010", "\u2011", "\u2013",
        "WA", "HP", "TELP", "TLP",
    };
    for (size_t k = 0; k < ARRAY_LEN(texts); k++)
        if (stands(s, i, texts[k]))
            return strlen(texts[k]);
    return 0;
}

/* The length of a separator between two numbers; 0 = none. */
static size_t between(struct str s, size_t i)
{
    if (strchr("/,;\n", s.p[i]) != NULL && s.p[i] != '\0')
        return 1;
    return stands(s, i, "ATAU") ? 4 : 0;
}

/* The national number's first digit (8…) in digits, or NULL. */
static const char *national(const char *digits, bool plus)
{
    if (!plus && strncmp(digits, "0062", 4) == 0)
        digits += 2;
    if (strncmp(digits, "620", 3) == 0)
        return digits + 3;
    if (strncmp(digits, "62", 2) == 0)
        return digits + 2;
    if (plus)
        return NULL;
    return digits[0] == '0' ? digits + 1 : digits;
}

static bool is_mobile(const char *n)
{
    size_t len = strlen(n);
    return len >= SHORTEST && len <= LONGEST && n[0] == '8' && n[1] >= '1' && n[1] != '4';
}

/* One number, without what stands between several. */
static int parse_one(struct str s, char out[PHONE_TEXT_SIZE])
{
    char digits[MAX_NUMBER + 1];
    size_t len = 0;
    bool plus = false;

    for (size_t i = 0; i < s.n;) {
        size_t skip = passed_over(s, i);
        if (skip != 0) {
            i += skip;
            continue;
        }
        char c = s.p[i++];
        if (c == '+' && len == 0 && !plus) {
            plus = true;
            continue;
        }
        if (c == 'O' || c == 'o')
            c = '0';
        if (!parse_is_digit(c) || len == MAX_NUMBER)
            return -EINVAL;
        digits[len++] = c;
    }
    digits[len] = '\0';
    const char *n = national(digits, plus);
    if (n == NULL || !is_mobile(n))
        return -EINVAL;
    memcpy(out, "62", 2);
    memcpy(out + 2, n, strlen(n) + 1);
    return 0;
}

int phone_parse(struct str as_written, char out[PHONE_TEXT_SIZE])
{
    size_t from = 0;

    for (size_t i = 0; i <= as_written.n;) {
        size_t skip = i == as_written.n ? 1 : between(as_written, i);
        if (skip == 0) {
            i++;
            continue;
        }
        if (parse_one((struct str){ as_written.p + from, i - from }, out) == 0)
            return 0;
        i += skip;
        from = i;
    }
    return -EINVAL;
}
