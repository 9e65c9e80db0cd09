#include "services/reporting/batch.h"

#include <errno.h>
#include <stdlib.h>

#include "services/reporting/keys.h"
#include "services/reporting/rows.h"

/* Rows of one table in one batch: 20,000 records of 2 KiB are 40 MB. */
enum { ROWS_MAX = 256 << 20 };

void batch_init(struct batch *b)
{
    *b = (struct batch){ 0 };
    buf_init(&b->key, KEY_MAX);
    for (int table = 0; table < TABLE_COUNT; table++)
        buf_init(&b->rows[table], ROWS_MAX);
}

void batch_done(struct batch *b)
{
    buf_done(&b->key);
    for (int table = 0; table < TABLE_COUNT; table++)
        buf_done(&b->rows[table]);
}

void batch_reset(struct batch *b)
{
    for (int table = 0; table < TABLE_COUNT; table++) {
        buf_reset(&b->rows[table]);
        b->row_count[table] = 0;
    }
    b->unknown_fields = 0;
}

static struct buf *begin_row(struct batch *b, enum table table)
{
    buf_append_char(&b->rows[table], b->row_count[table]++ == 0 ? '[' : ',');
    return &b->rows[table];
}

/* -EBADMSG if the record's key is not the one just written for its value. */
static int fits(struct batch *b, struct batch_record *record)
{
    if (b->key.error != 0)
        return b->key.error;
    return str_equal(buf_str(&b->key), record->key)
               ? 0 : reject_set(&record->reject, REJECT_INCONSISTENT, "", "the key of this value");
}

/* Decodes, compares the key and appends the row; yields the decoder's result. */
#define DECODE_ROW(type, table)                                                                                       \
    ({                                                                                                                \
        struct type message_;                                                                                         \
        int result_ = type##_decode(record->value, &message_, &record->reject);                                       \
        buf_reset(&b->key);                                                                                           \
        if (result_ >= 0)                                                                                             \
            key_##type(&b->key, &message_);                                                                           \
        if (result_ >= 0 && fits(b, record) < 0)                                                                      \
            result_ = -EBADMSG;                                                                                       \
        if (result_ >= 0)                                                                                             \
            row_##type(begin_row(b, table), &message_);                                                               \
        result_;                                                                                                      \
    })

static int not_a_key(struct batch_record *record)
{
    return reject_set(&record->reject, REJECT_BAD_CLOUDEVENT, "", "a key of this topic's form");
}

static int add_registry(struct batch *b, struct batch_record *record)
{
    static const enum table ended[] = {
        [REGISTRY_HOUSEHOLD] = TABLE_HOUSEHOLD_ENDED,
        [REGISTRY_ASN] = TABLE_ASN_ENDED,
        [REGISTRY_DONATION] = TABLE_DONATION_ENDED,
    };
    struct registry_key key;
    if (registry_key_parse(record->key, &key) < 0)
        return not_a_key(record);
    if (record->tombstone) {
        if (key.type != REGISTRY_HOUSEHOLD && key.type != REGISTRY_ASN && key.type != REGISTRY_DONATION)
            return 0; /* of a delivery or a period a tombstone means nothing */
        return row_ended(begin_row(b, ended[key.type]), &key);
    }
    switch (key.type) {
    case REGISTRY_HOUSEHOLD:
        return DECODE_ROW(household, TABLE_HOUSEHOLD);
    case REGISTRY_ASN:
        return DECODE_ROW(asn, TABLE_ASN);
    case REGISTRY_DONATION:
        return DECODE_ROW(donation, TABLE_DONATION);
    case REGISTRY_PERIOD:
        return DECODE_ROW(period, TABLE_PERIOD);
    case REGISTRY_DELIVERY:
        return DECODE_ROW(delivery, TABLE_DELIVERY);
    case REGISTRY_NONE:
        break;
    }
    return not_a_key(record);
}

static int add_decision(struct batch *b, struct batch_record *record)
{
    struct decision_key key;
    if (decision_key_parse(record->key, &key) < 0)
        return not_a_key(record);
    return key.type == DECISION_ASSIGNMENT ? DECODE_ROW(assignment, TABLE_ASSIGNMENT) : DECODE_ROW(plan, TABLE_PLAN);
}

static int add_tally(struct batch *b, struct batch_record *record)
{
    struct tally *tally cleanup(free_ptr) = malloc(sizeof(*tally)); /* too large for the stack */
    if (tally == NULL)
        return -ENOMEM;
    int result = tally_decode(record->value, tally, &record->reject);
    if (result < 0)
        return result;
    buf_reset(&b->key);
    key_tally(&b->key, tally);
    if (fits(b, record) < 0)
        return -EBADMSG;
    row_tally(begin_row(b, TABLE_TALLY), tally);
    for (int line = 0; line < tally->count; line++)
        row_tally_count(begin_row(b, TABLE_TALLY_COUNT), tally, line);
    return result;
}

static int add_record(struct batch *b, struct batch_record *record)
{
    if (record->topic == TOPIC_REGISTRY)
        return add_registry(b, record);
    if (record->tombstone)
        return 0;
    switch (record->topic) {
    case TOPIC_DECISION:
        return add_decision(b, record);
    case TOPIC_TALLY:
        return add_tally(b, record);
    case TOPIC_VISIT:
        return DECODE_ROW(visit, TABLE_VISIT);
    case TOPIC_REFERRAL:
        return DECODE_ROW(referral, TABLE_REFERRAL);
    case TOPIC_NOTIFICATION:
        return DECODE_ROW(notification, TABLE_NOTIFICATION);
    default:
        return -EINVAL;
    }
}

/* By topic, key, then position in the batch. */
static int compare(const void *a, const void *b)
{
    const struct batch_record *x = *(struct batch_record *const *)a, *y = *(struct batch_record *const *)b;
    if (x->topic != y->topic)
        return x->topic < y->topic ? -1 : 1;
    size_t common = x->key.n < y->key.n ? x->key.n : y->key.n;
    int order = common == 0 ? 0 : memcmp(x->key.p, y->key.p, common);
    if (order != 0)
        return order;
    if (x->key.n != y->key.n)
        return x->key.n < y->key.n ? -1 : 1;
    return x < y ? -1 : x > y;
}

static bool same_key(const struct batch_record *x, const struct batch_record *y)
{
    return x->topic == y->topic && str_equal(x->key, y->key);
}

int batch_build(struct batch *b, struct batch_record *records, size_t n)
{
    struct batch_record **sorted cleanup(free_ptr) = malloc((n + 1) * sizeof(*sorted));
    if (sorted == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        sorted[i] = &records[i];
    qsort(sorted, n, sizeof(*sorted), compare);
    /* From the back of each run of one key, the first that decodes is the row: a broken newer record hides none. */
    bool done = false;
    for (size_t i = n; i > 0; i--) {
        struct batch_record *record = sorted[i - 1];
        if (i < n && !same_key(record, sorted[i]))
            done = false;
        record->reject.code = REJECT_NONE;
        if (done)
            continue;
        int result = add_record(b, record);
        if (result < 0 && record->reject.code == REJECT_NONE)
            return result;
        /* Before a tombstone the value counts too: it may be the first that this table hears of the thing. */
        done = result >= 0 && !record->tombstone;
        b->unknown_fields += result > 0 ? (uint64_t)result : 0;
    }
    int error = 0;
    for (int table = 0; table < TABLE_COUNT; table++) {
        if (b->row_count[table] > 0)
            buf_append_char(&b->rows[table], ']');
        error = b->rows[table].error != 0 ? b->rows[table].error : error;
    }
    return error;
}
