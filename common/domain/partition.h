/*
 * The partition of a regency's canonical events: murmur2 as in Kafka's Java client (Utils.murmur2, seed 0x9747b28c)
 * over the four-digit code, & 0x7fffffff, modulo the count. Of 16: 3510 -> 15, 3511 -> 4, 3512 -> 3, 9471 -> 3
 * (ARCHITECTURE.md, section 2). Set explicitly by every producer, so that keys stay the entities'.
 */
#ifndef BERBAGI_DOMAIN_PARTITION_H
#define BERBAGI_DOMAIN_PARTITION_H

#include <stdint.h>

#include "common/core/str.h"

uint32_t partition_murmur2(struct str bytes);
/* Of any key, as Kafka's default partitioner would do it. count >= 1. */
int32_t partition_of_key(struct str key, int32_t count);
/* regency: four digits. */
int32_t partition_of_regency(int32_t regency, int32_t count);

#endif
