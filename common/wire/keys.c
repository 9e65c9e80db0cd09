/* Keys of the topics `registry` and `decision`: <type>:<regency>/<the rest>. */
#include <errno.h>
#include <stdio.h>

#include "common/wire/decision.h"
#include "common/wire/registry.h"

static const char *const registry_words[] = { NULL, "household", "asn", "donation", "period", "delivery" };
static const char *const decision_words[] = { NULL, "assignment", "plan" };

/* Takes "<word>:<four digits>/" off; the word's index, or 0. */
static int take_prefix(struct str *key, const char *const *words, int count, int32_t *regency)
{
    const char *colon = key->n > 0 ? memchr(key->p, ':', key->n) : NULL;
    if (colon == NULL)
        return 0;
    size_t word_len = (size_t)(colon - key->p);
    struct str rest = { colon + 1, key->n - word_len - 1 };
    if (rest.n < 6 || rest.p[0] == '0' || rest.p[4] != '/')
        return 0;
    int32_t code = 0;
    for (size_t i = 0; i < 4; i++) {
        if (rest.p[i] < '0' || rest.p[i] > '9')
            return 0;
        code = code * 10 + (rest.p[i] - '0');
    }
    for (int i = 1; i < count; i++) {
        if (!str_equal((struct str){ key->p, word_len }, str_from(words[i])))
            continue;
        *regency = code;
        *key = (struct str){ rest.p + 5, rest.n - 5 };
        return i;
    }
    return 0;
}

int registry_key_parse(struct str key, struct registry_key *out)
{
    int32_t regency = 0;
    int type = take_prefix(&key, registry_words, ARRAY_LEN(registry_words), &regency);
    if (type == 0 || key.n >= DONATION_ID_SIZE)
        return -EINVAL;
    *out = (struct registry_key){ (enum registry_type)type, regency, key };
    return 0;
}

void registry_key_write(struct buf *b, enum registry_type type, int32_t regency, const char *id)
{
    buf_append_cstr(b, registry_words[type]);
    buf_append_char(b, ':');
    buf_append_int(b, regency);
    buf_append_char(b, '/');
    buf_append_cstr(b, id);
}

/* A period may hold '/', a household's token and a revision do not: the last one divides. */
int decision_key_parse(struct str key, struct decision_key *out)
{
    int32_t regency = 0;
    int type = take_prefix(&key, decision_words, ARRAY_LEN(decision_words), &regency);
    const char *slash = type != 0 ? memrchr(key.p, '/', key.n) : NULL;
    if (slash == NULL)
        return -EINVAL;
    struct str period = { key.p, (size_t)(slash - key.p) };
    struct str id = { slash + 1, key.n - period.n - 1 };
    if (period.n == 0 || period.n >= REF_SIZE || id.n == 0 || id.n >= TOKEN_SIZE)
        return -EINVAL;
    *out = (struct decision_key){ (enum decision_type)type, regency, period, id };
    return 0;
}

void assignment_key_write(struct buf *b, const struct assignment *m)
{
    buf_printf(b, "assignment:%d/%s/%s", m->regency, m->period, m->household);
}

void plan_key_write(struct buf *b, const struct plan *m)
{
    buf_printf(b, "plan:%d/%s/%d", m->regency, m->period, m->revision);
}
