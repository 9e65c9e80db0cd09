#include "common/core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

int file_read(const char *path, struct buf *out)
{
    cleanup(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
    char chunk[16384];

    if (fd < 0)
        return -errno;
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof(chunk));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            return out->error;
        buf_append(out, chunk, (size_t)n);
        if (out->error != 0)
            return out->error;
    }
}

int file_read_all(void *arg, const char *path, struct buf *out)
{
    (void)arg;
    return file_read(path, out);
}
