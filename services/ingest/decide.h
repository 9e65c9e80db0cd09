/*
 * What becomes of a raw record: the rules of the contract (sections 0 and 2) over what is remembered. Pure.
 *
 * The order of questions: was this event accepted before (duplicate, whatever it holds now)? can it be read
 * (rejected)? is something later known (stale)? does it contradict what is known (a visit keeps regency and period)?
 * must a plan wait for the barrier (held)? Otherwise it is accepted: its events are in *out, its facts have been added
 * to the view.
 */
#ifndef BERBAGI_INGEST_DECIDE_H
#define BERBAGI_INGEST_DECIDE_H

#include "common/domain/cipher.h"
#include "services/ingest/emission.h"
#include "services/ingest/intake.h"

enum fate { FATE_ACCEPTED, FATE_DUPLICATE, FATE_STALE, FATE_REJECTED, FATES, FATE_HELD = FATES };

struct decide_context {
    const struct secrets *secrets;
    const uint8_t *nonce; /* CIPHER_NONCE fresh random bytes; used if intake_seals() */
    int64_t now;          /* instant: when what is written is appended, for the memory's time to live */
    bool released;        /* the record was held, and the barrier has been reached */
};

/* Whether the record's phone number will be sealed, which needs a nonce. */
bool intake_seals(const struct intake *in);

/*
 * *error is filled with FATE_REJECTED. The intake's strings may be changed (tokens, was). view.error and out->error
 * must be looked at afterwards: with one of them set the record has not been decided.
 */
enum fate decide(const struct decide_context *c, struct view *v, struct intake *in, struct emission *out,
                 struct reject *error);

/* visits.c: a visit whose claim is new and that could be read. */
enum fate decide_visit(struct view *v, struct intake *in, const struct emission_origin *o, struct emission *out,
                       struct reject *error);

#endif
