#include "services/reporting/migrations.h"

/* The file's bytes and a NUL, as a read-only symbol. */
#define EMBED(symbol, path)                                                                                           \
    __asm__(".section .rodata\n"                                                                                      \
            ".balign 16\n" #symbol ":\n"                                                                              \
            ".incbin \"" path "\"\n"                                                                                  \
            ".byte 0\n"                                                                                               \
            ".previous\n");                                                                                           \
    extern const char symbol[] __asm__(#symbol)

EMBED(migration_001_tables, "services/reporting/sql/001_tables.sql");
EMBED(migration_002_views, "services/reporting/sql/002_views.sql");

const struct migration migrations[] = {
    { 1, "tables", migration_001_tables },
    { 2, "views", migration_002_views },
};
const size_t migration_count = sizeof(migrations) / sizeof(migrations[0]);
