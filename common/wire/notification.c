#include "common/wire/notification.h"

#include <stdio.h>

#include "common/domain/digest.h"
#include "common/wire/parts.h"

enum {
    NOTIFICATION, REGENCY, PERIOD, GIVER, KIND, ROUND, ATTEMPT, FAMILIES, STATE, REASON, GATEWAY_ID, AT,
};
static const struct str NAMES[] = {
    JSON_NAME("notification"), JSON_NAME("regency"),  JSON_NAME("period"), JSON_NAME("giver"),
    JSON_NAME("kind"),         JSON_NAME("round"),    JSON_NAME("attempt"), JSON_NAME("families"),
    JSON_NAME("state"),        JSON_NAME("reason"),   JSON_NAME("gateway_id"), JSON_NAME("at"),
};

void notification_encode(struct buf *b, const struct notification *m)
{
    json_put_begin(b);
    json_put_string(b, "notification", m->notification);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "period", m->period);
    parts_put_giver(b, "giver", &m->giver);
    json_put_word(b, "kind", &wire_message_kinds, m->kind);
    json_put_string(b, "round", m->round);
    json_put_int(b, "attempt", m->attempt);
    json_put_int(b, "families", m->families);
    json_put_word(b, "state", &wire_message_states, m->state);
    json_put_string(b, "reason", m->reason);
    json_put_string(b, "gateway_id", m->gateway_id);
    json_put_instant(b, "at", m->at);
    json_put_close(b, '}');
}

/* A word of the contract, or gateway_<code>. */
static bool is_reason(const char *s)
{
    static const char *const words[] = {
        "no_contact", "no_consent", "opt_out", "unreachable", "nothing_left", "too_late", "no_answer",
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(s, words[i]) == 0)
            return true;
    static const char gateway[] = "gateway_";
    size_t n = strlen(gateway);
    return strncmp(s, gateway, n) == 0 && s[n] != '\0' && strspn(s + n, "0123456789") == strlen(s + n) &&
           strlen(s + n) <= 9;
}

/* "0", or with `changed` the local date. */
static void read_round(const struct json_node *root, struct notification *m)
{
    int32_t date;
    json_string(root, ROUND, REQUIRED, m->round, sizeof m->round);
    if (m->kind == MESSAGE_CHANGED)
        json_date(root, ROUND, REQUIRED, &date);
    else if (strcmp(m->round, "0") != 0)
        json_fault(root, ROUND, REJECT_UNKNOWN_VALUE, "0; a date with kind changed");
}

int notification_decode(struct str value, struct notification *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct notification m = { .at = 0 };
    json_hex(&root, NOTIFICATION, REQUIRED, m.notification, sizeof m.notification);
    json_regency(&root, REGENCY, REQUIRED, &m.regency);
    json_ref(&root, PERIOD, REQUIRED, m.period);
    parts_giver(&root, GIVER, REQUIRED, &m.giver);
    m.kind = (enum message_kind)json_word(&root, KIND, REQUIRED, &wire_message_kinds);
    read_round(&root, &m);
    json_int32(&root, ATTEMPT, REQUIRED, 1, INT32_MAX, &m.attempt);
    json_int32(&root, FAMILIES, REQUIRED, 0, INT32_MAX, &m.families);
    m.state = (enum message_state)json_word(&root, STATE, REQUIRED, &wire_message_states);
    if (json_string(&root, REASON, OPTIONAL, m.reason, sizeof m.reason) && !is_reason(m.reason))
        json_fault(&root, REASON, REJECT_UNKNOWN_VALUE, "a reason of the contract, or gateway_<code>");
    json_string(&root, GATEWAY_ID, OPTIONAL, m.gateway_id, sizeof m.gateway_id);
    json_instant(&root, AT, REQUIRED, &m.at);
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}

void notification_id(const struct notification *m, char out[NOTIFICATION_SIZE])
{
    struct digest digest;
    uint8_t hash[DIGEST_BYTES];
    char head[32];
    snprintf(head, sizeof head, "%d", m->regency);
    const char *const parts[] = {
        head, m->period, wire_word(&wire_giver_kinds, m->giver.kind), m->giver.id,
        wire_word(&wire_message_kinds, m->kind), m->round,
    };
    digest_start(&digest);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (i > 0)
            digest_add_cstr(&digest, "|");
        digest_add_cstr(&digest, parts[i]);
    }
    digest_end(&digest, hash);
    digest_hex(hash, (NOTIFICATION_SIZE - 1) / 2, out);
}
