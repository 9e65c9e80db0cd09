#include "common/daemon/appender.h"

#include <errno.h>
#include <stdlib.h>

#include "common/core/log.h"
#include "common/io/kafka_producer.h"

enum { SCRATCH_BYTES = 4096, CLOSE_MS = 5000, LINGER_MS = 5, DELIVERY_MS = 4000 };

struct appender {
    struct kafka_producer *producer;
};

/* Carries one event's callback from the producer's thread to its owner. */
struct delivery_note {
    void (*done)(void *arg, bool arrived);
    void *arg;
};

int appender_open(struct daemon *d, struct appender **out)
{
    char why[KAFKA_WHY_SIZE];
    struct appender *a = calloc(1, sizeof(*a));
    if (a == NULL)
        return -ENOMEM;
    struct kafka_producer_options options = { .settings = daemon_kafka(d),
                                              .linger_ms = LINGER_MS, .delivery_timeout_ms = DELIVERY_MS,
                                              .own_thread = true };
    int error = kafka_producer_open(&options, &a->producer, why);
    if (error < 0) {
        log_error("producer_failed", LOG_STR("why", why));
        free(a);
        return error;
    }
    *out = a;
    return 0;
}

void appender_close(struct appender **appender)
{
    struct appender *a = *appender;
    if (a == NULL)
        return;
    if (kafka_producer_flush(a->producer, CLOSE_MS) < 0)
        log_warn("events_not_delivered", LOG_INT("events", kafka_producer_queued(a->producer)));
    kafka_producer_close(&a->producer);
    free(a);
    *appender = NULL;
}

static void delivered(void *arg, int error)
{
    struct delivery_note *note = arg;
    note->done(note->arg, error == 0);
    free(note);
}

int appender_send(struct appender *a, enum topic topic, struct str key, struct str value,
                  const struct envelope *envelope, void (*done)(void *arg, bool arrived), void *arg)
{
    struct header headers[ENVELOPE_MAX_HEADERS];
    struct buf scratch cleanup(buf_done);
    buf_init(&scratch, SCRATCH_BYTES);
    struct delivery_note *note = malloc(sizeof(*note));
    if (note == NULL || buf_reserve(&scratch, SCRATCH_BYTES) == NULL) {
        free(note);
        return -ENOMEM;
    }
    *note = (struct delivery_note){ done, arg };
    struct kafka_message message = { .topic = topic, .partition = -1, .key = key, .value = value, .headers = headers,
                                     .header_count = envelope_write(envelope, headers, &scratch), .done = delivered,
                                     .arg = note };
    int error = kafka_producer_send(a->producer, &message);
    if (error < 0)
        free(note);
    return error;
}
