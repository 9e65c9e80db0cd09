#include "common/daemon/set_aside.h"

#include <errno.h>
#include <stdlib.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/daemon/reject_headers.h"
#include "common/io/kafka_producer.h"

enum { FLUSH_MS = 5000, LINGER_MS = 5 };

struct set_aside {
    struct daemon *daemon;
    struct kafka_producer *producer;
    bool failed; /* a delivery since the last flush */
};

int set_aside_open(struct daemon *d, struct set_aside **out)
{
    char why[KAFKA_WHY_SIZE];
    struct set_aside *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return -ENOMEM;
    s->daemon = d;
    struct kafka_producer_options options = { .settings = daemon_kafka(d), .linger_ms = LINGER_MS };
    int error = kafka_producer_open(&options, &s->producer, why);
    if (error < 0) {
        log_error("producer_failed", LOG_STR("why", why));
        free(s);
        return error;
    }
    *out = s;
    return 0;
}

void set_aside_close(struct set_aside **s)
{
    if (*s == NULL)
        return;
    kafka_producer_close(&(*s)->producer);
    free(*s);
    *s = NULL;
}

static void delivered(void *arg, int error)
{
    struct set_aside *s = arg;
    s->failed = s->failed || error != 0;
}

int set_aside(struct set_aside *s, const struct record *record, const struct reject *reject)
{
    struct reject_headers headers;
    reject_headers_build(&headers, record, reject, daemon_kafka(s->daemon), daemon_name(s->daemon), clock_now_ms());
    struct kafka_message message = { .topic = TOPIC_REJECTED, .partition = -1, .key = record->key,
                                     .value = record->value,
                                     .tombstone = record->tombstone, .headers = headers.headers,
                                     .header_count = headers.count, .done = delivered, .arg = s };
    return kafka_producer_send(s->producer, &message);
}

int set_aside_flush(struct set_aside *s)
{
    if (kafka_producer_queued(s->producer) > 0 && kafka_producer_flush(s->producer, FLUSH_MS) < 0)
        return -EAGAIN;
    bool failed = s->failed;
    s->failed = false;
    return failed ? -EAGAIN : 0;
}
