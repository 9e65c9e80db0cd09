/*
 * What goes into a file when a certificate fails: the whole problem with its plan, for whoever has to find out why.
 * Ids are tokens; no personal data.
 */
#ifndef BERBAGI_ALLOCATOR_EVIDENCE_H
#define BERBAGI_ALLOCATOR_EVIDENCE_H

#include "services/allocator/allocator.h"

enum { EVIDENCE_MAX = 256 << 20 };

/* Appends NDJSON: one line with the verdict and the parameters, one per village, giver, earmark, family, change. */
void evidence_write(struct buf *out, const struct allocator_evidence *evidence);

#endif
