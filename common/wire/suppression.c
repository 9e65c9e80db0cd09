#include "common/wire/notification.h"
#include "common/wire/parts.h"

enum { PHONE_TOKEN, REASON, SINCE };
static const struct str NAMES[] = { JSON_NAME("phone_token"), JSON_NAME("reason"), JSON_NAME("since") };

void suppression_encode(struct buf *b, const struct suppression *m)
{
    json_put_begin(b);
    json_put_string(b, "phone_token", m->phone_token);
    json_put_word(b, "reason", &wire_suppression_reasons, m->reason);
    json_put_instant(b, "since", m->since);
    json_put_close(b, '}');
}

int suppression_decode(struct str value, struct suppression *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct suppression m = { .since = 0 };
    json_token(&root, PHONE_TOKEN, REQUIRED, m.phone_token);
    m.reason = (enum suppression_reason)json_word(&root, REASON, REQUIRED, &wire_suppression_reasons);
    json_instant(&root, SINCE, REQUIRED, &m.since);
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}
