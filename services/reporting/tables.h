/*
 * The tables that reporting keeps, one for each kind of record, and the statements that keep them. Names and columns
 * are those of sql/001_tables.sql.
 */
#ifndef BERBAGI_REPORTING_TABLES_H
#define BERBAGI_REPORTING_TABLES_H

#include "common/core/buf.h"

enum table {
    TABLE_HOUSEHOLD, TABLE_ASN, TABLE_DONATION, TABLE_PERIOD, TABLE_DELIVERY, TABLE_VISIT, TABLE_REFERRAL, TABLE_TALLY,
    TABLE_TALLY_COUNT, TABLE_ASSIGNMENT, TABLE_PLAN, TABLE_NOTIFICATION,
    /* Tombstones in `registry`: the row stays, its state says that the thing has ended. */
    TABLE_HOUSEHOLD_ENDED, TABLE_ASN_ENDED, TABLE_DONATION_ENDED,
    TABLE_COUNT,
};

/* "household" …, for messages and metrics. */
const char *table_name(enum table table);

/*
 * Appends the statement whose one parameter is a JSON array of rows (rows.h): an upsert by primary key, or for the
 * *_ENDED ones an update of the rows that exist.
 */
void table_statement(struct buf *b, enum table table);

#endif
