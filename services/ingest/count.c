#include "services/ingest/count.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void free_list(struct counted *list)
{
    while (list != NULL) {
        struct counted *next = list->next;
        free(list);
        list = next;
    }
}

void count_done(struct count *c)
{
    free_list(c->used);
    free_list(c->spare);
    *c = (struct count){ NULL, NULL, NULL };
}

void count_reset(struct count *c)
{
    while (c->used != NULL) {
        struct counted *t = c->used;
        c->used = t->next;
        t->next = c->spare;
        c->spare = t;
    }
    c->last = NULL;
}

static bool continues(const struct counted *t, enum topic topic, int32_t partition, int64_t offset)
{
    return t != NULL && t->topic == topic && t->tally.partition == partition && t->tally.next == offset;
}

static struct counted *find(struct count *c, const char *prefix, enum topic topic, int32_t partition, int64_t offset)
{
    if (continues(c->last, topic, partition, offset))
        return c->last;
    for (struct counted *t = c->used; t != NULL; t = t->next)
        if (continues(t, topic, partition, offset))
            return t;

    struct counted *t = c->spare != NULL ? c->spare : malloc(sizeof *t);
    if (t == NULL)
        return NULL;
    c->spare = t == c->spare ? t->next : c->spare;
    t->next = c->used;
    c->used = t;
    t->topic = topic;
    t->tally.partition = partition;
    t->tally.from = t->tally.next = offset;
    t->tally.count = 0;
    snprintf(t->tally.topic, sizeof t->tally.topic, "%s%s", prefix, topic_name(topic));
    return t;
}

/* The row of a source and type; beyond 64 sources all go into one that is named `other` and has no type. */
static struct tally_count *row_of(struct tally *t, const char *source, const char *type)
{
    for (int i = 0; i < t->count; i++)
        if (strcmp(t->counts[i].source, source) == 0 && strcmp(t->counts[i].type, type) == 0)
            return &t->counts[i];
    if (t->count > TALLY_MAX_SOURCES)
        return &t->counts[TALLY_MAX_SOURCES];
    struct tally_count *row = &t->counts[t->count];
    *row = (struct tally_count){ .accepted = 0 };
    bool other = t->count++ == TALLY_MAX_SOURCES;
    (void)str_copy(row->source, sizeof row->source, str_from(other ? "other" : source));
    (void)str_copy(row->type, sizeof row->type, str_from(other ? "" : type));
    return row;
}

int count_record(struct count *c, const char *prefix, int32_t partition, int64_t offset,
                 int64_t append_time, const struct intake *in, enum fate fate, enum reject_code code)
{
    struct counted *t = find(c, prefix, in->topic, partition, offset);
    if (t == NULL)
        return -ENOMEM;
    c->last = t;
    t->tally.next = offset + 1;
    t->last_append = append_time;
    struct tally_count *row = row_of(&t->tally, in->envelope.source, in->envelope.type);
    row->accepted += fate == FATE_ACCEPTED;
    row->duplicate += fate == FATE_DUPLICATE;
    row->stale += fate == FATE_STALE;
    if (fate == FATE_REJECTED)
        row->rejected[code]++;
    if (fate == FATE_ACCEPTED)
        for (int i = 1; i < WARNING_CODES; i++)
            row->warnings[i] += in->warnings.count[i];
    return 0;
}

void count_event(const struct counted *t, struct buf *key, struct envelope *envelope)
{
    buf_printf(key, "%s/%d/%lld", t->tally.topic, t->tally.partition, (long long)t->tally.next);
    *envelope = (struct envelope){
        .source = "//berbagi/ingest",
        .type = "id.berbagi.tally.v1",
        .time = t->last_append,
    };
    (void)str_copy(envelope->id, sizeof envelope->id, buf_str(key));
}
