#include "common/io/pg.h"

#include <errno.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pg {
    char *url;
    struct pg_timeouts timeouts;
    PGconn *connection;
    char error[256];
};

static void clear_result(PGresult **result)
{
    PQclear(*result);
}

void pg_disconnect(struct pg *pg)
{
    PQfinish(pg->connection);
    pg->connection = NULL;
}

static int lost(struct pg *pg, const char *name)
{
    snprintf(pg->error, sizeof(pg->error), "%s: connection lost", name);
    pg_disconnect(pg);
    return -EAGAIN;
}

/* By itself libpq writes what the server remarks to standard error, where our log is. */
static void ignore_notice(void *arg, const char *text)
{
    (void)arg;
    (void)text;
}

/* The server's message may quote a row: only the SQLSTATE and our own name for the statement are kept. */
static int refused(struct pg *pg, const char *name, const PGresult *result)
{
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *severity = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    /* After FATAL the server hangs up: it goes down, or we were silent in a transaction for too long. */
    bool ended = severity != NULL && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
    if (ended || PQstatus(pg->connection) != CONNECTION_OK)
        return lost(pg, name);
    const char *table = state == NULL ? NULL : PQresultErrorField(result, PG_DIAG_TABLE_NAME);
    const char *constraint = state == NULL ? NULL : PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    snprintf(pg->error, sizeof(pg->error), "%s: SQLSTATE %s%s%s%s%s", name, state == NULL ? "unknown" : state,
             table == NULL ? "" : ", table ", table == NULL ? "" : table, constraint == NULL ? "" : ", constraint ",
             constraint == NULL ? "" : constraint);
    /* Serialisation failures, deadlocks and lock or statement time-outs pass by themselves. */
    if (state != NULL && (strncmp(state, "40", 2) == 0 || strcmp(state, "55P03") == 0 || strcmp(state, "57014") == 0 ||
                          strncmp(state, "53", 2) == 0))
        return -EAGAIN;
    return -EPROTO;
}

int pg_open(const char *url, const struct pg_timeouts *timeouts, struct pg **out)
{
    struct pg *pg = calloc(1, sizeof(*pg));
    if (pg == NULL)
        return -ENOMEM;
    pg->timeouts = *timeouts;
    pg->url = strdup(url);
    if (pg->url == NULL) {
        pg_close(&pg);
        return -ENOMEM;
    }
    *out = pg;
    return 0;
}

void pg_close(struct pg **pg)
{
    if (*pg == NULL)
        return;
    PQfinish((*pg)->connection);
    free((*pg)->url);
    free(*pg);
    *pg = NULL;
}

bool pg_connected(const struct pg *pg)
{
    return pg->connection != NULL && PQstatus(pg->connection) == CONNECTION_OK;
}

int pg_connect(struct pg *pg)
{
    if (pg_connected(pg))
        return 0;
    PQfinish(pg->connection);
    char connect_timeout[16], user_timeout[16], options[160];
    snprintf(connect_timeout, sizeof(connect_timeout), "%d", pg->timeouts.connect_s);
    snprintf(user_timeout, sizeof(user_timeout), "%d", pg->timeouts.statement_ms);
    snprintf(options, sizeof(options),
             "-c statement_timeout=%d -c lock_timeout=%d -c idle_in_transaction_session_timeout=%d",
             pg->timeouts.statement_ms, pg->timeouts.lock_ms, pg->timeouts.idle_in_transaction_ms);
    /* dbname first, expanded: what the address itself says wins nothing over what follows it. */
    const char *keys[] = { "dbname", "connect_timeout", "tcp_user_timeout", "options", "client_encoding", NULL };
    const char *values[] = { pg->url, connect_timeout, user_timeout, options, "UTF8", NULL };
    pg->connection = PQconnectdbParams(keys, values, 1);
    if (!pg_connected(pg)) {
        pg_disconnect(pg);
        snprintf(pg->error, sizeof(pg->error), "no connection");
        return -EAGAIN;
    }
    PQsetErrorVerbosity(pg->connection, PQERRORS_SQLSTATE);
    PQsetNoticeProcessor(pg->connection, ignore_notice, NULL);
    return 0;
}

int pg_exec(struct pg *pg, const char *name, const char *sql)
{
    if (!pg_connected(pg))
        return lost(pg, name);
    PGresult *result cleanup(clear_result) = PQexec(pg->connection, sql);
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? 0 : refused(pg, name, result);
}

int pg_query(struct pg *pg, const struct pg_statement *statement,
             int (*each)(void *arg, int columns, const char *const *values), void *arg)
{
    if (!pg_connected(pg))
        return lost(pg, statement->name);
    PGresult *result cleanup(clear_result) = PQexecParams(pg->connection, statement->sql, statement->param_count, NULL,
                                                          statement->params, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return refused(pg, statement->name, result);
    const char *values[32];
    int columns = PQnfields(result) < 32 ? PQnfields(result) : 32;
    for (int row = 0; each != NULL && row < PQntuples(result); row++) {
        for (int column = 0; column < columns; column++)
            values[column] = PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
        int answer = each(arg, columns, values);
        if (answer != 0)
            return answer;
    }
    return 0;
}

static int send_all(struct pg *pg, const struct pg_statement *statements, size_t n)
{
    if (PQsendQueryParams(pg->connection, "BEGIN", 0, NULL, NULL, NULL, NULL, 0) != 1)
        return -EAGAIN;
    for (size_t i = 0; i < n; i++) {
        const struct pg_statement *s = &statements[i];
        if (PQsendQueryParams(pg->connection, s->sql, s->param_count, NULL, s->params, NULL, NULL, 0) != 1)
            return -EAGAIN;
    }
    return PQpipelineSync(pg->connection) == 1 ? 0 : -EAGAIN;
}

/* Takes the answers up to the sync point. The first failure is remembered; the rest are PGRES_PIPELINE_ABORTED. */
static int take_answers(struct pg *pg, const struct pg_statement *statements, size_t n, size_t *which)
{
    int error = 0;
    size_t index = 0; /* 0 = BEGIN, 1.. = statements */
    for (;;) {
        PGresult *result cleanup(clear_result) = PQgetResult(pg->connection);
        if (result == NULL) { /* the end of one statement's results */
            if (PQstatus(pg->connection) != CONNECTION_OK)
                return refused(pg, "transaction", NULL);
            index++;
            continue;
        }
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_PIPELINE_SYNC)
            return error;
        if (error != 0 || index == 0 || index > n)
            continue;
        const struct pg_statement *s = &statements[index - 1];
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            error = refused(pg, s->name, result);
        else if (s->want >= 0 && strtoll(PQcmdTuples(result), NULL, 10) != s->want)
            error = -ESTALE;
        if (error != 0)
            *which = index - 1;
        if (pg->connection == NULL)
            return error;
    }
}

int pg_transaction(struct pg *pg, const struct pg_statement *statements, size_t n, size_t *which)
{
    size_t at = 0;
    if (!pg_connected(pg) || PQenterPipelineMode(pg->connection) != 1 || send_all(pg, statements, n) != 0)
        return lost(pg, "transaction");
    int error = take_answers(pg, statements, n, &at);
    if (which != NULL)
        *which = at;
    if (error == -ESTALE)
        snprintf(pg->error, sizeof(pg->error), "%s: another number of rows", statements[at].name);
    if (pg->connection == NULL)
        return error;
    if (PQexitPipelineMode(pg->connection) != 1) {
        pg_disconnect(pg);
        return error == 0 ? -EAGAIN : error;
    }
    int end = pg_exec(pg, error == 0 ? "commit" : "rollback", error == 0 ? "COMMIT" : "ROLLBACK");
    return error != 0 ? error : end;
}

const char *pg_error(const struct pg *pg)
{
    return pg->error;
}
