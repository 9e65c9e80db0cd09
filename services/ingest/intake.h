/*
 * A raw record on its way in: read, checked, its numbers turned into tokens, and the keys under which memory is asked.
 */
#ifndef BERBAGI_INGEST_INTAKE_H
#define BERBAGI_INGEST_INTAKE_H

#include "common/domain/keyring.h"
#include "common/wire/envelope.h"
#include "common/wire/raw.h"
#include "services/ingest/fact.h"

/* One ring per domain; a NIK has no token in anything we write. */
struct secrets {
    struct keyring kk, nip, phone, cipher;
};

struct intake {
    enum topic topic;
    struct envelope envelope;
    bool refused;               /* `reject` says why; below only claim is set, if the attributes could be read */
    struct reject reject;
    struct warnings warnings;
    union raw_any *raw;         /* the caller's; tokens are filled in */
    char former[TOKEN_SIZE];    /* token of the former number; "" = none */
    struct view_key claim, subject, former_subject; /* len 0 = none */
    struct order order;
};

/* Of what is decoded only the topic's own member's size is touched. */
union raw_any {
    struct raw_household household;
    struct raw_asn asn;
    struct raw_donation donation;
    struct raw_period period;
    struct raw_visit visit;
};

/* Bytes of the member of a raw topic. */
size_t intake_raw_size(enum topic topic);

/*
 * Reads a record. `raw` has room for the topic's member; append_time as the broker gave it. Every outcome is in *in.
 * 0, or -ENOMEM.
 */
must_check int intake_read(struct intake *in, enum topic topic, const struct header *headers, size_t header_count,
                           struct str value, int64_t append_time, const struct region_table *regions,
                           const struct secrets *secrets, union raw_any *raw);

/* Says which keys decide() will ask for: calls `want` for each. */
void intake_want(const struct intake *in, void (*want)(void *arg, const struct view_key *key), void *arg);

#endif
