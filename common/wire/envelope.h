/*
 * CloudEvents 1.0 in Kafka's binary content mode: attributes in headers, the value is the data (contract, section 0).
 *
 * Two sides: the strict reader of what strangers send (envelope_read_raw), and writer and reader of our own events.
 */
#ifndef BERBAGI_WIRE_ENVELOPE_H
#define BERBAGI_WIRE_ENVELOPE_H

#include "common/core/buf.h"
#include "common/wire/reject.h"
#include "common/wire/topics.h"
#include "common/wire/types.h"

/* One Kafka header; both parts point into the record. */
struct header {
    struct str name, value;
};

enum { ENVELOPE_MAX_HEADERS = 32, TRACEPARENT_SIZE = 56, EVENT_TYPE_SIZE = 64, ORIGIN_SIZE = 160, VERSION_SIZE = 24 };

/* Attributes of one event. */
struct envelope {
    char id[EVENT_ID_SIZE];
    char source[SOURCE_SIZE];
    char type[EVENT_TYPE_SIZE];
    char subject[16];                   /* the regency; "" = null */
    int64_t time;                       /* instant */
    char traceparent[TRACEPARENT_SIZE]; /* "" = absent */
    char origin[ORIGIN_SIZE];           /* berbagi_origin: topic/partition/offset of the raw record; "" = absent */
    char version[VERSION_SIZE];         /* berbagi_version: versi, or version in decimal; "" = absent */
};

/*
 * Reads a raw record's attributes. `topic` is where it came from: its type must be that topic's, v1. Refuses by the
 * contract: REJECT_BAD_CLOUDEVENT (pointer "", expected names the attribute) or REJECT_UNSUPPORTED_VERSION. What could
 * be read of source and type is in *out even then (for the tally), "" otherwise. Returns 0 or -EBADMSG.
 */
must_check int envelope_read_raw(enum topic topic, const struct header *headers, size_t n, struct envelope *out,
                                 struct reject *error);

/* Reads one of our own events. -EBADMSG if a required attribute is missing or broken. */
must_check int envelope_read(const struct header *headers, size_t n, struct envelope *out);

/*
 * Writes the attributes as headers: berbagi_origin and, with it, berbagi_version (empty for types without) only if
 * there is an origin. Slices point into *e and into `scratch`, which the caller resets per batch and never grows while
 * slices live: it must have been reserved. Returns the number of headers written (<= ENVELOPE_MAX_HEADERS).
 */
size_t envelope_write(const struct envelope *e, struct header headers[ENVELOPE_MAX_HEADERS], struct buf *scratch);

#endif
