/*
 * The schema's history: each migration is applied once, in order, by whichever daemon comes first, under a lock. The
 * texts are sql/NNN_*.sql, compiled in.
 */
#ifndef BERBAGI_REPORTING_MIGRATIONS_H
#define BERBAGI_REPORTING_MIGRATIONS_H

#include <stddef.h>

struct migration {
    int version; /* 1, 2, … without gaps */
    const char *name;
    const char *sql; /* NUL-terminated */
};

extern const struct migration migrations[];
extern const size_t migration_count;

#endif
