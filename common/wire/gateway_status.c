#include "common/wire/notification.h"
#include "common/wire/parts.h"

enum { GATEWAY_ID, OPAQUE, STATUS, CODE, AT, PHONE_TOKEN };
static const struct str NAMES[] = {
    JSON_NAME("gateway_id"), JSON_NAME("opaque"), JSON_NAME("status"),
    JSON_NAME("code"),       JSON_NAME("at"),     JSON_NAME("phone_token"),
};

void gateway_status_encode(struct buf *b, const struct gateway_status *m)
{
    json_put_begin(b);
    json_put_string(b, "gateway_id", m->gateway_id);
    json_put_string(b, "opaque", m->opaque);
    json_put_string(b, "status", m->status);
    json_put_int_or_null(b, "code", m->code, 0);
    json_put_instant(b, "at", m->at);
    json_put_string(b, "phone_token", m->phone_token);
    json_put_close(b, '}');
}

static void read_status(const struct json_node *root, struct gateway_status *m)
{
    static const char *const words[] = { "sent", "delivered", "read", "failed", "opt_out" };
    if (!json_string(root, STATUS, REQUIRED, m->status, sizeof m->status))
        return;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(m->status, words[i]) == 0)
            return;
    json_fault(root, STATUS, REJECT_UNKNOWN_VALUE, "one of sent delivered read failed opt_out");
}

int gateway_status_decode(struct str value, struct gateway_status *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct gateway_status m = { .code = 0 };
    json_string(&root, GATEWAY_ID, REQUIRED, m.gateway_id, sizeof m.gateway_id);
    json_string(&root, OPAQUE, OPTIONAL, m.opaque, sizeof m.opaque);
    read_status(&root, &m);
    json_int32(&root, CODE, OPTIONAL, 1, INT32_MAX, &m.code);
    json_instant(&root, AT, REQUIRED, &m.at);
    json_token(&root, PHONE_TOKEN, OPTIONAL, m.phone_token);
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}
