#include "common/core/fault.h"

#ifdef BERBAGI_FAULT_POINTS

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/core/parse.h"

static void leave_mark(const char *name)
{
    const char *path = getenv("BERBAGI_TEST_DIE_MARK");
    if (path == NULL || path[0] == '\0')
        return;
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    ssize_t written = write(fd, name, strlen(name));
    written += write(fd, "\n", 1);
    (void)written; // without the mark the test fails, as it should
    fsync(fd);
    close(fd);
}

static bool is_asked_for(const char *setting, const char *name, atomic_long *passages)
{
    const char *wanted = getenv(setting);
    if (wanted == NULL)
        return false;
    size_t n = strcspn(wanted, ":");
    int64_t nth = 1;
    if (strlen(name) != n || memcmp(name, wanted, n) != 0)
        return false;
    if (wanted[n] == ':' && parse_int(str_from(wanted + n + 1), 1, INT64_MAX, &nth) != 0)
        nth = 1;
    return atomic_fetch_add(passages, 1) + 1 == nth;
}

void fault_point(const char *name)
{
    static atomic_long deaths, stops; // passages of the one point that is asked for
    if (is_asked_for("BERBAGI_TEST_STOP_AT", name, &stops)) {
        leave_mark(name);
        kill(getpid(), SIGSTOP);
    }
    if (!is_asked_for("BERBAGI_TEST_DIE_AT", name, &deaths))
        return;
    leave_mark(name);
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

#else
/* An empty file is no C. */
typedef int fault_points_are_off;
#endif
