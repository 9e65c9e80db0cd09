#include "services/allocator/handle.h"

int main(int argc, char **argv)
{
    const struct service allocator = {
        .name = "allocator",
        .summary = "decides fairly who is served and by whom, and mends the plan as things happen",
        .settings = allocator_settings,
        .setting_count = allocator_setting_count,
        .start = allocator_start,
        .run = allocator_run,
        .stop = allocator_stop,
    };
    return daemon_main(&allocator, argc, argv);
}
