/* At a start and after an abort: the book is what the log says, and nothing is decided before the log is read to its
 * end. */
#include <errno.h>
#include <stdlib.h>

#include "common/core/log.h"
#include "services/notifier/notifier.h"

/* In a restore what can't be read was set aside when it was first met. */
static int fold_again(void *arg, const struct record *record)
{
    struct reject reject = { .code = REJECT_NONE };
    int result = record->topic == TOPIC_RAW_GATEWAY ? 0 : notifier_handle(arg, record, &reject, NULL);
    return result < 0 && reject.code == REJECT_NONE ? result : 0;
}

/* Inputs up to where the group has come, our own output to its end. */
static int read_back(struct notifier *n, const struct topic_partition *part, struct log_reader *reader)
{
    int64_t begin, end, committed;
    int error = log_range(reader, part->topic, part->partition, &begin, &end);
    if (error == 0)
        error = log_committed(reader, part->topic, part->partition, &committed);
    if (error < 0 || committed <= begin)
        return error;
    return log_read(reader, part->topic, part->partition, begin, committed, fold_again, n, NULL);
}

static int note_last(void *arg, const struct record *record)
{
    struct awaited *awaited = arg;
    awaited->offset = record->offset;
    return 0;
}

/* What the partition holds beyond the group's place: until it is folded, an opt-out or a delivery may be among it. */
static int await_rest(struct notifier *n, const struct topic_partition *part, struct log_reader *reader)
{
    struct awaited *awaited = &n->awaited[n->behind];
    int64_t begin, end, committed;
    *awaited = (struct awaited){ part->topic, part->partition, -1 };
    int error = log_range(reader, part->topic, part->partition, &begin, &end);
    if (error == 0)
        error = log_committed(reader, part->topic, part->partition, &committed);
    if (error == 0)
        error = log_read(reader, part->topic, part->partition, committed > begin ? committed : begin, end, note_last,
                         awaited, NULL);
    n->behind += error == 0 && awaited->offset >= 0 ? 1 : 0;
    return error;
}

void notifier_caught_up(struct notifier *n, const struct record *record)
{
    for (size_t i = 0; i < n->behind; i++) {
        const struct awaited *a = &n->awaited[i];
        if (a->topic != record->topic || a->partition != record->partition || record->offset < a->offset)
            continue;
        n->awaited[i] = n->awaited[--n->behind];
        return;
    }
}

enum result notifier_restore(void *self, const struct topic_partition *owned, size_t count, struct log_reader *reader)
{
    struct notifier *n = self;
    int error = 0;
    book_clear(n->book);
    n->intent_count = 0;
    n->unknown_marked = false;
    n->behind = 0;
    free(n->awaited);
    n->awaited = calloc(count + 1, sizeof(*n->awaited));
    if (n->awaited == NULL)
        error = -ENOMEM;
    for (size_t i = 0; i < count && error == 0; i++) {
        if (owned[i].topic == TOPIC_DECISION) { /* notification lies in as many partitions */
            int64_t begin, end;
            error = log_range(reader, TOPIC_NOTIFICATION, owned[i].partition, &begin, &end);
            if (error == 0)
                error = log_read(reader, TOPIC_NOTIFICATION, owned[i].partition, begin, end, fold_again, n, NULL);
        }
        if (error == 0 && owned[i].topic != TOPIC_RAW_GATEWAY)
            error = read_back(n, &owned[i], reader);
        if (error == 0)
            error = await_rest(n, &owned[i], reader);
    }
    if (error == -EAGAIN)
        return RESULT_RETRY;
    if (error < 0)
        log_error("restore_failed", LOG_ERRNO("error", error));
    else
        log_info("restored", LOG_INT("waiting", book_waiting(n->book)));
    return error < 0 ? RESULT_FATAL : RESULT_OK;
}

