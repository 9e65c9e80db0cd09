#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/core/parse.h"
#include "common/io/kafka_reader.h"
#include "common/tools/tool.h"
#include "common/wire/ndjson.h"

static const char USAGE[] =
    "berbagi-log TOPIC [--regency R] [--partition P]\n"
    "berbagi-log --help | --version\n"
    "\n"
    "Writes a topic of Berbagi's to standard output, one structured-mode CloudEvent a line, partition by\n"
    "partition, up to where it ended when the tool came there; only what is committed. TOPIC: registry, decision,\n"
    "visit, referral, contact, tally, notification, suppression. With --regency only its events; with --partition\n"
    "only that partition. `berbagi-log registry | berbagi-plan` recomputes every plan.\n"
    "\n"
    "Exit status: 0 all written; 64 usage; 65 a record is no event of ours; 69 Kafka is away; 74 output broke; 78\n"
    "settings.\n";

struct log_tool {
    struct tool tool;
    enum topic topic;
    int32_t regency, partition; /* 0 and -1 = all */
    struct kafka_reader *reader;
    struct buf line;
    int64_t bad_offset;
};

/* Every key of ours holds its regency after an optional "<type>:" and before a slash. */
static bool wanted(const struct log_tool *t, const struct record *record)
{
    if (t->regency == 0)
        return true;
    const char *colon = record->key.n == 0 ? NULL : memchr(record->key.p, ':', record->key.n);
    const char *at = colon == NULL ? record->key.p : colon + 1;
    size_t left = record->key.n - (size_t)(at - record->key.p);
    int64_t regency;
    return left > 4 && at[4] == '/' && parse_digits((struct str){ at, 4 }, 4, &regency) == 0 && regency == t->regency;
}

static int write_record(void *arg, const struct record *record)
{
    struct log_tool *t = arg;
    struct ndjson_event event = { .partition = record->partition, .offset = record->offset };
    if (!wanted(t, record))
        return 0;
    t->bad_offset = record->offset;
    if (envelope_read(record->headers, record->header_count, &event.envelope) < 0 ||
        !str_copy(event.key, sizeof(event.key), record->key))
        return -EBADMSG;
    if (!record->tombstone)
        event.data = record->value;
    buf_reset(&t->line);
    ndjson_write(&t->line, &event);
    if (t->line.error != 0)
        return -EBADMSG;
    return fwrite(t->line.data, 1, t->line.len, stdout) == t->line.len ? 0 : -EPIPE;
}

static int read_partition(struct log_tool *t, int32_t partition)
{
    int64_t begin, end;
    int error = kafka_reader_range(t->reader, t->topic, partition, &begin, &end);
    if (error == 0)
        error = kafka_reader_read(t->reader, t->topic, partition, begin, end, write_record, t, NULL);
    if (error == -EBADMSG)
        return tool_fail(&t->tool, TOOL_BAD_INPUT, "partition %d, offset %lld: not an event of ours", (int)partition,
                         (long long)t->bad_offset);
    if (error == -EPIPE)
        return tool_fail(&t->tool, TOOL_IO, "standard output broke");
    return error < 0 ? tool_fail(&t->tool, TOOL_UNAVAILABLE, "Kafka: %s", strerror(-error)) : 0;
}

static int read_topic(struct log_tool *t)
{
    enum { WAIT_MS = 30000 };
    int32_t count;
    char why[KAFKA_WHY_SIZE];
    if (kafka_reader_open(&t->tool.kafka, &t->reader, why) < 0)
        return tool_fail(&t->tool, TOOL_SETTINGS, "%s", why);
    int error = kafka_reader_partitions(t->reader, t->topic, WAIT_MS, &count);
    if (error < 0)
        return tool_fail(&t->tool, TOOL_UNAVAILABLE, "Kafka: %s",
                         error == -ENOENT ? "no such topic" : "no broker answers");
    int status = 0;
    for (int32_t partition = 0; partition < count && status == 0; partition++) {
        if (t->partition < 0 || t->partition == partition)
            status = read_partition(t, partition);
    }
    return status == 0 && fflush(stdout) != 0 ? tool_fail(&t->tool, TOOL_IO, "standard output broke") : status;
}

static int parse_options(struct log_tool *t, int argc, char **argv)
{
    static const enum topic topics[] = { TOPIC_REGISTRY, TOPIC_DECISION, TOPIC_VISIT, TOPIC_REFERRAL, TOPIC_CONTACT,
                                         TOPIC_TALLY, TOPIC_NOTIFICATION, TOPIC_SUPPRESSION };
    bool named = false;
    for (int i = 1; i < argc; i++) {
        int64_t number;
        bool has_value = i + 1 < argc;
        if (strcmp(argv[i], "--regency") == 0 && has_value && parse_digits(str_from(argv[i + 1]), 4, &number) == 0)
            t->regency = (int32_t)number, i++;
        else if (strcmp(argv[i], "--partition") == 0 && has_value &&
                 parse_int(str_from(argv[i + 1]), 0, INT32_MAX, &number) == 0)
            t->partition = (int32_t)number, i++;
        else if (named)
            return -EINVAL;
        for (size_t k = 0; !named && k < ARRAY_LEN(topics); k++) {
            if (strcmp(argv[i], topic_name(topics[k])) == 0) {
                t->topic = topics[k];
                named = true;
            }
        }
    }
    return named ? 0 : -EINVAL;
}

int main(int argc, char **argv)
{
    struct log_tool t = { .partition = -1 };
    if (tool_answers("berbagi-log", USAGE, argc, argv))
        return 0;
    if (parse_options(&t, argc, argv) < 0) {
        fputs(USAGE, stderr);
        return TOOL_USAGE;
    }
    buf_init(&t.line, 2 * NDJSON_LINE_MAX);
    int status = tool_open(&t.tool, "berbagi-log");
    if (status == 0)
        status = read_topic(&t);
    kafka_reader_close(&t.reader);
    tool_close(&t.tool);
    buf_done(&t.line);
    return status;
}
