#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/civil.h"
#include "common/core/clock.h"
#include "common/domain/digest.h"
#include "common/io/kafka_producer.h"
#include "common/tools/tool.h"
#include "common/wire/ndjson.h"

static const char USAGE[] =
    "berbagi-send TYPE FILE|- [--source URI] [--time INSTANT]\n"
    "berbagi-send --help | --version\n"
    "\n"
    "Publishes records to Berbagi's door raw.TYPE as the outside would, and says how many arrived. TYPE:\n"
    "household, asn, donation, period, visit. FILE holds one JSON object a line (- is standard input): a\n"
    "structured-mode CloudEvent, or the plain data of one. A CloudEvent:\n"
    "  {\"specversion\":\"1.0\",\"id\":…,\"source\":…,\"type\":…,\"time\":…,\"data\":{…}}\n"
    "Its attribute \"key\" becomes the record's key (else its id): what belongs together keeps its order. Plain\n"
    "data get the source //berbagi-send (--source), the present time (--time) and an id from their bytes, so that\n"
    "the same line sent twice is a duplicate.\n"
    "\n"
    "Whether a record is right is ingest's to say, not this tool's: look into `rejected`, or the view intake.\n"
    "\n"
    "Exit status: 0 all arrived; 64 usage; 65 a line is no JSON object (those before it have been sent); 69 Kafka\n"
    "is away; 74 the file can't be read; 78 settings.\n";

enum { LINE_MAX_BYTES = 1 << 20, SCRATCH_BYTES = 8192, FLUSH_MS = 60000, ID_BYTES = 16 };

struct send_tool {
    struct tool tool;
    enum topic topic;
    const char *type_word, *path, *source;
    int64_t time;
    struct kafka_producer *producer;
    struct buf scratch;
    int64_t arrived, lost;
};

static void delivered(void *arg, int error)
{
    struct send_tool *t = arg;
    t->arrived += error == 0;
    t->lost += error != 0;
}

static bool has_field(struct str line, const char *name)
{
    return memmem(line.p, line.n, name, strlen(name)) != NULL;
}

/* The envelope of a line of plain data. */
static void wrap(const struct send_tool *t, struct str line, struct ndjson_event *event)
{
    struct digest digest;
    uint8_t hash[DIGEST_BYTES];
    digest_start(&digest);
    digest_add(&digest, line.p, line.n);
    digest_end(&digest, hash);
    *event = (struct ndjson_event){ .partition = -1, .offset = -1, .data = line };
    digest_hex(hash, ID_BYTES, event->envelope.id);
    snprintf(event->envelope.source, sizeof(event->envelope.source), "%s", t->source);
    snprintf(event->envelope.type, sizeof(event->envelope.type), "id.berbagi.raw.%s.v1", t->type_word);
    event->envelope.time = t->time;
}

/* A line that says specversion is an event and must be a right one; any other object is plain data. */
static int read_line(const struct send_tool *t, struct str line, struct ndjson_event *event, struct reject *error)
{
    if (has_field(line, "\"specversion\""))
        return ndjson_read(line, event, error);
    if (line.p[0] != '{' || line.p[line.n - 1] != '}')
        return reject_set(error, REJECT_NOT_JSON, "", "one JSON object a line");
    wrap(t, line, event);
    return 0;
}

static int send_event(struct send_tool *t, const struct ndjson_event *event)
{
    struct header headers[ENVELOPE_MAX_HEADERS];
    buf_reset(&t->scratch);
    if (buf_reserve(&t->scratch, SCRATCH_BYTES) == NULL)
        return -ENOMEM;
    struct kafka_message message = {
        .topic = t->topic, .partition = -1, .value = event->data,
        .key = str_from(event->key[0] != '\0' ? event->key : event->envelope.id),
        .tombstone = event->data.p == NULL, .headers = headers, .done = delivered, .arg = t,
        .header_count = envelope_write(&event->envelope, headers, &t->scratch),
    };
    int error = kafka_producer_send(t->producer, &message);
    kafka_producer_poll(t->producer, 0);
    return error;
}

static int send_file(struct send_tool *t, FILE *file)
{
    char *line cleanup(free_ptr) = NULL;
    size_t size = 0;
    int64_t number = 0;
    for (ssize_t n; (n = getline(&line, &size, file)) >= 0;) {
        struct ndjson_event event;
        struct reject error = { 0 };
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            n--;
        number++;
        if (n == 0)
            continue;
        if (n > LINE_MAX_BYTES || read_line(t, (struct str){ line, (size_t)n }, &event, &error) < 0)
            return tool_fail(&t->tool, TOOL_BAD_INPUT, "line %lld: %s at '%s': expected %s", (long long)number,
                             n > LINE_MAX_BYTES ? "too_large" : reject_code_name(error.code), error.pointer,
                             n > LINE_MAX_BYTES ? "at most 1 MiB" : error.expected);
        if (send_event(t, &event) < 0)
            return tool_fail(&t->tool, TOOL_UNAVAILABLE, "Kafka: %s", kafka_producer_why(t->producer));
    }
    return ferror(file) ? tool_fail(&t->tool, TOOL_IO, "%s: %s", t->path, strerror(errno)) : 0;
}

static int send_all(struct send_tool *t)
{
    char why[KAFKA_WHY_SIZE];
    FILE *file = strcmp(t->path, "-") == 0 ? stdin : fopen(t->path, "re");
    if (file == NULL)
        return tool_fail(&t->tool, TOOL_IO, "%s: %s", t->path, strerror(errno));
    struct kafka_producer_options options = { .settings = &t->tool.kafka, .linger_ms = 20 };
    int status = 0;
    if (kafka_producer_open(&options, &t->producer, why) < 0)
        status = tool_fail(&t->tool, TOOL_SETTINGS, "%s", why);
    if (status == 0)
        status = send_file(t, file);
    /* What is queued goes out even if a later line was wrong: those before it have been sent. */
    bool flushed = t->producer == NULL || kafka_producer_flush(t->producer, FLUSH_MS) == 0;
    if (status == 0 && (!flushed || t->lost > 0))
        status = tool_fail(&t->tool, TOOL_UNAVAILABLE, "Kafka: %lld records did not arrive", (long long)t->lost);
    if (file != stdin)
        fclose(file);
    printf("%lld sent to %s%s\n", (long long)t->arrived, t->tool.kafka.prefix, topic_name(t->topic));
    return status;
}

static int parse_options(struct send_tool *t, int argc, char **argv)
{
    static const struct {
        const char *word;
        enum topic topic;
    } types[] = { { "household", TOPIC_RAW_HOUSEHOLD }, { "asn", TOPIC_RAW_ASN }, { "donation", TOPIC_RAW_DONATION },
                  { "period", TOPIC_RAW_PERIOD }, { "visit", TOPIC_RAW_VISIT } };
    if (argc < 3 || argc % 2 == 0)
        return -EINVAL;
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (strcmp(argv[1], types[i].word) == 0) {
            t->type_word = types[i].word;
            t->topic = types[i].topic;
        }
    }
    t->path = argv[2];
    for (int i = 3; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--source") == 0 && strlen(argv[i + 1]) < SOURCE_SIZE)
            t->source = argv[i + 1];
        else if (strcmp(argv[i], "--time") != 0 || instant_parse(str_from(argv[i + 1]), &t->time) < 0)
            return -EINVAL;
    }
    return t->type_word == NULL ? -EINVAL : 0;
}

int main(int argc, char **argv)
{
    struct send_tool t = { .source = "//berbagi-send", .time = clock_now_ms() };
    if (tool_answers("berbagi-send", USAGE, argc, argv))
        return 0;
    if (parse_options(&t, argc, argv) < 0) {
        fputs(USAGE, stderr);
        return TOOL_USAGE;
    }
    buf_init(&t.scratch, 2 * SCRATCH_BYTES);
    int status = tool_open(&t.tool, "berbagi-send");
    if (status == 0)
        status = send_all(&t);
    kafka_producer_close(&t.producer);
    tool_close(&t.tool);
    buf_done(&t.scratch);
    return status;
}
