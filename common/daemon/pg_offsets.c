#include "common/daemon/pg_offsets.h"

#include <errno.h>
#include <stdlib.h>

#include "common/core/parse.h"

enum { JSON_MAX = 1 << 20 };

void pg_offsets_done(struct pg_offsets *o)
{
    free(o->places);
    free(o->committed);
    free(o->epochs);
    buf_done(&o->json);
    *o = (struct pg_offsets){ 0 };
}

int pg_offsets_own(struct pg_offsets *o, const struct kafka_settings *settings, const struct place *places, size_t n)
{
    pg_offsets_done(o);
    buf_init(&o->json, JSON_MAX);
    o->settings = settings;
    o->places = calloc(n + 1, sizeof(*o->places));
    o->committed = calloc(n + 1, sizeof(*o->committed));
    o->epochs = calloc(n + 1, sizeof(*o->epochs));
    if (o->places == NULL || o->committed == NULL || o->epochs == NULL) {
        pg_offsets_done(o);
        return -ENOMEM;
    }
    memcpy(o->places, places, n * sizeof(*places));
    o->count = n;
    o->waiting = true;
    return 0;
}

void pg_offsets_disown(struct pg_offsets *o)
{
    o->count = 0;
    o->waiting = false;
}

/* [{"topic":…,"part":…,"was":…,"next_off":…,"epoch":…},…] of the changed places, or of all. Returns their count. */
static int64_t write_places(struct pg_offsets *o, bool all)
{
    int64_t written = 0;
    buf_reset(&o->json);
    buf_append_char(&o->json, '[');
    for (size_t i = 0; i < o->count; i++) {
        char topic[KAFKA_TOPIC_SIZE];
        if (!all && o->places[i].offset == o->committed[i])
            continue;
        kafka_topic_name(o->settings, o->places[i].topic, topic);
        buf_printf(&o->json, "%s{\"topic\":\"%s\",\"part\":%d,\"was\":%lld,\"next_off\":%lld,\"epoch\":%lld}",
                   written == 0 ? "" : ",", topic, (int)o->places[i].partition, (long long)o->committed[i],
                   (long long)o->places[i].offset, (long long)o->epochs[i]);
        written++;
    }
    buf_append_char(&o->json, ']');
    return written;
}

static int find(const struct pg_offsets *o, const char *topic, const char *part, size_t *place)
{
    int64_t partition;
    if (parse_int(str_from(part), 0, INT32_MAX, &partition) < 0)
        return -ENOENT;
    for (size_t i = 0; i < o->count; i++) {
        char name[KAFKA_TOPIC_SIZE];
        kafka_topic_name(o->settings, o->places[i].topic, name);
        if (o->places[i].partition == partition && strcmp(name, topic) == 0) {
            *place = i;
            return 0;
        }
    }
    return -ENOENT;
}

static int take_claimed(void *arg, int columns, const char *const *values)
{
    struct pg_offsets *o = arg;
    size_t i;
    int64_t next, epoch;
    if (columns != 4 || find(o, values[0], values[1], &i) < 0 ||
        parse_int(str_from(values[2]), 0, INT64_MAX, &next) < 0 ||
        parse_int(str_from(values[3]), 0, INT64_MAX, &epoch) < 0)
        return -EPROTO;
    o->places[i].offset = o->committed[i] = next;
    o->epochs[i] = epoch;
    return 0;
}

int pg_offsets_claim(struct pg_offsets *o, struct pg *pg)
{
    struct pg_statement claim = {
        .name = "claim offsets",
        .param_count = 1,
        .want = -1,
        .sql = "INSERT INTO sink_offset (topic, part, next_off, epoch) "
               "SELECT topic, part, 0, 1 FROM json_to_recordset($1) AS n(topic text, part integer) "
               "ORDER BY topic, part "
               "ON CONFLICT (topic, part) DO UPDATE SET epoch = sink_offset.epoch + 1 "
               "RETURNING topic, part, next_off, epoch",
    };
    write_places(o, true);
    claim.params[0] = buf_cstr(&o->json);
    if (claim.params[0] == NULL)
        return -ENOMEM;
    int error = pg_query(pg, &claim, take_claimed, o);
    o->waiting = o->waiting && error != 0;
    return error;
}

static int take_current(void *arg, int columns, const char *const *values)
{
    struct pg_offsets *o = arg;
    size_t i;
    int64_t next;
    if (columns != 3 || find(o, values[0], values[1], &i) < 0 ||
        parse_int(str_from(values[2]), 0, INT64_MAX, &next) < 0)
        return -EPROTO;
    o->places[i].offset = o->committed[i] = next;
    return 0;
}

int pg_offsets_refresh(struct pg_offsets *o, struct pg *pg)
{
    struct pg_statement read = {
        .name = "read offsets", .param_count = 1, .want = -1,
        .sql = "SELECT s.topic, s.part, s.next_off FROM sink_offset s JOIN json_to_recordset($1) "
               "AS n(topic text, part integer, epoch bigint) USING (topic, part) WHERE s.epoch = n.epoch",
    };
    write_places(o, true);
    read.params[0] = buf_cstr(&o->json);
    return read.params[0] == NULL ? -ENOMEM : pg_query(pg, &read, take_current, o);
}

static void move(struct pg_offsets *o, enum topic topic, int32_t partition, int64_t next)
{
    for (size_t i = 0; i < o->count; i++) {
        if (o->places[i].topic == topic && o->places[i].partition == partition && o->places[i].offset < next)
            o->places[i].offset = next;
    }
}

void pg_offsets_advance(struct pg_offsets *o, const struct record *record)
{
    move(o, record->topic, record->partition, record->offset + 1);
}

void pg_offsets_reach(struct pg_offsets *o, const struct place *end)
{
    move(o, end->topic, end->partition, end->offset);
}

void pg_offsets_statement(struct pg_offsets *o, struct pg_statement *out)
{
    *out = (struct pg_statement){
        .name = "move offsets", .param_count = 1,
        .sql = "UPDATE sink_offset s SET next_off = n.next_off FROM json_to_recordset($1) "
               "AS n(topic text, part integer, was bigint, next_off bigint, epoch bigint) "
               "WHERE s.topic = n.topic AND s.part = n.part AND s.epoch = n.epoch AND s.next_off = n.was",
    };
    out->want = write_places(o, false);
    // NULL without memory: no row is touched, and the transaction is rolled back.
    out->params[0] = buf_cstr(&o->json);
}

void pg_offsets_commit(struct pg_offsets *o)
{
    for (size_t i = 0; i < o->count; i++)
        o->committed[i] = o->places[i].offset;
}

void pg_offsets_rollback(struct pg_offsets *o)
{
    for (size_t i = 0; i < o->count; i++)
        o->places[i].offset = o->committed[i];
}

struct lost {
    const struct pg_offsets *offsets;
    size_t place;
};

static int take_lost(void *arg, int columns, const char *const *values)
{
    struct lost *lost = arg;
    return columns == 2 && find(lost->offsets, values[0], values[1], &lost->place) == 0 ? 1 : -EPROTO;
}

int pg_offsets_find_lost(struct pg_offsets *o, struct pg *pg, size_t *place)
{
    struct pg_statement look = {
        .name = "look for lost offsets", .param_count = 1, .want = -1,
        .sql = "SELECT n.topic, n.part FROM json_to_recordset($1) "
               "AS n(topic text, part integer, was bigint, epoch bigint) "
               "LEFT JOIN sink_offset s ON s.topic = n.topic AND s.part = n.part "
               "WHERE s.epoch IS DISTINCT FROM n.epoch OR s.next_off IS DISTINCT FROM n.was LIMIT 1",
    };
    struct lost lost = { .offsets = o };
    write_places(o, true);
    look.params[0] = buf_cstr(&o->json);
    if (look.params[0] == NULL)
        return -ENOMEM;
    int found = pg_query(pg, &look, take_lost, &lost);
    if (found == 1)
        *place = lost.place;
    return found;
}

void pg_offsets_drop(struct pg_offsets *o, size_t place)
{
    o->count--;
    o->places[place] = o->places[o->count];
    o->committed[place] = o->committed[o->count];
    o->epochs[place] = o->epochs[o->count];
}
