#include <stdio.h>

#include "services/notifier/notifier.h"

static void put_event(struct notifier *n, struct output *out, enum topic topic, int32_t partition, struct str key,
                      struct envelope *envelope)
{
    snprintf(envelope->source, sizeof(envelope->source), "//berbagi/notifier");
    struct event event = { .topic = topic, .partition = partition, .key = key, .value = buf_str(&n->scratch),
                           .envelope = envelope };
    output_event(out, &event);
}

void notifier_publish(struct notifier *n, struct output *out, uint32_t pair, const char *gateway_id, int64_t at)
{
    struct notification m;
    book_message(n->book, pair, &m);
    snprintf(m.gateway_id, sizeof(m.gateway_id), "%s", gateway_id);
    m.at = at;
    buf_reset(&n->scratch);
    notification_encode(&n->scratch, &m);
    char key[64];
    snprintf(key, sizeof(key), "%04d/%s", (int)m.regency, m.notification);
    struct envelope envelope = { .type = "id.berbagi.notification.v1", .time = at };
    snprintf(envelope.id, sizeof(envelope.id), "%s/%d/%s", m.notification, (int)m.attempt,
             wire_word(&wire_message_states, (int)m.state));
    snprintf(envelope.subject, sizeof(envelope.subject), "%04d", (int)m.regency);
    put_event(n, out, TOPIC_NOTIFICATION, output_partition(out, m.regency), str_from(key), &envelope);
}

int notifier_suppress(struct notifier *n, struct output *out, const char *phone_token, enum suppression_reason reason,
                      int64_t since)
{
    struct suppression m = { .reason = reason, .since = since };
    snprintf(m.phone_token, sizeof(m.phone_token), "%s", phone_token);
    buf_reset(&n->scratch);
    suppression_encode(&n->scratch, &m);
    struct envelope envelope = { .type = "id.berbagi.suppression.v1", .time = since };
    snprintf(envelope.id, sizeof(envelope.id), "%s/%lld", m.phone_token, (long long)since);
    struct str key = str_from(m.phone_token);
    put_event(n, out, TOPIC_SUPPRESSION, output_partition_of_key(out, key), key, &envelope);
    return book_suppression(n->book, &m);
}
