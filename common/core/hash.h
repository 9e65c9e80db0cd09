/*
 * SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012): keyed, so that who chooses the keys of a
 * table can't choose its collisions. For memory only: nothing that leaves the process may depend on it.
 */
#ifndef BERBAGI_CORE_HASH_H
#define BERBAGI_CORE_HASH_H

#include <stdint.h>

#include "common/core/str.h"

uint64_t hash_sip13(uint64_t k0, uint64_t k1, struct str s);

#endif
