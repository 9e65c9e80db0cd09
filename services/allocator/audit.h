/*
 * Compares somebody's decisions with those that follow from the registry, and names the first rule that they break.
 *
 * The decisions that follow come from the core, whose cuts are certified (certify.h) before they are used here; every
 * value has one right form, so any difference is a broken rule. Decisions given wait in a queue until one is expected;
 * who reads them only when the queue is empty needs room for one decision only, if the file is in the log's order.
 */
#ifndef BERBAGI_ALLOCATOR_AUDIT_H
#define BERBAGI_ALLOCATOR_AUDIT_H

#include "common/wire/ndjson.h"
#include "services/allocator/allocator.h"

struct audit;

struct audit *audit_new(void); /* NULL without memory */
void audit_free(struct audit *a);

/* A decision as given; `offset` of its trigger. Copied. 0 or -ENOMEM. */
must_check int audit_given(struct audit *a, const struct ndjson_event *event, int64_t offset);
/* Does a decision wait to be compared. */
bool audit_waits(const struct audit *a);

/* The next decision that follows, of a trigger at `offset`. 0; -EPROTO: see audit_error(); -ENOMEM. */
must_check int audit_expected(struct audit *a, const struct allocator_output *output, int64_t offset);
/* All that follows from the record at `offset` has been told: whatever is given for it and before must have been
 * met. */
must_check int audit_trigger_done(struct audit *a, int64_t offset);

/* "3510 2026-01 family k1.…: waiting", without what was given. */
const char *audit_error(const struct audit *a);

#endif
