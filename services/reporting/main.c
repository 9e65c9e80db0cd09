#include "services/reporting/reporting.h"

int main(int argc, char **argv)
{
    const struct service reporting = {
        .name = "reporting",
        .summary = "keeps the current state of every kind of record in Postgres, and the views that count it",
        .settings = reporting_settings,
        .setting_count = reporting_setting_count,
        .start = reporting_start,
        .run = reporting_run,
        .stop = reporting_stop,
    };
    return daemon_main(&reporting, argc, argv);
}
