#include "common/domain/grade.h"

#include <errno.h>
#include <stdio.h>

#include "common/core/parse.h"

enum { MAX_WORDS = 12, WORD_SIZE = 16, MAX_GRADE = 17 };

static const char *const romans[MAX_GRADE + 1] = {
    "",   "I",  "II", "III", "IV",  "V",   "VI",   "VII", "VIII",
    "IX", "X",  "XI", "XII", "XIII", "XIV", "XV",  "XVI", "XVII",
};

/* A grade: number 1-17, letter 'a'-'e' of a PNS or 0. */
struct grade {
    int number;
    char letter;
};

/* The ranks of PNS by name, I/a first; longer names before those they begin with. */
static const struct {
    const char *name;
    struct grade grade;
} ranks[] = {
    { "JURU MUDA TK I", { 1, 'b' } },     { "JURU MUDA", { 1, 'a' } },
    { "JURU TK I", { 1, 'd' } },          { "JURU", { 1, 'c' } },
    { "PENGATUR MUDA TK I", { 2, 'b' } }, { "PENGATUR MUDA", { 2, 'a' } },
    { "PENGATUR TK I", { 2, 'd' } },      { "PENGATUR", { 2, 'c' } },
    { "PENATA MUDA TK I", { 3, 'b' } },   { "PENATA MUDA", { 3, 'a' } },
    { "PENATA TK I", { 3, 'd' } },        { "PENATA", { 3, 'c' } },
    { "PEMBINA UTAMA MUDA", { 4, 'c' } }, { "PEMBINA UTAMA MADYA", { 4, 'd' } },
    { "PEMBINA UTAMA", { 4, 'e' } },      { "PEMBINA TK I", { 4, 'b' } },
    { "PEMBINA", { 4, 'a' } },
};

/* Words beside a grade that say nothing about it: labels and functional levels. */
static const char *const noise[] = {
    "GOL", "GOLONGAN", "RUANG", "PANGKAT", "PNS", "PPPK", "AHLI", "PERTAMA", "MUDA", "MADYA", "UTAMA", "PEMULA",
    "TERAMPIL", "MAHIR", "PENYELIA",
};

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Upper-case words of letters and digits; how many, or -1: too many, too long, or a byte that belongs to no grade. */
static int split(struct str s, char words[MAX_WORDS][WORD_SIZE])
{
    int count = 0;
    size_t len = 0;

    for (size_t i = 0; i <= s.n; i++) {
        char c = i < s.n ? s.p[i] : ' ';
        if (is_letter(c) || parse_is_digit(c)) {
            if (count == MAX_WORDS || len == WORD_SIZE - 1)
                return -1;
            words[count][len++] = c >= 'a' ? (char)(c - 'a' + 'A') : c;
            continue;
        }
        if (strchr(" \t/.-,()'", c) == NULL || c == '\0')
            return -1;
        if (len > 0) {
            words[count++][len] = '\0';
            len = 0;
        }
    }
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], "TINGKAT") == 0)
            memcpy(words[i], "TK", 3);
        if (i > 0 && strcmp(words[i - 1], "TK") == 0 && (words[i][0] == '1' || words[i][0] == 'L') &&
            words[i][1] == '\0')
            words[i][0] = 'I';
    }
    return count;
}

/* How many words from `at` are this rank's name; 0 = they are not. */
static int rank_words(char words[MAX_WORDS][WORD_SIZE], int at, int count, const char *name)
{
    int used = 0;
    while (*name != '\0') {
        size_t n = strcspn(name, " ");
        if (at + used == count || strlen(words[at + used]) != n || memcmp(words[at + used], name, n) != 0)
            return 0;
        used++;
        name += n + (name[n] == ' ');
    }
    return used;
}

/* A roman numeral (the letter L for I, as typists write it) or decimal number of `n` characters; 0 = neither. */
static int numeral(const char *word, size_t n)
{
    char roman[8];

    if (n == 0 || n >= sizeof(roman))
        return 0;
    for (size_t i = 0; i < n; i++)
        roman[i] = word[i] == 'L' ? 'I' : word[i];
    for (int k = 1; k <= MAX_GRADE; k++) {
        char decimal[12];
        snprintf(decimal, sizeof(decimal), "%d", k);
        if (str_equal((struct str){ roman, n }, str_from(romans[k])) ||
            str_equal((struct str){ word, n }, str_from(decimal)))
            return k;
    }
    return 0;
}

static bool is_grade_letter(char c)
{
    return c >= 'A' && c <= 'E';
}

/* A code at words[at], its letter perhaps in the next word; how many words it takes, 0 = it is none. */
static int code_words(char words[MAX_WORDS][WORD_SIZE], int at, int count, struct grade *out)
{
    const char *word = words[at];
    size_t n = strlen(word);

    if (numeral(word, n) != 0) {
        out->number = numeral(word, n);
        out->letter = 0;
        if (at + 1 < count && is_grade_letter(words[at + 1][0]) && words[at + 1][1] == '\0') {
            out->letter = (char)(words[at + 1][0] - 'A' + 'a');
            return 2;
        }
        return 1;
    }
    if (is_grade_letter(word[n - 1]) && numeral(word, n - 1) != 0) {
        *out = (struct grade){ numeral(word, n - 1), (char)(word[n - 1] - 'A' + 'a') };
        return 1;
    }
    return 0;
}

static bool is_noise(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(noise); i++)
        if (strcmp(word, noise[i]) == 0)
            return true;
    return false;
}

/* The one grade that the words name, by rank, by code or by both alike. */
static int read_words(char words[MAX_WORDS][WORD_SIZE], int count, struct grade *out)
{
    struct grade by_rank = { 0, 0 }, by_code = { 0, 0 };

    for (int at = 0; at < count;) {
        struct grade g = { 0, 0 };
        int used = 0;
        for (size_t k = 0; k < ARRAY_LEN(ranks) && used == 0; k++) {
            used = rank_words(words, at, count, ranks[k].name);
            g = ranks[k].grade;
        }
        if (used != 0) {
            if (by_rank.number != 0)
                return -EINVAL;
            by_rank = g;
        } else if (is_noise(words[at])) {
            used = 1;
        } else {
            used = code_words(words, at, count, &g);
            if (used == 0 || by_code.number != 0)
                return -EINVAL;
            by_code = g;
        }
        at += used;
    }
    if (by_rank.number != 0 && by_code.number != 0 &&
        (by_rank.number != by_code.number || by_rank.letter != by_code.letter))
        return -EINVAL;
    *out = by_code.number != 0 ? by_code : by_rank;
    return out->number != 0 ? 0 : -EINVAL;
}

int grade_parse(struct str as_written, enum grade_of of, char out[GRADE_TEXT_SIZE])
{
    char words[MAX_WORDS][WORD_SIZE];
    struct grade g;

    int count = split(as_written, words);
    if (count < 0 || read_words(words, count, &g) != 0)
        return -EINVAL;
    if (g.letter != 0) {
        bool exists = g.number <= 4 && (g.letter != 'e' || g.number == 4);
        if (!exists || of == GRADE_OF_PPPK)
            return -EINVAL;
        snprintf(out, GRADE_TEXT_SIZE, "%s/%c", romans[g.number], g.letter);
        return 0;
    }
    if (of != GRADE_OF_PPPK && g.number <= 4)
        return -ENOTUNIQ;
    if (of == GRADE_OF_PNS)
        return -EINVAL;
    snprintf(out, GRADE_TEXT_SIZE, "%s", romans[g.number]);
    return 0;
}

bool grade_canonical(struct str s)
{
    char text[GRADE_TEXT_SIZE];
    for (int of = GRADE_OF_PNS; of <= GRADE_OF_PPPK; of++)
        if (grade_parse(s, (enum grade_of)of, text) == 0 && str_is(s, text))
            return true;
    return false;
}
