/*
 * Appends single events outside the transactional loop, from any thread: the webhook's way into Kafka. Idempotent
 * producer, acks=all; each event is told to have arrived or not.
 */
#ifndef BERBAGI_DAEMON_APPENDER_H
#define BERBAGI_DAEMON_APPENDER_H

#include "common/daemon/daemon.h"
#include "common/wire/envelope.h"
#include "common/wire/topics.h"

struct appender;

/* From the daemon's Kafka settings. Connects in the background. Negative errno. */
must_check int appender_open(struct daemon *d, struct appender **out);
/* Waits up to 5 s for what is under way (done is called for each), frees. Accepts NULL and nulls the pointer. */
void appender_close(struct appender **appender);

/*
 * Appends one event; key and value are copied, the partition is the broker's hash of the key. `done` is called exactly
 * once if 0 is returned, from another thread, after some 4 s at the latest: arrived = the broker has it for good; if
 * not, it may have it all the same. -EAGAIN: the queue is full.
 */
must_check int appender_send(struct appender *a, enum topic topic, struct str key, struct str value,
                             const struct envelope *envelope, void (*done)(void *arg, bool arrived), void *arg);

#endif
