/* The region table that the setting REGIONS_FILE of a service names. */
#ifndef BERBAGI_DAEMON_REGIONS_H
#define BERBAGI_DAEMON_REGIONS_H

#include "common/daemon/daemon.h"
#include "common/domain/region.h"

/* Logs what is wrong with the setting. 0, or a negative errno; *out is the caller's to region_free(). */
must_check int daemon_regions(const struct daemon *d, struct region_table **out);

#endif
