#include <errno.h>
#include <stdio.h>

#include "common/core/log.h"
#include "common/core/parse.h"
#include "common/wire/json_put.h"
#include "services/reporting/migrations.h"
#include "services/reporting/reporting.h"

enum { REGIONS_JSON_MAX = 64 << 20, LOCK_KEY = 351020 };

static int take_version(void *arg, int columns, const char *const *values)
{
    int64_t version;
    if (columns != 1 || parse_int(str_from(values[0]), 0, INT32_MAX, &version) < 0)
        return -EPROTO;
    *(int *)arg = (int)version;
    return 0;
}

/* One migration and the note that it was applied, all or nothing. */
static int apply(struct pg *pg, const struct migration *migration)
{
    char note[96];
    snprintf(note, sizeof(note), "INSERT INTO schema_version (version) VALUES (%d)", migration->version);
    int error = pg_exec(pg, "begin migration", "BEGIN");
    if (error == 0)
        error = pg_exec(pg, migration->name, migration->sql);
    if (error == 0)
        error = pg_exec(pg, "note migration", note);
    if (error == 0)
        error = pg_exec(pg, "commit migration", "COMMIT");
    if (error == 0)
        log_info("migrated", LOG_INT("version", migration->version), LOG_STR("name", migration->name));
    return error;
}

/* Two daemons that start at once: one migrates, the other waits for the lock (of the session) and finds it done. */
static int migrate(struct pg *pg)
{
    char lock[64], unlock[64];
    int version = 0;
    struct pg_statement read = { .name = "read schema version", .want = -1,
                                 .sql = "SELECT coalesce(max(version), 0) FROM schema_version" };
    snprintf(lock, sizeof(lock), "SELECT pg_advisory_lock(%d)", LOCK_KEY);
    snprintf(unlock, sizeof(unlock), "SELECT pg_advisory_unlock(%d)", LOCK_KEY);
    int error = pg_exec(pg, "lock schema", lock);
    if (error == 0)
        error = pg_exec(pg, "make schema_version", "SET client_min_messages = warning; "
                        "CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY, "
                        "applied_at timestamptz NOT NULL DEFAULT now())");
    if (error == 0)
        error = pg_query(pg, &read, take_version, &version);
    for (size_t i = 0; i < migration_count && error == 0; i++)
        error = migrations[i].version > version ? apply(pg, &migrations[i]) : 0;
    if (error != 0)
        return error;
    if (version > migrations[migration_count - 1].version)
        log_warn("schema_is_newer", LOG_INT("version", version));
    return pg_exec(pg, "unlock schema", unlock);
}

static void put_region(struct buf *b, const char *code_name, int64_t code, const char *name)
{
    if (b->len > 1)
        buf_append_char(b, ',');
    json_put_begin(b);
    json_put_int(b, code_name, code);
    json_put_string(b, "name", name);
}

/* The names that views show: replaced as a whole, since the file is. */
static int load_regions(struct pg *pg, const struct region_table *regions)
{
    struct buf names cleanup(buf_done), villages cleanup(buf_done);
    buf_init(&names, REGIONS_JSON_MAX);
    buf_init(&villages, REGIONS_JSON_MAX);
    buf_append_char(&names, '[');
    for (size_t n = 0; region_regency_at(regions, n) != 0; n++) {
        int32_t regency = region_regency_at(regions, n);
        put_region(&names, "regency", regency, region_regency_name(regions, regency));
        json_put_close(&names, '}');
    }
    buf_append_char(&names, ']');
    buf_append_char(&villages, '[');
    size_t count;
    const struct village *all = region_villages(regions, &count);
    for (size_t i = 0; i < count; i++) {
        put_region(&villages, "village", all[i].code, all[i].name);
        json_put_int(&villages, "regency", all[i].code / 1000000);
        json_put_int(&villages, "district", all[i].code / 10000);
        json_put_close(&villages, '}');
    }
    buf_append_char(&villages, ']');
    const char *names_json = buf_cstr(&names), *villages_json = buf_cstr(&villages);
    if (names_json == NULL || villages_json == NULL)
        return -ENOMEM;
    /* Sorted, so that two daemons never wait for each other's rows in a circle. */
    struct pg_statement statements[] = {
        { .name = "upsert regions", .param_count = 1, .params = { names_json }, .want = -1,
          .sql = "INSERT INTO region (regency, name) SELECT regency, name FROM json_populate_recordset(NULL::region, "
                 "$1) ORDER BY regency ON CONFLICT (regency) DO UPDATE SET name = EXCLUDED.name" },
        { .name = "upsert villages", .param_count = 1, .params = { villages_json }, .want = -1,
          .sql = "INSERT INTO village (village, regency, district, name) SELECT village, regency, district, name "
                 "FROM json_populate_recordset(NULL::village, $1) ORDER BY village ON CONFLICT (village) DO UPDATE "
                 "SET regency = EXCLUDED.regency, district = EXCLUDED.district, name = EXCLUDED.name" },
    };
    return pg_transaction(pg, statements, ARRAY_LEN(statements), NULL);
}

int schema_prepare(struct pg *pg, const struct region_table *regions)
{
    int error = migrate(pg);
    return error != 0 ? error : load_regions(pg, regions);
}
