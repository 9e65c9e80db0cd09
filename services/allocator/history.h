/*
 * The programme's last cuts before a given one, and what they say about a family: how long it has waited, who its
 * foster parent is. Answered from rows as they stand when it is asked.
 */
#ifndef BERBAGI_ALLOCATOR_HISTORY_H
#define BERBAGI_ALLOCATOR_HISTORY_H

#include "services/allocator/state.h"

struct history {
    uint32_t periods[HISTORY_CUTS]; /* the latest cut first */
    int count;
};

/* Cuts of `programme` that lie before offset `before` and were not voided. */
void history_find(const struct regency *r, enum programme programme, int64_t before, struct history *out);

/* 0-3. */
int history_waiting(const struct regency *r, const struct history *history, uint32_t household);

/* The ASN of the latest planned or delivered row with an ASN, under its present number; NO_ID = none. */
uint32_t history_foster(const struct regency *r, const struct history *history, uint32_t household);

#endif
