#include "services/notifier/book.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/core/map.h"
#include "common/core/parse.h"
#include "services/notifier/answer.h"
#include "services/notifier/queue.h"

#define NONE UINT32_MAX

enum {
    PLAN_KEY_MAX = 4 + REF_SIZE,
    GIVER_KEY_MAX = 4 + GIVER_ID_SIZE,
    ROW_KEY_MAX = 4 + TOKEN_SIZE,
    PAIR_KEY = 8,
    ID_KEY = 32
};

enum { RESTORED_WAIT_MS = 6000 };

struct giver_entry {
    struct contact contact; /* giver and regency always; the rest if has_contact */
    bool has_contact;
    uint32_t first_pair;
};

struct plan_entry {
    int32_t regency;
    char period[REF_SIZE];
    int32_t from, until, report_by;
    uint32_t first_touched; /* pairs with new rows since the last plan event */
};

struct pair_entry {
    uint32_t giver, plan;
    uint32_t next_of_giver, next_touched;
    bool touched;
    int32_t planned;        /* rows in state planned */
    int32_t families;       /* when the last intent was written */
    int32_t attempt;        /* 0: no message yet */
    bool taken;             /* the gateway had it once, whatever it says of it now */
    enum message_state state;
    char reason[MESSAGE_REASON_SIZE];
    char notification[NOTIFICATION_SIZE];
    int64_t born;           /* monotonic: when its first row was folded */
    int64_t due;            /* its place in the queue; INT64_MAX: none */
};

/* Growing arrays; items are addressed by index, since they move. */
struct list {
    void *items;
    uint32_t count, capacity;
};

struct book {
    struct map givers_by_key, plans_by_key, pairs_by_key, pairs_by_id, suppressions;
    struct map rows; /* planned rows only: (plan, household) -> pair */
    struct list givers, plans, pairs;
    struct queue queue;
};

static void *list_add(struct list *l, size_t size, uint32_t *index)
{
    if (l->count == l->capacity) {
        uint32_t capacity = l->capacity == 0 ? 64 : l->capacity * 2;
        void *items = reallocarray(l->items, capacity, size);
        if (items == NULL)
            return NULL;
        l->items = items;
        l->capacity = capacity;
    }
    *index = l->count++;
    void *item = (char *)l->items + size * *index;
    memset(item, 0, size);
    return item;
}

static struct giver_entry *giver_at(const struct book *book, uint32_t index)
{
    return (struct giver_entry *)book->givers.items + index;
}

static struct plan_entry *plan_at(const struct book *book, uint32_t index)
{
    return (struct plan_entry *)book->plans.items + index;
}

static struct pair_entry *pair_at(const struct book *book, uint32_t index)
{
    return (struct pair_entry *)book->pairs.items + index;
}

struct book *book_new(uint64_t seed0, uint64_t seed1)
{
    struct book *book = calloc(1, sizeof(*book));
    if (book == NULL)
        return NULL;
    map_init(&book->givers_by_key, GIVER_KEY_MAX, sizeof(uint32_t), seed0, seed1);
    map_init(&book->plans_by_key, PLAN_KEY_MAX, sizeof(uint32_t), seed0, seed1);
    map_init(&book->pairs_by_key, PAIR_KEY, sizeof(uint32_t), seed0, seed1);
    map_init(&book->pairs_by_id, ID_KEY, sizeof(uint32_t), seed0, seed1);
    map_init(&book->suppressions, TOKEN_SIZE, sizeof(uint32_t), seed0, seed1);
    map_init(&book->rows, ROW_KEY_MAX, sizeof(uint32_t), seed0, seed1);
    return book;
}

void book_clear(struct book *book)
{
    map_clear(&book->givers_by_key);
    map_clear(&book->plans_by_key);
    map_clear(&book->pairs_by_key);
    map_clear(&book->pairs_by_id);
    map_clear(&book->suppressions);
    map_clear(&book->rows);
    book->givers.count = book->plans.count = book->pairs.count = 0;
    book->queue.count = 0;
}

void book_free(struct book **book)
{
    struct book *b = *book;
    if (b == NULL)
        return;
    map_done(&b->givers_by_key);
    map_done(&b->plans_by_key);
    map_done(&b->pairs_by_key);
    map_done(&b->pairs_by_id);
    map_done(&b->suppressions);
    map_done(&b->rows);
    free(b->givers.items);
    free(b->plans.items);
    free(b->pairs.items);
    queue_done(&b->queue);
    free(b);
    *book = NULL;
}

/* A number, then text: the keys of our maps. */
static struct str key_of(char *out, size_t size, uint32_t number, struct str text)
{
    memcpy(out, &number, sizeof(number));
    size_t n = text.n < size - sizeof(number) ? text.n : size - sizeof(number);
    memcpy(out + sizeof(number), text.p, n);
    return (struct str){ out, sizeof(number) + n };
}

/* The index that a map holds for a key, making room for a new one: *added says so, and *index is then NONE. */
static uint32_t *slot_of(struct map *map, struct str key, bool *added)
{
    uint32_t *slot = map_put(map, key, added);
    if (slot != NULL && *added)
        *slot = NONE;
    return slot;
}

static int giver_of(struct book *book, int32_t regency, const struct giver *giver, uint32_t *out)
{
    char key[GIVER_KEY_MAX];
    bool added;
    uint32_t *slot =
        slot_of(&book->givers_by_key, key_of(key, sizeof(key), (uint32_t)regency, str_from(giver->id)), &added);
    if (slot == NULL)
        return -ENOMEM;
    if (*slot == NONE) {
        struct giver_entry *entry = list_add(&book->givers, sizeof(*entry), slot);
        if (entry == NULL)
            return -ENOMEM;
        entry->contact.giver = *giver;
        entry->contact.regency = regency;
        entry->first_pair = NONE;
    }
    *out = *slot;
    return 0;
}

static int plan_of(struct book *book, int32_t regency, const char *period, uint32_t *out)
{
    char key[PLAN_KEY_MAX];
    bool added;
    uint32_t *slot =
        slot_of(&book->plans_by_key, key_of(key, sizeof(key), (uint32_t)regency, str_from(period)), &added);
    if (slot == NULL)
        return -ENOMEM;
    if (*slot == NONE) {
        struct plan_entry *entry = list_add(&book->plans, sizeof(*entry), slot);
        if (entry == NULL)
            return -ENOMEM;
        entry->regency = regency;
        memcpy(entry->period, period, strlen(period) + 1);
        entry->first_touched = NONE;
    }
    *out = *slot;
    return 0;
}

/* The id is a function of the pair, so a pair knows its message before there is one. */
static int name_pair(struct book *book, uint32_t index)
{
    struct notification message;
    struct pair_entry *pair = pair_at(book, index);
    book_message(book, index, &message);
    notification_id(&message, pair->notification);
    uint32_t *slot = map_put(&book->pairs_by_id, str_from(pair->notification), NULL);
    if (slot == NULL)
        return -ENOMEM;
    *slot = index;
    return 0;
}

static int pair_of(struct book *book, uint32_t giver, uint32_t plan, uint32_t *out)
{
    uint32_t numbers[2] = { giver, plan };
    bool added;
    uint32_t *slot = slot_of(&book->pairs_by_key, (struct str){ (const char *)numbers, sizeof(numbers) }, &added);
    if (slot == NULL)
        return -ENOMEM;
    if (*slot == NONE) {
        struct pair_entry *pair = list_add(&book->pairs, sizeof(*pair), slot);
        if (pair == NULL)
            return -ENOMEM;
        *pair = (struct pair_entry){ .giver = giver, .plan = plan, .next_touched = NONE, .born = INT64_MIN,
                                     .due = INT64_MAX, .next_of_giver = giver_at(book, giver)->first_pair };
        giver_at(book, giver)->first_pair = *slot;
        *out = *slot;
        return name_pair(book, *slot);
    }
    *out = *slot;
    return 0;
}

int book_later(struct book *book, uint32_t index, int64_t at)
{
    pair_at(book, index)->due = at;
    return queue_push(&book->queue, at, index);
}

/* A message that never was on the wire may still be decided anew; so may one that is to be tried again. */
static bool undecided(const struct pair_entry *pair)
{
    return pair->state == MESSAGE_STATE_NONE || pair->state == MESSAGE_SUPPRESSED ||
           (pair->state == MESSAGE_FAILED && !pair->taken && book_reason_retries(pair->reason));
}

/* Not a refused message: it waits for its time, whatever else is learnt meanwhile. */
static int wake(struct book *book, uint32_t index, int64_t now)
{
    struct pair_entry *pair = pair_at(book, index);
    if (pair->state == MESSAGE_FAILED || !undecided(pair) || pair->due <= now)
        return 0;
    return book_later(book, index, now);
}

int book_contact(struct book *book, const struct contact *m, int64_t now)
{
    uint32_t giver;
    int error = giver_of(book, m->regency, &m->giver, &giver);
    if (error < 0)
        return error;
    giver_at(book, giver)->contact = *m;
    giver_at(book, giver)->has_contact = true;
    for (uint32_t at = giver_at(book, giver)->first_pair; at != NONE && error == 0;
         at = pair_at(book, at)->next_of_giver) {
        struct pair_entry *pair = pair_at(book, at);
        bool passed_over = pair->state == MESSAGE_SUPPRESSED &&
                           (strcmp(pair->reason, "no_contact") == 0 || strcmp(pair->reason, "no_consent") == 0);
        if (passed_over || (pair->state == MESSAGE_STATE_NONE && pair->due != INT64_MAX))
            error = wake(book, at, now);
    }
    return error;
}

int book_contact_gone(struct book *book, int32_t regency, struct str giver_id)
{
    struct giver giver = { .kind = memchr(giver_id.p, '/', giver_id.n) == NULL ? GIVER_ASN : GIVER_PARTNER };
    uint32_t index;
    if (!str_copy(giver.id, sizeof(giver.id), giver_id))
        return 0;
    int error = giver_of(book, regency, &giver, &index);
    if (error == 0)
        giver_at(book, index)->has_contact = false;
    return error;
}

int book_suppression(struct book *book, const struct suppression *m)
{
    uint32_t *reason = map_put(&book->suppressions, str_from(m->phone_token), NULL);
    if (reason == NULL)
        return -ENOMEM;
    *reason = (uint32_t)m->reason;
    return 0;
}

void book_suppression_lifted(struct book *book, struct str phone_token)
{
    map_remove(&book->suppressions, phone_token);
}

/* The row is planned no more: its giver has one family less. */
static void take_row_away(struct book *book, struct str key)
{
    const uint32_t *pair = map_get(&book->rows, key);
    if (pair == NULL)
        return;
    pair_at(book, *pair)->planned--;
    map_remove(&book->rows, key);
}

static void touch(struct book *book, uint32_t index)
{
    struct pair_entry *pair = pair_at(book, index);
    struct plan_entry *plan = plan_at(book, pair->plan);
    if (pair->touched)
        return;
    pair->touched = true;
    pair->next_touched = plan->first_touched;
    plan->first_touched = index;
}

int book_row(struct book *book, const struct assignment *m)
{
    uint32_t plan, giver, pair;
    char bytes[ROW_KEY_MAX];
    int error = plan_of(book, m->regency, m->period, &plan);
    if (error < 0)
        return error;
    struct str key = key_of(bytes, sizeof(bytes), plan, str_from(m->household));
    take_row_away(book, key);
    if (m->state != ROW_PLANNED || m->giver.kind == GIVER_NONE)
        return 0;
    error = giver_of(book, m->regency, &m->giver, &giver);
    if (error == 0)
        error = pair_of(book, giver, plan, &pair);
    if (error < 0)
        return error;
    uint32_t *slot = map_put(&book->rows, key, NULL);
    if (slot == NULL)
        return -ENOMEM;
    *slot = pair;
    pair_at(book, pair)->planned++;
    touch(book, pair);
    return 0;
}

int book_plan(struct book *book, const struct plan *m, int64_t now)
{
    uint32_t index;
    int error = m->trigger == TRIGGER_REFUSED ? 0 : plan_of(book, m->regency, m->period, &index);
    if (error < 0 || m->trigger == TRIGGER_REFUSED)
        return error;
    struct plan_entry *plan = plan_at(book, index);
    plan->from = m->distribution_from;
    plan->until = m->distribution_to;
    plan->report_by = m->report_by;
    uint32_t at = plan->first_touched;
    plan->first_touched = NONE;
    while (at != NONE && error == 0) {
        struct pair_entry *pair = pair_at(book, at);
        uint32_t next = pair->next_touched;
        pair->touched = false;
        pair->next_touched = NONE;
        pair->born = pair->born == INT64_MIN ? now : pair->born;
        if (pair->planned > 0)
            error = wake(book, at, now);
        at = next;
    }
    return error;
}

int book_notification(struct book *book, const struct notification *m, int64_t now)
{
    uint32_t giver, plan, pair;
    if (m->kind != MESSAGE_ASSIGNED)
        return 0;
    int error = giver_of(book, m->regency, &m->giver, &giver);
    if (error == 0)
        error = plan_of(book, m->regency, m->period, &plan);
    if (error == 0)
        error = pair_of(book, giver, plan, &pair);
    if (error < 0)
        return error;
    struct pair_entry *entry = pair_at(book, pair);
    entry->attempt = m->attempt;
    entry->state = m->state;
    entry->families = m->families;
    entry->taken = entry->taken || m->gateway_id[0] != '\0';
    memcpy(entry->reason, m->reason, sizeof(entry->reason));
    if (entry->state != MESSAGE_FAILED || !undecided(entry))
        return 0;
    /* How long it has waited is forgotten; the gateway wants six seconds between two messages to one number. */
    return book_later(book, pair, now + (book_reason_counts(m->reason) ? RESTORED_WAIT_MS : 0));
}

bool book_due(struct book *book, int64_t now, uint32_t *out)
{
    struct queue_entry first;
    while (queue_first(&book->queue, &first) && first.at <= now) {
        queue_drop_first(&book->queue);
        struct pair_entry *pair = pair_at(book, first.item);
        if (pair->due != first.at || !undecided(pair))
            continue; /* moved to another time, or decided meanwhile */
        pair->due = INT64_MAX;
        *out = first.item;
        return true;
    }
    return false;
}

size_t book_waiting(const struct book *book)
{
    return book->queue.count;
}

void book_prospect(const struct book *book, uint32_t index, int64_t awaited_ms, int64_t now, struct prospect *out)
{
    const struct pair_entry *pair = pair_at(book, index);
    const struct giver_entry *giver = giver_at(book, pair->giver);
    const uint32_t *suppressed = giver->has_contact
                                     ? map_get(&book->suppressions, str_from(giver->contact.phone_token)) : NULL;
    *out = (struct prospect){
        .regency = plan_at(book, pair->plan)->regency,
        .families = pair->planned,
        .last_day = plan_at(book, pair->plan)->until,
        .has_contact = giver->has_contact,
        .consent = giver->has_contact && giver->contact.consent,
        .contact_awaited = now - pair->born < awaited_ms,
        .suppressed = suppressed == NULL ? SUPPRESSION_NONE : (enum suppression_reason)*suppressed,
    };
}

void book_message(const struct book *book, uint32_t index, struct notification *out)
{
    const struct pair_entry *pair = pair_at(book, index);
    const struct plan_entry *plan = plan_at(book, pair->plan);
    *out = (struct notification){ .regency = plan->regency, .kind = MESSAGE_ASSIGNED, .round = "0",
                                  .giver = giver_at(book, pair->giver)->contact.giver, .attempt = pair->attempt,
                                  .families = pair->planned, .state = pair->state };
    memcpy(out->notification, pair->notification, sizeof(out->notification));
    memcpy(out->period, plan->period, sizeof(out->period));
    memcpy(out->reason, pair->reason, sizeof(out->reason));
    /* What was said when the message went out stays true of it. */
    if (pair->state >= MESSAGE_INTENT)
        out->families = pair->families;
}

void book_dates(const struct book *book, uint32_t pair, int32_t *from, int32_t *until, int32_t *report_by)
{
    const struct plan_entry *plan = plan_at(book, pair_at(book, pair)->plan);
    *from = plan->from;
    *until = plan->until;
    *report_by = plan->report_by;
}

const struct contact *book_contact_of(const struct book *book, uint32_t pair)
{
    const struct giver_entry *giver = giver_at(book, pair_at(book, pair)->giver);
    return giver->has_contact ? &giver->contact : NULL;
}

bool book_find(const struct book *book, const char *notification, uint32_t *pair)
{
    const uint32_t *found = map_get(&book->pairs_by_id, str_from(notification));
    if (found != NULL)
        *pair = *found;
    return found != NULL;
}

bool book_advance(struct book *book, uint32_t index, int32_t attempt, enum message_state state, const char *reason)
{
    struct pair_entry *pair = pair_at(book, index);
    if (attempt < pair->attempt || (attempt == pair->attempt && state <= pair->state))
        return false;
    if (state == MESSAGE_INTENT)
        pair->families = pair->planned;
    pair->attempt = attempt;
    pair->state = state;
    pair->taken = pair->taken || state == MESSAGE_SENT;
    snprintf(pair->reason, sizeof(pair->reason), "%s", reason);
    return true;
}

bool book_taken(struct book *book, uint32_t index)
{
    struct pair_entry *pair = pair_at(book, index);
    bool news = !pair->taken && pair->state == MESSAGE_FAILED;
    pair->taken = true;
    return news;
}

bool book_next_in_state(const struct book *book, enum message_state state, uint32_t *at, uint32_t *pair)
{
    while (*at < book->pairs.count) {
        *pair = (*at)++;
        if (pair_at(book, *pair)->state == state)
            return true;
    }
    return false;
}

/* What the gateway's code in a reason means; VERDICT_FAILED for any other reason. */
static enum verdict verdict_of(const char *reason)
{
    static const char prefix[] = "gateway_";
    int64_t code;
    if (strncmp(reason, prefix, sizeof(prefix) - 1) != 0 ||
        parse_int(str_from(reason + sizeof(prefix) - 1), 1, INT32_MAX, &code) < 0)
        return VERDICT_FAILED;
    return answer_of_code((int32_t)code, false, 0);
}

bool book_reason_retries(const char *reason)
{
    enum verdict verdict = verdict_of(reason);
    return strcmp(reason, "no_answer") == 0 || verdict == VERDICT_RETRY || verdict == VERDICT_THROTTLE ||
           verdict == VERDICT_PAUSE;
}

bool book_reason_counts(const char *reason)
{
    return verdict_of(reason) == VERDICT_RETRY;
}
