#include "services/notifier/notifier.h"

int main(int argc, char **argv)
{
    const struct service notifier = {
        .name = "notifier",
        .summary = "tells givers about their families over WhatsApp, once, at a decent hour, and follows each message",
        .settings = notifier_settings,
        .setting_count = notifier_setting_count,
        .start = notifier_start,
        .run = notifier_run,
        .stop = notifier_stop,
    };
    return daemon_main(&notifier, argc, argv);
}
