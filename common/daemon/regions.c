#include "common/daemon/regions.h"

#include "common/core/file.h"
#include "common/core/log.h"

enum { WHY_MAX = 1024 };

int daemon_regions(const struct daemon *d, struct region_table **out)
{
    struct buf file cleanup(buf_done), why cleanup(buf_done);
    buf_init(&file, REGION_MAX_BYTES);
    buf_init(&why, WHY_MAX);
    int error = file_read(conf_str(daemon_conf(d), "REGIONS_FILE"), &file);
    if (error == 0)
        error = region_load(buf_str(&file), out, &why);
    if (error != 0)
        log_error("bad_setting", LOG_STR("name", "REGIONS_FILE"), LOG_ERRNO("error", error),
                  LOG_SLICE("why", buf_str(&why)));
    return error;
}
