#include "services/reporting/tables.h"

/* key and columns: comma-separated, without spaces. `ended`: the assignment that a tombstone makes. */
struct description {
    const char *name, *key, *columns, *ended;
};

static const struct description descriptions[TABLE_COUNT] = {
    [TABLE_HOUSEHOLD] = { "household", "regency,household",
                          "ref,village,decile_national,decile_province,decile_regency,dtsen,members,band,status,"
                          "was", NULL },
    [TABLE_ASN] = { "asn", "regency,asn",
                    "ref,employment,grade,position,unit,home_village,work_village,household,status,version,"
                    "was", NULL },
    [TABLE_DONATION] = { "donation", "regency,partner,donation",
                         "partner_name,partner_kind,period,packages,earmark_villages,earmark_districts,"
                         "earmark_deciles,base_village,state,version", NULL },
    [TABLE_PERIOD] = { "period", "regency,period,state",
                       "programme,item,deciles,decile_basis,distribution_from,distribution_to,report_by,lambda_m,seed,"
                       "edition,roster", NULL },
    [TABLE_DELIVERY] = { "delivery", "regency,visit",
                         "period,household,giver_kind,giver,outcome,packages,visited_on", NULL },
    [TABLE_VISIT] = { "visit", "regency,visit",
                      "period,village,household,giver_kind,giver,visited_on,reported_at,outcome,packages,has_findings,"
                      "alone,health,dropouts,child,regular_aid,house,other", NULL },
    [TABLE_REFERRAL] = { "referral", "regency,visit,kind", "household,ref,village,opened_on,due_on,state", NULL },
    [TABLE_TALLY] = { "tally", "topic,part,next_off", "from_off", NULL },
    [TABLE_TALLY_COUNT] = { "tally_count", "topic,part,next_off,line",
                            "source,type,accepted,duplicate,stale,rejected,warnings", NULL },
    [TABLE_ASSIGNMENT] = { "assignment", "regency,period,household",
                           "revision,household_ref,village,giver_kind,giver,giver_ref,state,reason,decile,band,"
                           "waiting,distance_m", NULL },
    [TABLE_PLAN] = { "plan", "regency,period,revision",
                     "trigger,part,off,distribution_from,distribution_to,report_by,changed,asn_givers,asn_packages,"
                     "partner_packages,part_time_excluded,stale,surplus_asn,surplus_partner,surplus_stranded,over,"
                     "unserved,unmatched,digest,idle_givers,kept,keepable,distance_m,distance_p50_m,distance_p95_m,"
                     "demand_unknown,demand_stale,feasible,optimal,is_unique,demand,coverage,fairness,rule", NULL },
    [TABLE_NOTIFICATION] = { "notification", "regency,notification",
                             "period,giver_kind,giver,kind,round,attempt,families,state,reason,gateway_id,at", NULL },
    [TABLE_HOUSEHOLD_ENDED] = { "household", "regency,household", "", "status = 'left'" },
    [TABLE_ASN_ENDED] = { "asn", "regency,asn", "", "status = 'moved'" },
    [TABLE_DONATION_ENDED] = { "donation", "regency,partner,donation", "", "state = 'withdrawn'" },
};

const char *table_name(enum table table)
{
    return descriptions[table].name;
}

/* For each comma-separated column c: `separator` between, then the pattern with every '#' replaced by c. */
static void append_each(struct buf *b, const char *columns, const char *separator, const char *pattern)
{
    for (const char *at = columns; *at != '\0';) {
        size_t n = strcspn(at, ",");
        if (at != columns)
            buf_append_cstr(b, separator);
        for (const char *p = pattern; *p != '\0'; p++) {
            if (*p == '#')
                buf_append(b, at, n);
            else
                buf_append_char(b, *p);
        }
        at += n + (at[n] == ',');
    }
}

static void upsert(struct buf *b, const struct description *d)
{
    buf_printf(b, "INSERT INTO %s (%s,%s) SELECT %s,%s FROM json_populate_recordset(NULL::%s, $1) ON CONFLICT (%s) "
               "DO UPDATE SET ", d->name, d->key, d->columns, d->key, d->columns, d->name, d->key);
    append_each(b, d->columns, ", ", "# = EXCLUDED.#");
}

static void end_rows(struct buf *b, const struct description *d)
{
    buf_printf(b, "UPDATE %s t SET %s FROM json_populate_recordset(NULL::%s, $1) r WHERE ",
               d->name, d->ended, d->name);
    append_each(b, d->key, " AND ", "t.# = r.#");
}

void table_statement(struct buf *b, enum table table)
{
    const struct description *d = &descriptions[table];
    if (d->ended == NULL)
        upsert(b, d);
    else
        end_rows(b, d);
}
