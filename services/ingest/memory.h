/*
 * What is remembered about one thing of the contract, as the bytes of a view's value.
 *
 * An *entity* (a household, an ASN, a donation, a period's command) is one thing in each regency where it was ever
 * seen. Of each the latest event counts: its order, whether it was a farewell, the former number (`was`). Nothing
 * orders two partitions, so the regency where the entity is *now* is not kept but follows from these: the greatest
 * order; at equal order the one that is no farewell. Hence the same memory comes out whatever order the partitions are
 * read back in.
 *
 * A *visit* is remembered for 400 days with regency, period, time and the kinds of referrals ever written.
 *
 * Numbers are little-endian base 128; the forms are ours alone (a change of them needs another VIEW_FORMAT).
 */
#ifndef BERBAGI_INGEST_MEMORY_H
#define BERBAGI_INGEST_MEMORY_H

#include "common/core/buf.h"
#include "common/wire/types.h"

enum { VIEW_FORMAT = 1 };

/* By version, then by time (contract, section 0, "Order per entity"). */
struct order {
    int64_t version, time;
};
/* <0, 0, >0 */
int order_compare(const struct order *a, const struct order *b);

struct thing {
    int32_t regency;
    struct order order;
    bool ended;            /* its latest event was a farewell */
    char was[TOKEN_SIZE];
};

/* `value` is a view's value, of n = 0 if there is none. */
bool entity_in(struct str value, int32_t regency, struct thing *out);
/* Where the entity is now. Its order is the entity's. */
bool entity_now(struct str value, struct thing *out);
/* Appends the value with this thing in place of its regency's former one. */
void entity_set(struct buf *b, struct str value, const struct thing *thing);
void entity_remove(struct buf *b, struct str value, int32_t regency);
bool entity_valid(struct str value);

struct visit_memory {
    int32_t regency;
    uint8_t kinds;         /* bit n - 1 = enum referral_kind n was written */
    int64_t time;          /* of the latest accepted record; INT64_MIN = only referrals are known yet */
    char period[REF_SIZE];
};

bool visit_memory_read(struct str value, struct visit_memory *out);
void visit_memory_write(struct buf *b, const struct visit_memory *m);

#endif
