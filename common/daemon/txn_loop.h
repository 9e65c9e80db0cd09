/*
 * The transactional loop: consume, handle, produce and commit as one Kafka transaction (ARCHITECTURE.md, section 3).
 * One consumer and one transactional producer per process; the loop owns offsets, fencing, abort and restore, dead
 * letters and waiting. A handler decides: it gets n records and says what became of each.
 *
 * A turn:    poll what is there → batch() → tick() → (enough or old enough) commit → committed()
 * An abort:  drop the transaction → restore() for all owned partitions → consume again from first[p]
 *
 * Everything runs in one thread but librdkafka's own.
 */
#ifndef BERBAGI_DAEMON_TXN_LOOP_H
#define BERBAGI_DAEMON_TXN_LOOP_H

#include "common/daemon/daemon.h"
#include "common/io/record.h"
#include "common/wire/envelope.h"
#include "common/wire/reject.h"
#include "common/wire/topics.h"

/* A consumed record is a `struct record` (record.h); what it points to is valid until batch() returns. */

/* What became of one record. */
enum outcome {
    OUTCOME_DONE,   /* handled: its effects are in the output or in pending state */
    OUTCOME_REJECT, /* set aside: the handler called output_reject() for it */
    /* Held: nothing was done. The loop notes the ends of all partitions of all inputs, keeps this record and what
     * follows it in its partition in memory (bounded), and gives it again with `released` set once it has *fetched* up
     * to those ends. Its offset does not move before. Records of the same partition behind it in the batch must be
     * answered HOLD too, undone; they come again after it (not `released`: that is the first one's). */
    OUTCOME_HOLD,
};

/* What became of the batch, of a restore or of another hook. */
enum result {
    RESULT_OK,
    RESULT_RETRY, /* a dependency is away (dependency_down() was told): the loop waits with back-off and calls again;
                     of batch(): the transaction is aborted first */
    RESULT_ABORT, /* abort the transaction, restore, go on */
    RESULT_FATAL, /* our state can't be right: exit 1; the handler has logged why */
};

/* Where events go. Records are copied; they become visible with the transaction. */
struct output;

struct event {
    enum topic topic;
    int32_t partition;             /* output_partition(), 0 for tally */
    struct str key;
    struct str value;              /* ignored in a tombstone */
    bool tombstone;
    const struct envelope *envelope;
};

/* Failures are kept: the commit will fail and the transaction be aborted, so a handler needs no check. */
void output_event(struct output *out, const struct event *event);
/* The partition of a regency's canonical events: murmur2 of the four digits, modulo the count. */
int32_t output_partition(const struct output *out, int32_t regency);
/* The partition of a key in `suppression`: murmur2 of the key. */
int32_t output_partition_of_key(const struct output *out, struct str key);
/* One past the offset that the broker gave the last record written to a partition in a transaction that stands; -1 if
 * this process has committed none there. Valid in committed(): a view of our own output notes up to where it goes. */
int64_t output_next(const struct output *out, enum topic topic, int32_t partition);
/* True when the process stops or its partitions are about to go: begin nothing that would go on outside Kafka. */
bool output_draining(const struct output *out);
/* Sets the record aside in `rejected`: value, key and headers as they came, berbagi_* headers replaced. */
void output_reject(struct output *out, const struct record *record, const struct reject *reject);

struct topic_partition {
    enum topic topic;
    int32_t partition;
};

/* Reads logs outside the group: for restore. */
struct log_reader;

/* First offset and read-uncommitted high watermark. -EAGAIN if Kafka is away. */
must_check int log_range(struct log_reader *r, enum topic topic, int32_t partition, int64_t *begin, int64_t *end);
/* The group's committed offset of an input partition; -1 if there is none. */
must_check int log_committed(struct log_reader *r, enum topic topic, int32_t partition, int64_t *offset);
/*
 * Gives every committed record with from <= offset < to to `each`, in order (control records and aborted ones are
 * passed over). to = -1: the read-uncommitted high watermark at the call. Stops at the first non-zero answer of `each`
 * and returns it. 0 = all read; *next (may be NULL) = where a later read would go on. -EAGAIN if Kafka is away.
 */
must_check int log_read(struct log_reader *r, enum topic topic, int32_t partition, int64_t from, int64_t to,
                        int (*each)(void *arg, const struct record *record), void *arg, int64_t *next);
/* The broker's cluster id, "" if not known yet. */
const char *log_cluster_id(struct log_reader *r);

struct txn_handler {
    enum topic inputs[8];
    size_t input_count;
    /* The one writer of its outputs: one member of the group takes all partitions of all inputs, the others stand by
     * and inherit. It is who is given partition 0 of inputs[0], as a rule the first by INSTANCE; so inputs[0] stays
     * the same in all versions, or two of them in one group are two writers. */
    bool exclusive;

    /* Brings the state to what the log says for these partitions: at every assignment and after every abort. Anything
     * the handler held for them before is dropped. The loop then consumes from the committed offsets (beginning, if
     * there are none). */
    enum result (*restore)(void *self, const struct topic_partition *owned, size_t n, struct log_reader *reader);
    /* These partitions are ours no more (their transaction has been committed or aborted before): another process may
     * have them now, or we get them again. May be NULL. */
    void (*revoke)(void *self, const struct topic_partition *lost, size_t n);
    /* Handles n >= 1 records in order, sets outcomes[0..n). */
    enum result (*batch)(void *self, const struct record *records, enum outcome *outcomes, size_t n,
                         struct output *out);
    /* Once a turn, at least every 50 ms: what time brings. May write. May be NULL. */
    enum result (*tick)(void *self, struct output *out);
    /* Last call before the commit: may write (tally, checks). May be NULL. */
    enum result (*before_commit)(void *self, struct output *out);
    /* The transaction stands. RETRY: called again before anything else happens. May be NULL. */
    enum result (*committed)(void *self);
    /* The transaction is gone; restore() follows. May be NULL. */
    void (*aborted)(void *self);
    /* At a drain (a stop, a revoke): true once nothing is under way outside Kafka (the notifier's requests). May be
     * NULL. */
    bool (*idle)(void *self);
};

/* Runs until daemon_stopping(); 0, or negative on a fatal failure (logged). */
must_check int txn_loop_run(struct daemon *d, const struct txn_handler *handler, void *self);

#endif
