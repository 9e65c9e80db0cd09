#include "common/tools/tool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/core/file.h"
#include "common/io/kafka_conf.h"

enum { TEXT_MAX = 64 * 1024 };

static bool concerns_kafka(const char *variable)
{
    return strncmp(variable, "BERBAGI_KAFKA_", 14) == 0 || strncmp(variable, "BERBAGI_TOPIC_PREFIX=", 21) == 0;
}

static int load(struct tool *t, char **environment, struct buf *faults)
{
    size_t count = 0, kept = 0;
    while (environment[count] != NULL)
        count++;
    char **ours cleanup(free_ptr) = calloc(count + 1, sizeof(*ours));
    if (ours == NULL)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (concerns_kafka(environment[i]))
            ours[kept++] = environment[i];
    }
    return conf_load(&kafka_conf_keys, 1, ours, file_read_all, NULL, &t->conf, faults);
}

int tool_open(struct tool *t, const char *name)
{
    struct buf faults cleanup(buf_done);
    buf_init(&faults, TEXT_MAX);
    *t = (struct tool){ .name = name };
    if (kafka_check_version() < 0)
        return tool_fail(t, TOOL_SETTINGS, "librdkafka %s is too old", kafka_version());
    if (load(t, environ, &faults) < 0)
        return tool_fail(t, TOOL_SETTINGS, "%s", buf_cstr(&faults) == NULL ? "settings" : buf_cstr(&faults));
    kafka_conf_read(t->conf, name, &t->kafka);
    return 0;
}

void tool_close(struct tool *t)
{
    conf_free(t->conf);
    t->conf = NULL;
}

int tool_fail(const struct tool *t, int code, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "%s: ", t->name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return code;
}

bool tool_answers(const char *name, const char *usage, int argc, char **argv)
{
    if (argc != 2)
        return false;
    if (strcmp(argv[1], "--version") == 0) {
        printf("%s %s\n", name, BERBAGI_VERSION);
        return true;
    }
    if (strcmp(argv[1], "--help") != 0 && strcmp(argv[1], "-h") != 0)
        return false;
    struct buf text cleanup(buf_done);
    buf_init(&text, TEXT_MAX);
    conf_write_help(&kafka_conf_keys, 1, &text);
    printf("%s\nSettings, from the environment:\n\n%.*s", usage, (int)text.len, text.len == 0 ? "" : text.data);
    return true;
}
