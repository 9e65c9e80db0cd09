/*
 * A record of the registry, from its bytes to what allocator.h takes. Shared by the daemon and berbagi-plan.
 */
#ifndef BERBAGI_ALLOCATOR_RECORD_H
#define BERBAGI_ALLOCATOR_RECORD_H

#include "common/wire/registry.h"
#include "services/allocator/allocator.h"

/* A decoded record; `event` points into it, so it must not be copied. About 40 KB: keep one. */
struct registry_record {
    struct allocator_event event;
    char id[DONATION_ID_SIZE];
    union {
        struct household household;
        struct asn asn;
        struct donation donation;
        struct period period;
        struct delivery delivery;
    } value;
};

/*
 * value.p NULL = tombstone. 0 or more: unknown fields passed over; -EBADMSG with *error filled: the key is none of
 * ours (pointer ""), the value can't be read, or key and value name different things.
 */
must_check int registry_record_decode(struct str key, struct str value, int64_t offset, int64_t time,
                                      struct registry_record *out, struct reject *error);

/* The same for the decisions, at a restore: hands a row or plan event to allocator_restore_*. A value that can't be
 * read is -EBADMSG as above; other failures are allocator_restore_*'s. */
must_check int decision_record_restore(struct allocator *a, struct str key, struct str value, struct reject *error);

#endif
