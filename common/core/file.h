/* Whole small files: keys, certificates, the region table. */
#ifndef BERBAGI_CORE_FILE_H
#define BERBAGI_CORE_FILE_H

#include "common/core/buf.h"

/* Appends the file's bytes to `out`, whose max bounds it. 0 or a negative errno (-E2BIG: too large). */
must_check int file_read(const char *path, struct buf *out);

/* The same in the shape of conf.h's conf_read_file; `arg` is not used. */
int file_read_all(void *arg, const char *path, struct buf *out);

#endif
