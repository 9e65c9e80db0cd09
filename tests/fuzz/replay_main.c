/*
 * Runs a fuzz target over samples, without libFuzzer: in every flavour but `fuzz`.
 *
 *     fuzz_x FILE-OR-FOLDER…
 *
 * Each file is given to the target whole; of a folder, every file in it. The empty input is always tried. The target
 * aborts, or a sanitizer does, where something is wrong; the last line then names the sample. Exit status 2 if a
 * sample can't be read.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/core/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

static int replay_file(const char *path, size_t size)
{
    cleanup(close_file) FILE *file = fopen(path, "rb");
    // Exactly as long as the sample: reading one byte further is then seen.
    cleanup(free_ptr) uint8_t *data = malloc(size ? size : 1);
    if (!file || !data || fread(data, 1, size, file) != size) {
        fprintf(stderr, "%s: can't be read\n", path);
        return -EIO;
    }
    fprintf(stderr, "%s\n", path);
    (void)LLVMFuzzerTestOneInput(data, size);
    return 0;
}

/* The number of samples, or a negative errno. */
static long replay(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return -errno;
    if (!S_ISDIR(st.st_mode)) {
        int r = replay_file(path, (size_t)st.st_size);
        return r < 0 ? r : 1;
    }
    cleanup(close_folder) DIR *folder = opendir(path);
    if (!folder)
        return -errno;
    long count = 0;
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        char name[4096];
        if (entry->d_name[0] == '.' ||
            snprintf(name, sizeof(name), "%s/%s", path, entry->d_name) >= (int)sizeof(name))
            continue;
        long r = replay(name);
        if (r < 0)
            return r;
        count += r;
    }
    return count;
}

int main(int argc, char **argv)
{
    uint8_t nothing = 0;
    (void)LLVMFuzzerTestOneInput(&nothing, 0);
    long count = 0;
    for (int i = 1; i < argc; i++) {
        long r = replay(argv[i]);
        if (r < 0) {
            fprintf(stderr, "%s: %s\n", argv[i], strerror((int)-r));
            return 2;
        }
        count += r;
    }
    printf("%ld samples\n", count);
    return 0;
}
