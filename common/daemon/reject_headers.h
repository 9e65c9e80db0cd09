/*
 * The headers of a record in `rejected` (contract, section 5): those it came with, less any berbagi_*, and why it was
 * refused. Pure.
 */
#ifndef BERBAGI_DAEMON_REJECT_HEADERS_H
#define BERBAGI_DAEMON_REJECT_HEADERS_H

#include "common/core/civil.h"
#include "common/io/kafka.h"
#include "common/wire/reject.h"

enum { REJECT_HEADERS_MAX = 72 };

/* Slices point into the record, into `reject` and into this struct. */
struct reject_headers {
    struct header headers[REJECT_HEADERS_MAX];
    size_t count;
    char origin[KAFKA_TOPIC_SIZE + 40];
    char at[INSTANT_TEXT_SIZE];
};

/* `at`: now, ms. Of more headers than fit, the last of the original are left out. */
void reject_headers_build(struct reject_headers *out, const struct record *record, const struct reject *reject,
                          const struct kafka_settings *settings, const char *service, int64_t at);

#endif
