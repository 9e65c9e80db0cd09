/*
 * Events in files (contract, section 0, "NDJSON"): one structured-mode CloudEvent a line, with the extension
 * attributes partition, offset, key, origin and version; `data` is the value of the record, byte for byte.
 *
 *     {"specversion":"1.0","id":…,"source":…,"type":…,"subject":…,"time":…,"datacontenttype":"application/json",
 *      "partition":n,"offset":n,"key":…,"origin":…,"version":…,"data":{…}}
 *
 * on one line, in this order, nothing left out, null = not known. A tombstone has `data` null.
 */
#ifndef BERBAGI_WIRE_NDJSON_H
#define BERBAGI_WIRE_NDJSON_H

#include "common/core/buf.h"
#include "common/wire/envelope.h"
#include "common/wire/reject.h"

enum { NDJSON_KEY_SIZE = 512, NDJSON_LINE_MAX = 512 * 1024 };

struct ndjson_event {
    struct envelope envelope;
    int32_t partition;          /* -1 = null */
    int64_t offset;             /* -1 = null */
    char key[NDJSON_KEY_SIZE];  /* "" = null */
    struct str data;            /* the value; points into the line; p NULL = tombstone */
};

/* Appends one line, its LF included. Failures show in the buffer only. */
void ndjson_write(struct buf *b, const struct ndjson_event *event);

/*
 * Reads one line without its LF. 0 or more: fields passed over; -EBADMSG with *error filled (pointers into the line,
 * so that a fault of the value is under /data); -ENOMEM. What `data` holds is its decoder's to check.
 */
must_check int ndjson_read(struct str line, struct ndjson_event *out, struct reject *error);

#endif
