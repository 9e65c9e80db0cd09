#include <errno.h>
#include <stdio.h>

#include "common/core/log.h"
#include "common/daemon/txn_internal.h"

// While a handler reads logs nothing else is polled: this keeps the membership of the group and the probes alive.
bool txn_keep_alive(void *loop)
{
    return txn_wait(loop, 0) == STEP_OK;
}

// Handlers know one way in which reading can fail: Kafka is away. A stop looks the same to them.
static int answer(struct log_reader *r, enum topic topic, int32_t partition, int error)
{
    if (error == -ECANCELED)
        return -EAGAIN;
    if (error != -EAGAIN && error != -ENOENT)
        return error;
    char why[DEPENDENCY_WHY_SIZE];
    snprintf(why, sizeof(why), "%s/%d can't be read to its end (no broker, or a transaction that nobody ended)",
             topic_name(topic), (int)partition);
    dependency_down(r->loop->kafka, why);
    return -EAGAIN;
}

int log_range(struct log_reader *r, enum topic topic, int32_t partition, int64_t *begin, int64_t *end)
{
    return answer(r, topic, partition, kafka_reader_range(r->kafka, topic, partition, begin, end));
}

int log_committed(struct log_reader *r, enum topic topic, int32_t partition, int64_t *offset)
{
    struct place place = { topic, partition, -1 };
    int error = kafka_consumer_committed(r->loop->consumer, &place, 1, 5000);
    if (error == 0)
        *offset = place.offset;
    return error;
}

int log_read(struct log_reader *r, enum topic topic, int32_t partition, int64_t from, int64_t to,
             int (*each)(void *arg, const struct record *record), void *arg, int64_t *next)
{
    return answer(r, topic, partition, kafka_reader_read(r->kafka, topic, partition, from, to, each, arg, next));
}

const char *log_cluster_id(struct log_reader *r)
{
    return kafka_reader_cluster_id(r->kafka);
}
