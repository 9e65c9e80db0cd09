#include "common/daemon/reject_headers.h"

#include <stdio.h>

enum { OWN_HEADERS = 6 };

static void add(struct reject_headers *h, const char *name, const char *value)
{
    h->headers[h->count++] = (struct header){ str_from(name), str_from(value) };
}

void reject_headers_build(struct reject_headers *out, const struct record *record, const struct reject *reject,
                          const struct kafka_settings *settings, const char *service, int64_t at)
{
    static const struct str ours = { "berbagi_", 8 };
    char topic[KAFKA_TOPIC_SIZE];
    out->count = 0;
    for (size_t i = 0; i < record->header_count && out->count < REJECT_HEADERS_MAX - OWN_HEADERS; i++) {
        struct str name = record->headers[i].name;
        if (name.n < ours.n || !str_equal((struct str){ name.p, ours.n }, ours))
            out->headers[out->count++] = record->headers[i];
    }
    kafka_topic_name(settings, record->topic, topic);
    snprintf(out->origin, sizeof(out->origin), "%s/%d/%lld", topic, (int)record->partition, (long long)record->offset);
    instant_format(at, out->at);
    add(out, "berbagi_reason", reject_code_name(reject->code));
    add(out, "berbagi_pointer", reject->pointer);
    add(out, "berbagi_expected", reject->expected);
    add(out, "berbagi_origin", out->origin);
    add(out, "berbagi_service", service);
    add(out, "berbagi_at", out->at);
}
