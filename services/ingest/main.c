#include "services/ingest/ingest.h"

int main(int argc, char **argv)
{
    const struct service ingest = {
        .name = "ingest",
        .summary = "checks what comes from outside, turns numbers into tokens and writes the registry, exactly once",
        .settings = ingest_settings,
        .setting_count = ingest_setting_count,
        .start = ingest_start,
        .run = ingest_run,
        .stop = ingest_stop,
    };
    return daemon_main(&ingest, argc, argv);
}
