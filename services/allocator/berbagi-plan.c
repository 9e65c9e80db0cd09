/*
 * berbagi-plan: recomputes a registry log's decisions, checks somebody's, or explains one family's. See
 * berbagi-plan(1).
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>

#include "common/core/file.h"
#include "common/core/parse.h"
#include "common/wire/ndjson.h"
#include "services/allocator/audit.h"
#include "services/allocator/record.h"

enum { MAX_PARTITIONS = 4096, CHECK_EVERY = 5000 };

static const char USAGE[] =
    "Usage: berbagi-plan [OPTION]... < registry.ndjson > decisions.ndjson\n"
    "Recomputes the decisions that follow from a registry log.\n\n"
    "  --regions FILE       the region table (default: $BERBAGI_REGIONS_FILE)\n"
    "  --history FILE       decisions already made; records up to their last trigger are not decided again\n"
    "  --check FILE         write nothing; say whether these decisions keep the rules\n"
    "  --explain HOUSEHOLD  write nothing; say why about one family (its token)\n"
    "  --stats              say on standard error what was read, decided and how long it took\n"
    "  --help, --version\n\n"
    "Exit status: 0; 1 a rule is broken; 64 usage; 65 a line can't be read; 66 a file can't be; 74 writing failed.\n";

/* One partition: its state, and how far the history reaches. */
struct part {
    struct allocator *allocator;
    struct audit *audit;      /* with --check */
    int64_t history_end;      /* offset of the last trigger in the history; -1 */
    int64_t last;             /* offset of the last record read; -1 */
    bool live;
};

/* A file of events, line by line. */
struct lines {
    FILE *file;
    const char *name;
    char *line;
    size_t capacity;
    int64_t number;
};

struct stats {
    int64_t lines, events;
    double read_s, apply_s, check_s;
};

struct tool {
    const char *regions_file, *history_file, *check_file, *explain;
    bool want_stats;
    struct region_table *regions;
    struct part *parts[MAX_PARTITIONS];
    struct ndjson_event line, out_line;
    struct registry_record record;
    struct lines decisions;   /* with --check */
    bool more_decisions;
    int check_status;         /* why reading them failed */
    struct buf out;
    int32_t partition;        /* of the record at hand */
    struct stats stats;
};

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int complain(int status, const char *file, int64_t line, const struct reject *error)
{
    const char *code = reject_code_name(error->code);
    fprintf(stderr, "berbagi-plan: %s:%lld: %s: %s: expected %s\n", file, (long long)line,
            error->pointer[0] != '\0' ? error->pointer : "(the line)", code != NULL ? code : "?", error->expected);
    return status;
}

static int fail(int error)
{
    fprintf(stderr, "berbagi-plan: %s\n", error == -ENOMEM ? "out of memory" : strerror(-error));
    return error == -ENOMEM ? EX_OSERR : EXIT_FAILURE;
}

static int flush(struct tool *t)
{
    if (t->out.error != 0)
        return fail(t->out.error);
    if (t->out.len != 0 && fwrite(t->out.data, 1, t->out.len, stdout) != t->out.len) {
        perror("berbagi-plan: standard output");
        return EX_IOERR;
    }
    buf_reset(&t->out);
    return EX_OK;
}

static void tell_evidence(void *arg, const struct allocator_evidence *e)
{
    (void)arg;
    fprintf(stderr, "berbagi-plan: %d %s: %s: %s%s%s%s%s\n", e->regency, e->period,
            e->trigger == TRIGGER_CUT ? "the cut can't be proved"
                : e->trigger == TRIGGER_REPAIR ? "a repair can't be proved" : "the state breaks a rule",
            e->failure != 0 ? strerror(-e->failure) : certify_rule_name(e->verdict.broken),
            e->household[0] != '\0' ? ", family " : "", e->household, e->giver[0] != '\0' ? ", giver " : "", e->giver);
}

static struct part *part_of(struct tool *t, int32_t partition)
{
    if (partition < 0 || partition >= MAX_PARTITIONS)
        return NULL;
    if (t->parts[partition] == NULL) {
        struct part *p = calloc(1, sizeof(*p));
        if (p == NULL)
            return NULL;
        p->history_end = p->last = -1;
        p->allocator = allocator_new(partition, t->regions);
        if (p->allocator == NULL || (t->check_file != NULL && (p->audit = audit_new()) == NULL)) {
            allocator_free(p->allocator);
            free(p);
            return NULL;
        }
        if (t->check_file != NULL)
            allocator_prove_repairs(p->allocator);
        t->parts[partition] = p;
    }
    return t->parts[partition];
}

/* registry/<partition>/<offset>/<n>: what a decision's id says of its trigger. */
static int trigger_of(const char *id, int32_t *partition, int64_t *offset, struct reject *error)
{
    struct str parts[4];
    const char *p = id;
    for (int i = 0; i < 4; i++) {
        const char *end = strchrnul(p, '/');
        parts[i] = (struct str){ p, (size_t)(end - p) };
        p = *end == '/' ? end + 1 : end;
    }
    int64_t number, n;
    if (!str_is(parts[0], "registry") || parse_int(parts[1], 0, MAX_PARTITIONS - 1, &number) != 0 ||
        parse_int(parts[2], 0, INT64_MAX, offset) != 0 || parse_int(parts[3], 1, INT64_MAX, &n) != 0)
        return reject_set(error, REJECT_UNKNOWN_VALUE, "/id", "registry/<partition>/<offset>/<n>");
    *partition = (int32_t)number;
    return 0;
}

typedef int (*line_handler)(struct tool *t, struct reject *error); /* 0, -EBADMSG with *error, or another errno */

static void lines_done(struct lines *l)
{
    if (l->file != NULL && l->file != stdin)
        fclose(l->file);
    free(l->line);
}

static int lines_open(struct lines *l, const char *name)
{
    *l = (struct lines){ .file = fopen(name, "re"), .name = name };
    if (l->file != NULL)
        return EX_OK;
    fprintf(stderr, "berbagi-plan: %s: %s\n", name, strerror(errno));
    return EX_NOINPUT;
}

/* Gives the next line to `handle`. EX_OK, *more false at the end; a bad line ends the program's work. */
static int next_line(struct tool *t, struct lines *l, line_handler handle, bool *more)
{
    struct reject error = { 0 };
    ssize_t n = getline(&l->line, &l->capacity, l->file);
    *more = n >= 0;
    if (n < 0 && ferror(l->file)) {
        fprintf(stderr, "berbagi-plan: %s: %s\n", l->name, strerror(errno));
        return EX_IOERR;
    }
    if (n < 0)
        return EX_OK;
    l->number++;
    size_t length = (size_t)n - (n > 0 && l->line[n - 1] == '\n');
    double start = t->want_stats ? seconds() : 0;
    int result = ndjson_read((struct str){ l->line, length }, &t->line, &error);
    if (t->want_stats)
        t->stats.read_s += seconds() - start;
    if (result >= 0)
        result = handle(t, &error);
    if (result == -EBADMSG)
        return complain(EX_DATAERR, l->name, l->number, &error);
    if (result == -EPROTO)
        return EXIT_FAILURE; // told already
    if (result == -ECANCELED)
        return t->check_status; // told already, of the decisions' file
    return result < 0 ? fail(result) : EX_OK;
}

static int all_lines(struct tool *t, struct lines *l, line_handler handle)
{
    bool more = true;
    int status = EX_OK;
    while (more && status == EX_OK)
        status = next_line(t, l, handle, &more);
    return status;
}

static void shift_pointer(struct reject *error)
{
    char pointer[REJECT_POINTER_SIZE];
    if (snprintf(pointer, sizeof(pointer), "/data%.*s", REJECT_POINTER_SIZE - 8, error->pointer) > 0)
        memcpy(error->pointer, pointer, sizeof(pointer));
}

static int history_line(struct tool *t, struct reject *error)
{
    int32_t partition;
    int64_t offset;
    struct decision_key key;
    if (trigger_of(t->line.envelope.id, &partition, &offset, error) != 0)
        return -EBADMSG;
    if (decision_key_parse(str_from(t->line.key), &key) != 0)
        return reject_set(error, REJECT_UNKNOWN_VALUE, "/key", "a key of the decisions");
    struct part *part = part_of(t, partition);
    if (part == NULL)
        return -ENOMEM;
    if (offset > part->history_end)
        part->history_end = offset;
    int result = decision_record_restore(part->allocator, str_from(t->line.key), t->line.data, error);
    if (result == -EBADMSG)
        shift_pointer(error);
    return result;
}

/* A decision to be checked: it waits for the registry to reach its trigger. */
static int check_line(struct tool *t, struct reject *error)
{
    int32_t partition;
    int64_t offset;
    if (trigger_of(t->line.envelope.id, &partition, &offset, error) != 0)
        return -EBADMSG;
    struct part *part = part_of(t, partition);
    return part == NULL ? -ENOMEM : audit_given(part->audit, &t->line, offset);
}

/* Reads decisions to be checked until one of this partition waits, then compares it. */
static int compare(struct tool *t, const struct allocator_output *output)
{
    struct audit *audit = t->parts[t->partition]->audit;
    t->check_status = EX_OK;
    while (!audit_waits(audit) && t->more_decisions && t->check_status == EX_OK)
        t->check_status = next_line(t, &t->decisions, check_line, &t->more_decisions);
    return t->check_status != EX_OK ? -ECANCELED : audit_expected(audit, output, t->record.event.offset);
}

/* The sink: one line per event; nothing with --explain; a comparison with --check. */
static int write_event(void *arg, const struct allocator_output *output)
{
    struct tool *t = arg;
    t->stats.events++;
    if (t->check_file != NULL)
        return compare(t, output);
    if (t->explain != NULL)
        return 0;
    struct ndjson_event *line = &t->out_line;
    line->envelope = *output->envelope;
    line->partition = t->partition;
    line->offset = -1;
    line->data = output->value;
    if (!str_copy(line->key, sizeof(line->key), output->key))
        return -E2BIG;
    ndjson_write(&t->out, line);
    if (t->out.len > (1 << 20) && flush(t) != EX_OK)
        return -EIO;
    return t->out.error;
}

static int broken(const struct tool *t, const char *what)
{
    fprintf(stderr, "berbagi-plan: %s: %s\n", t->check_file != NULL ? t->check_file : "the decisions", what);
    return -EPROTO;
}

static int decide(struct tool *t, struct part *part, const struct allocator_sink *sink)
{
    int64_t offset = t->record.event.offset;
    double start = t->want_stats ? seconds() : 0;
    int result = 0;
    if (offset <= part->history_end) {
        result = allocator_restore_registry(part->allocator, &t->record.event);
    } else {
        if (!part->live)
            result = allocator_restore_end(part->allocator);
        part->live = true;
        if (result == 0)
            result = allocator_apply(part->allocator, &t->record.event, sink);
        if (result == 0 && t->check_file != NULL)
            result = audit_trigger_done(part->audit, offset);
    }
    if (t->want_stats)
        t->stats.apply_s += seconds() - start;
    if (result == -EBADMSG || (result == -EPROTO && allocator_error(part->allocator)[0] != '\0'))
        return broken(t, allocator_error(part->allocator));
    return result == -EPROTO ? broken(t, audit_error(part->audit)) : result;
}

static int registry_line(struct tool *t, struct reject *error)
{
    const struct allocator_sink sink = { .event = write_event, .evidence = tell_evidence, .arg = t };
    int32_t partition = t->line.partition;
    int64_t offset = t->line.offset;
    if (partition < 0 || offset < 0)
        return reject_set(error, REJECT_MISSING_FIELD, partition < 0 ? "/partition" : "/offset", "a number");
    if (partition >= MAX_PARTITIONS)
        return reject_set(error, REJECT_OUT_OF_RANGE, "/partition", "at most 4095");
    struct part *part = part_of(t, partition);
    if (part == NULL)
        return -ENOMEM;
    if (offset <= part->last)
        return reject_set(error, REJECT_INCONSISTENT, "/offset", "offsets of a partition in ascending order");
    struct registry_key key;
    if (registry_key_parse(str_from(t->line.key), &key) != 0)
        return reject_set(error, REJECT_UNKNOWN_VALUE, "/key", "a key of the registry");
    int result = registry_record_decode(str_from(t->line.key), t->line.data, offset, t->line.envelope.time, &t->record,
                                        error);
    if (result < 0) {
        shift_pointer(error);
        return result;
    }
    part->last = offset;
    t->partition = partition;
    t->stats.lines++;
    result = decide(t, part, &sink);
    if (result == 0 && part->live && t->stats.lines % CHECK_EVERY == 0)
        result = allocator_check(part->allocator, &sink);
    return result;
}

/* Every state once more; whatever decisions to be checked are left, nothing calls for them. */
static int final_checks(struct tool *t)
{
    const struct allocator_sink sink = { .event = write_event, .evidence = tell_evidence, .arg = t };
    double start = seconds();
    int status = t->check_file != NULL ? all_lines(t, &t->decisions, check_line) : EX_OK;
    for (int i = 0; i < MAX_PARTITIONS && status == EX_OK; i++) {
        struct part *part = t->parts[i];
        if (part == NULL)
            continue;
        int error = part->live ? 0 : allocator_restore_end(part->allocator);
        if (error == -EBADMSG)
            error = broken(t, allocator_error(part->allocator));
        if (error == 0)
            error = allocator_check(part->allocator, &sink);
        if (error == 0 && t->check_file != NULL && (error = audit_trigger_done(part->audit, INT64_MAX)) != 0)
            error = broken(t, audit_error(part->audit));
        status = error == 0 ? EX_OK : error == -EPROTO ? EXIT_FAILURE : fail(error);
    }
    t->stats.check_s += seconds() - start;
    return status;
}

static int explain(struct tool *t)
{
    bool found = false;
    for (int i = 0; i < MAX_PARTITIONS; i++) {
        if (t->parts[i] == NULL)
            continue;
        int error = allocator_explain(t->parts[i]->allocator, t->explain, &t->out);
        if (error != 0 && error != -ENOENT)
            return fail(error);
        found = found || error == 0;
    }
    if (!found) {
        fprintf(stderr, "berbagi-plan: nobody has heard of this family\n");
        return EXIT_FAILURE;
    }
    return flush(t);
}

static void tell_stats(const struct tool *t)
{
    struct allocator_counts sum = { 0 };
    for (int i = 0; i < MAX_PARTITIONS; i++) {
        if (t->parts[i] == NULL)
            continue;
        const struct allocator_counts *c = allocator_counts(t->parts[i]->allocator);
        sum.cuts += c->cuts;
        sum.refused += c->refused;
        sum.repairs += c->repairs;
        sum.rows += c->rows;
        sum.commands_ignored += c->commands_ignored;
    }
    fprintf(stderr,
            "lines %lld  events %lld  rows %lld  cuts %lld  refused %lld  repairs %lld  commands ignored %lld\n"
            "reading %.3f s  deciding %.3f s  checking %.3f s\n",
            (long long)t->stats.lines, (long long)t->stats.events, (long long)sum.rows, (long long)sum.cuts,
            (long long)sum.refused, (long long)sum.repairs, (long long)sum.commands_ignored, t->stats.read_s,
            t->stats.apply_s, t->stats.check_s);
}

static int load_regions(struct tool *t)
{
    struct buf file cleanup(buf_done), why cleanup(buf_done);
    buf_init(&file, REGION_MAX_BYTES);
    buf_init(&why, 1024);
    int error = file_read(t->regions_file, &file);
    if (error != 0) {
        fprintf(stderr, "berbagi-plan: %s: %s\n", t->regions_file, strerror(-error));
        return EX_NOINPUT;
    }
    error = region_load(buf_str(&file), &t->regions, &why);
    if (error != 0) {
        const char *text = buf_cstr(&why);
        fprintf(stderr, "berbagi-plan: %s: %s\n", t->regions_file, text != NULL ? text : strerror(-error));
        return EX_DATAERR;
    }
    return EX_OK;
}

static int read_history(struct tool *t)
{
    struct lines history cleanup(lines_done);
    int status = lines_open(&history, t->history_file);
    return status != EX_OK ? status : all_lines(t, &history, history_line);
}

static int run(struct tool *t)
{
    struct lines registry cleanup(lines_done) = { .file = stdin, .name = "standard input" };
    int status = load_regions(t);
    if (status == EX_OK && t->history_file != NULL)
        status = read_history(t);
    if (status == EX_OK && t->check_file != NULL)
        status = lines_open(&t->decisions, t->check_file);
    t->more_decisions = t->check_file != NULL;
    if (status == EX_OK)
        status = all_lines(t, &registry, registry_line);
    if (status == EX_OK)
        status = final_checks(t);
    if (status == EX_OK && t->explain != NULL)
        status = explain(t);
    int flushed = t->explain == NULL || status == EX_OK ? flush(t) : EX_OK;
    if (t->want_stats)
        tell_stats(t);
    if (status == EX_OK && (flushed != EX_OK || fflush(stdout) != 0))
        status = EX_IOERR;
    return status;
}

static int parse_options(struct tool *t, int argc, char **argv)
{
    static const struct option OPTIONS[] = {
        { "regions", required_argument, NULL, 'r' }, { "history", required_argument, NULL, 'H' },
        { "check", required_argument, NULL, 'c' },   { "explain", required_argument, NULL, 'e' },
        { "stats", no_argument, NULL, 's' },         { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'v' },       { NULL, 0, NULL, 0 },
    };
    const char *regions = getenv("BERBAGI_REGIONS_FILE");
    t->regions_file = regions != NULL && regions[0] != '\0' ? regions : "common/domain/data/regions.csv";
    for (int option; (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case 'r': t->regions_file = optarg; break;
        case 'H': t->history_file = optarg; break;
        case 'c': t->check_file = optarg; break;
        case 'e': t->explain = optarg; break;
        case 's': t->want_stats = true; break;
        case 'h': fputs(USAGE, stdout); return -1;
        case 'v': puts("berbagi-plan " BERBAGI_VERSION); return -1;
        default: return EX_USAGE;
        }
    }
    if (optind != argc || (t->check_file != NULL && (t->explain != NULL || t->history_file != NULL))) {
        fputs(USAGE, stderr);
        return EX_USAGE;
    }
    return EX_OK;
}

int main(int argc, char **argv)
{
    struct tool *t = calloc(1, sizeof(*t));
    if (t == NULL)
        return fail(-ENOMEM);
    buf_init(&t->out, 64 << 20);
    int status = parse_options(t, argc, argv);
    if (status == EX_OK)
        status = run(t);
    for (int i = 0; i < MAX_PARTITIONS; i++)
        if (t->parts[i] != NULL) {
            allocator_free(t->parts[i]->allocator);
            audit_free(t->parts[i]->audit);
            free(t->parts[i]);
        }
    lines_done(&t->decisions);
    region_free(t->regions);
    buf_done(&t->out);
    free(t);
    return status < 0 ? EX_OK : status;
}
