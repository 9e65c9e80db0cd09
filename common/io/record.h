/*
 * A record as it was consumed, without the client library's types.
 */
#ifndef BERBAGI_IO_RECORD_H
#define BERBAGI_IO_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "common/wire/envelope.h"
#include "common/wire/topics.h"

/* Everything points into the client library's memory and is valid until its batch is given back. */
struct record {
    enum topic topic;
    int32_t partition;
    int64_t offset;
    int64_t append_time;           /* LogAppendTime, ms */
    struct str key, value;
    bool tombstone;                /* null value */
    const struct header *headers;
    size_t header_count;
    bool released;                 /* it was held, and the barrier has been reached */
};

/* A place in a log: the record at `offset` is the next one. */
struct place {
    enum topic topic;
    int32_t partition;
    int64_t offset;
};

#endif
