/* Kafka's settings as keys of the settings table: the same for daemons and tools. */
#ifndef BERBAGI_IO_KAFKA_CONF_H
#define BERBAGI_IO_KAFKA_CONF_H

#include "common/core/conf.h"
#include "common/io/kafka.h"

extern const struct conf_table kafka_conf_keys;

/* Fills *out with pointers into `c`; no log. */
void kafka_conf_read(const struct conf *c, const char *client_id, struct kafka_settings *out);

#endif
