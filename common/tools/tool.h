/*
 * What the command-line tools share: Kafka's settings from the environment, and messages to a person.
 *
 * Exit codes as in sysexits: 64 usage, 65 bad input, 69 Kafka is away, 74 a file or pipe broke, 78 settings.
 */
#ifndef BERBAGI_TOOLS_TOOL_H
#define BERBAGI_TOOLS_TOOL_H

#include "common/core/conf.h"
#include "common/io/kafka.h"

enum { TOOL_USAGE = 64, TOOL_BAD_INPUT = 65, TOOL_UNAVAILABLE = 69, TOOL_IO = 74, TOOL_SETTINGS = 78 };

struct tool {
    const char *name;
    struct conf *conf;
    struct kafka_settings kafka;
};

/* Reads BERBAGI_KAFKA_* and BERBAGI_TOPIC_PREFIX; other BERBAGI_* variables are passed over: a tool runs in many
 * places. 0, or an exit code after it has said why. */
must_check int tool_open(struct tool *t, const char *name);
void tool_close(struct tool *t);

/* "<name>: <text>" on standard error; returns `code`. */
int tool_fail(const struct tool *t, int code, const char *format, ...) printf_like(3, 4);

/* True if it was asked for --help (usage, and the settings of Kafka) or --version, which went to standard output. */
bool tool_answers(const char *name, const char *usage, int argc, char **argv);

#endif
