/*
 * `tally`: what became of each raw record, in numbers (contract, section 2). For one raw partition and one
 * transaction: next - from = the sum of all fates counted. Key <topic>/<partition>/<next>, always partition 0.
 */
#ifndef BERBAGI_WIRE_TALLY_H
#define BERBAGI_WIRE_TALLY_H

#include "common/core/buf.h"
#include "common/wire/reject.h"
#include "common/wire/types.h"
#include "common/wire/warning.h"

enum { TALLY_MAX_SOURCES = 64, TALLY_TOPIC_SIZE = 64 };

struct tally_count {
    char source[SOURCE_SIZE];  /* "" = null (unreadable); "other" beyond 64 sources */
    char type[64];             /* the ce_type; "" = null (unreadable) */
    int64_t accepted, duplicate, stale;
    int64_t rejected[REJECT_CODES];   /* by enum reject_code; written with ascending names, zero counts left out */
    int64_t warnings[WARNING_CODES];
};

struct tally {
    char topic[TALLY_TOPIC_SIZE]; /* full name, with prefix */
    int32_t partition;
    int64_t from, next;
    int32_t count;
    struct tally_count counts[TALLY_MAX_SOURCES + 1];
};

void tally_encode(struct buf *b, const struct tally *m);
must_check int tally_decode(struct str value, struct tally *out, struct reject *error);

#endif
