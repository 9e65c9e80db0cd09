/*
 * What our decoders say to values, for the test that compares them with the published schemas.
 *
 *   verdicts < LINES     each line "<codec> <value>": answers "ok <unknown fields>", or "<code> <JSON pointer>"
 *   verdicts --words     each line "<table> <word>…": the words that we know, and the topics
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/wire/topics.h"
#include "common/wire/warning.h"
#include "tests/unit/wire/codecs.h"

static void print_words(void)
{
#define TABLE(name) { #name, &wire_##name }
    static const struct {
        const char *name;
        const struct wire_words *words;
    } tables[] = {
        TABLE(giver_kinds),     TABLE(employments),    TABLE(positions),        TABLE(household_statuses),
        TABLE(asn_statuses),    TABLE(partner_kinds),  TABLE(donation_states),  TABLE(programmes),
        TABLE(decile_bases),    TABLE(period_states),  TABLE(outcomes),         TABLE(healths),
        TABLE(houses),          TABLE(children),       TABLE(aids),             TABLE(referral_kinds),
        TABLE(referral_states), TABLE(row_states),     TABLE(row_reasons),      TABLE(triggers),
        TABLE(message_kinds),   TABLE(message_states), TABLE(suppression_reasons),
    };
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        printf("%s", tables[t].name);
        for (int i = 1; i < tables[t].words->count; i++)
            printf(" %s", tables[t].words->words[i]);
        printf("\n");
    }
    printf("reject_codes");
    for (int i = 1; i < REJECT_CODES; i++)
        printf(" %s", reject_code_name((enum reject_code)i));
    printf("\nwarning_codes");
    for (int i = 1; i < WARNING_CODES; i++)
        printf(" %s", warning_code_name((enum warning_code)i));
    printf("\ntopics");
    for (int i = 0; i < TOPIC_COUNT; i++)
        printf(" %s", topic_name((enum topic)i));
    printf("\n");
}

static void judge(const char *line, size_t n)
{
    char name[64];
    const char *space = memchr(line, ' ', n);
    if (space == NULL || !str_copy(name, sizeof name, (struct str){ line, (size_t)(space - line) }) ||
        codec_of(name) == NULL) {
        fprintf(stderr, "verdicts: no codec in this line\n");
        exit(1);
    }
    const struct codec *codec = codec_of(name);
    struct str value = { space + 1, n - (size_t)(space + 1 - line) };
    struct reject error = { .code = REJECT_NONE };
    void *m = malloc(codec->size);
    if (m == NULL)
        exit(1);
    int result = codec->decode(value, m, &error);
    if (result >= 0)
        printf("ok %d\n", result);
    else
        printf("%s %s\n", reject_code_name(error.code), error.pointer);
    free(m);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--words") == 0) {
        print_words();
        return 0;
    }
    char *line = NULL;
    size_t capacity = 0;
    ssize_t n;
    while ((n = getline(&line, &capacity, stdin)) > 0)
        judge(line, line[n - 1] == '\n' ? (size_t)n - 1 : (size_t)n);
    free(line);
    return 0;
}
