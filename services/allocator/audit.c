#include "services/allocator/audit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct given {
    struct given *next;
    int64_t offset;
    struct envelope envelope;
    char key[NDJSON_KEY_SIZE];
    size_t length;
    char value[];
};

struct audit {
    struct given *first, *last;
    struct plan plan; /* of the value given: too big for the stack */
    char error[NDJSON_KEY_SIZE + 128];
};

struct audit *audit_new(void)
{
    return calloc(1, sizeof(struct audit));
}

void audit_free(struct audit *a)
{
    if (a == NULL)
        return;
    while (a->first != NULL) {
        struct given *next = a->first->next;
        free(a->first);
        a->first = next;
    }
    free(a);
}

const char *audit_error(const struct audit *a)
{
    return a->error;
}

bool audit_waits(const struct audit *a)
{
    return a->first != NULL;
}

int audit_given(struct audit *a, const struct ndjson_event *event, int64_t offset)
{
    size_t length = event->data.p != NULL ? event->data.n : 0;
    struct given *g = malloc(sizeof(*g) + length);
    if (g == NULL)
        return -ENOMEM;
    g->next = NULL;
    g->offset = offset;
    g->envelope = event->envelope;
    memcpy(g->key, event->key, sizeof(g->key));
    g->length = length;
    if (length != 0)
        memcpy(g->value, event->data.p, length);
    if (a->last != NULL)
        a->last->next = g;
    else
        a->first = g;
    a->last = g;
    return 0;
}

static void drop_first(struct audit *a)
{
    struct given *g = a->first;
    a->first = g->next;
    if (a->first == NULL)
        a->last = NULL;
    free(g);
}

static int broken(struct audit *a, const char *key, const char *rule)
{
    snprintf(a->error, sizeof(a->error), "%.*s: %s", NDJSON_KEY_SIZE - 1, key, rule);
    return -EPROTO;
}

/* The first rule in which two rows differ. */
static const char *row_rule(const struct assignment *given, const struct assignment *right)
{
    if (given->class.decile != right->class.decile || given->class.band != right->class.band)
        return "class: not that of the family's record";
    if (given->class.waiting != right->class.waiting)
        return "waiting: not what the earlier cuts say";
    if (given->village != right->village || strcmp(given->household_ref, right->household_ref) != 0)
        return "family: not as its record has it";
    if (given->state != right->state)
        return "state: not what coverage by need and the doors give";
    if (given->giver.kind != right->giver.kind || strcmp(given->giver.id, right->giver.id) != 0)
        return "giver: not the one of the optimum";
    if (given->reason != right->reason)
        return "reason";
    if (given->distance_m != right->distance_m)
        return "distance";
    if (strcmp(given->giver_ref, right->giver_ref) != 0)
        return "giver: not as its record has it";
    if (given->revision != right->revision)
        return "revision";
    return "row: not written as the contract says";
}

static bool same_supply(const struct plan *a, const struct plan *b)
{
    return memcmp(&a->supply, &b->supply, sizeof(a->supply)) == 0;
}

static bool same_surplus(const struct plan *a, const struct plan *b)
{
    return memcmp(&a->surplus, &b->surplus, sizeof(a->surplus)) == 0 && a->over == b->over;
}

static bool same_rule(const struct plan_rule *a, const struct plan_rule *b)
{
    struct buf x cleanup(buf_done), y cleanup(buf_done);
    static const struct plan NOTHING;
    buf_init(&x, 1 << 20);
    buf_init(&y, 1 << 20);
    struct plan *plan cleanup(free_ptr) = malloc(sizeof(*plan));
    if (plan == NULL)
        return false;
    *plan = NOTHING;
    plan->has_rule = true;
    plan->rule = *a;
    plan_encode(&x, plan);
    plan->rule = *b;
    plan_encode(&y, plan);
    return x.error == 0 && y.error == 0 && str_equal(buf_str(&x), buf_str(&y));
}

static const char *plan_rule_broken(const struct plan *given, const struct plan *right)
{
    if (given->trigger != right->trigger)
        return "trigger";
    if (given->revision != right->revision)
        return "revision";
    if (given->position.partition != right->position.partition || given->position.offset != right->position.offset)
        return "position of the trigger";
    if (given->has_rule != right->has_rule || (given->has_rule && !same_rule(&given->rule, &right->rule)))
        return "rule: not what the command said";
    if (!same_supply(given, right))
        return "supply";
    if (!same_surplus(given, right))
        return "surplus: the packages are not accounted for";
    if (given->unserved != right->unserved || given->unmatched != right->unmatched)
        return "unserved or unmatched";
    if (strcmp(given->digest, right->digest) != 0 || given->changed != right->changed)
        return "digest: not that of the rows";
    return "figures";
}

static int difference(struct audit *a, const struct given *g, const struct allocator_output *right, const char *key)
{
    struct reject error = { 0 };
    struct str value = { g->value, g->length };
    if (right->row != NULL) {
        struct assignment row;
        if (assignment_decode(value, &row, &error) < 0)
            return broken(a, key, "row: can't be read");
        return broken(a, key, row_rule(&row, right->row));
    }
    if (plan_decode(value, &a->plan, &error) < 0)
        return broken(a, key, "plan event: can't be read");
    return broken(a, key, plan_rule_broken(&a->plan, right->plan));
}

static bool same_envelope(const struct envelope *a, const struct envelope *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->source, b->source) == 0 && strcmp(a->type, b->type) == 0 &&
           strcmp(a->subject, b->subject) == 0 && a->time == b->time;
}

int audit_expected(struct audit *a, const struct allocator_output *output, int64_t offset)
{
    char key[NDJSON_KEY_SIZE];
    if (!str_copy(key, sizeof(key), output->key))
        return -E2BIG;
    const struct given *g = a->first;
    if (g != NULL && g->offset < offset)
        return broken(a, g->key, "nothing in the registry calls for this decision");
    if (g == NULL || g->offset > offset)
        return broken(a, key, "a decision is missing");
    if (strcmp(g->key, key) != 0) {
        // in ascending order of the families: who comes too early is missing, who comes too late was dropped
        bool early = strcmp(g->key, key) < 0;
        return broken(a, early ? g->key : key, early ? "a decision too many" : "a decision is missing");
    }
    if (g->length != output->value.n || memcmp(g->value, output->value.p, g->length) != 0)
        return difference(a, g, output, key);
    if (!same_envelope(&g->envelope, output->envelope))
        return broken(a, key, "envelope");
    drop_first(a);
    return 0;
}

int audit_trigger_done(struct audit *a, int64_t offset)
{
    return a->first != NULL && a->first->offset <= offset
        ? broken(a, a->first->key, "nothing in the registry calls for this decision") : 0;
}
