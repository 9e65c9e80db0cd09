/*
 * One connection to Postgres: the only place libpq is included.
 *
 * Calls block, each with a deadline: connect_timeout, and what the session sets (statement_timeout, lock_timeout,
 * idle_in_transaction_session_timeout; tcp_user_timeout), so that neither a silent server nor a stopped twin of this
 * process can hold us or our successor for ever.
 *
 * Errors: -EAGAIN = the server can't be reached or the connection broke (reconnect with pg_connect()); -EPROTO = the
 * server refused a statement; pg_error() then tells SQLSTATE and, without row contents, what was refused.
 */
#ifndef BERBAGI_IO_PG_H
#define BERBAGI_IO_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/cleanup.h"

struct pg;

enum { PG_MAX_PARAMS = 8 };

/* One statement: text parameters $1…; NULL = SQL null. Everything is borrowed until the call returns. */
struct pg_statement {
    const char *name; /* for pg_error(): what it does, e.g. "upsert household" */
    const char *sql;
    int param_count;
    const char *params[PG_MAX_PARAMS];
    int64_t want; /* rows it must touch: -1 = any number */
};

struct pg_timeouts {
    int connect_s;
    int statement_ms;
    int lock_ms;
    int idle_in_transaction_ms;
};

/* Remembers the address (a libpq URL or key=value text); connects to nothing yet. -ENOMEM. */
must_check int pg_open(const char *url, const struct pg_timeouts *timeouts, struct pg **out);
/* Closes and frees; accepts NULL and nulls the pointer. */
void pg_close(struct pg **pg);

/* Connects anew if there is no connection in good order. 0 or -EAGAIN. */
must_check int pg_connect(struct pg *pg);
bool pg_connected(const struct pg *pg);
/* Ends the connection, with its locks and its open transaction; there may be none. */
void pg_disconnect(struct pg *pg);

/* Several statements in one text, no parameters, no rows wanted. */
must_check int pg_exec(struct pg *pg, const char *name, const char *sql);

/* One statement whose rows are given to `each` (columns as text, NULL = SQL null); stops at its first non-zero answer
 * and returns it. `each` may be NULL. */
must_check int pg_query(struct pg *pg, const struct pg_statement *statement,
                        int (*each)(void *arg, int columns, const char *const *values), void *arg);

/*
 * BEGIN and the statements in one round trip, then COMMIT or ROLLBACK: all or nothing. A statement that
 * touched another number of rows than it `want`s is rolled back: -ESTALE, and *which is its index. On -EPROTO *which
 * is the refused one. which may be NULL.
 */
must_check int pg_transaction(struct pg *pg, const struct pg_statement *statements, size_t n, size_t *which);

/* What went wrong last; never NULL, never with row contents. Valid until the next call. */
const char *pg_error(const struct pg *pg);

#endif
