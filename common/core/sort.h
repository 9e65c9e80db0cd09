/*
 * Sorting many small entries by number or by text, without comparing them pair by pair: radix sort, most significant
 * byte first (Knuth, TAOCP 3, 5.2.5). Linear, stable, no memory of its own.
 */
#ifndef BERBAGI_CORE_SORT_H
#define BERBAGI_CORE_SORT_H

#include <stddef.h>
#include <stdint.h>

struct sort_entry {
    uint64_t key;
    uint32_t value;                 /* goes along */
};

/* Ascending by key; equal keys stay in the order they came in. `scratch`: n entries, content lost. */
void sort_by_key(struct sort_entry *e, struct sort_entry *scratch, size_t n);

/*
 * Ascending as strcmp has it by the texts base + value * stride (NUL-terminated); equal texts by value. Keys need not
 * be set and are lost. Fast where most texts differ in the eight bytes behind what all share, right everywhere.
 */
void sort_by_text(struct sort_entry *e, struct sort_entry *scratch, size_t n, const char *base, size_t stride);

/* The first eight bytes as a number: of two texts with different heads the one with the smaller comes first. */
uint64_t sort_head(const char *text);

#endif
