#include "services/notifier/callback.h"

#include <ctype.h>
#include <errno.h>
#include <strings.h>

#include "common/core/parse.h"
#include "common/wire/json_tree.h"

struct reading {
    struct callback_item *items;
    int count;
    int64_t now;
};

bool callback_is_stop(const char *text)
{
    static const char *const words[] = { "STOP", "BERHENTI", "HENTI" };
    while (isspace((unsigned char)*text))
        text++;
    size_t n = strlen(text);
    while (n > 0 && (isspace((unsigned char)text[n - 1]) || strchr(".!", text[n - 1]) != NULL))
        n--;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (n == strlen(words[i]) && strncasecmp(text, words[i], n) == 0)
            return true;
    }
    return false;
}

/* Seconds as a string, as documented; milliseconds have been met. */
static int64_t read_time(const struct json_tree *tree, int64_t now)
{
    char text[24];
    int64_t value;
    if (json_tree_string(tree, "timestamp", text, sizeof(text)) < 0 ||
        parse_int(str_from(text), 1, INT64_C(99999999999999), &value) < 0)
        return now;
    return value < INT64_C(100000000000) ? value * 1000 : value;
}

static int next_item(struct reading *r, struct callback_item **out)
{
    if (r->count == CALLBACK_MAX)
        return -E2BIG;
    *out = &r->items[r->count++];
    **out = (struct callback_item){ 0 };
    return 0;
}

static int read_status(struct reading *r, const struct json_tree *tree)
{
    static const char *const known[] = { "sent", "delivered", "read", "failed" };
    char word[16];
    bool interesting = false;
    if (json_tree_string(tree, "status", word, sizeof(word)) < 0)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        interesting = interesting || strcmp(word, known[i]) == 0;
    struct callback_item *item;
    if (!interesting)
        return 0;
    if (next_item(r, &item) < 0)
        return -E2BIG;
    struct gateway_status *status = &item->status;
    memcpy(status->status, word, sizeof(word));
    status->at = read_time(tree, r->now);
    int64_t code = 0;
    (void)json_tree_string(tree, "id", status->gateway_id, sizeof(status->gateway_id));             // absent: ""
    (void)json_tree_string(tree, "biz_opaque_callback_data", status->opaque, sizeof(status->opaque)); // absent: ""
    (void)json_tree_int(json_tree_element(json_tree_array(tree, "errors"), 0), "code", 0, INT32_MAX, &code);
    status->code = (int32_t)code;
    r->count -= status->gateway_id[0] == '\0' ? 1 : 0; /* nothing to keep it by */
    return 0;
}

static int read_inbound(struct reading *r, const struct json_tree *tree)
{
    char text[64] = "", from[17];
    const struct json_tree *button = json_tree_object(tree, "button");
    if (json_tree_string(json_tree_object(tree, "text"), "body", text, sizeof(text)) < 0 &&
        json_tree_string(button, "payload", text, sizeof(text)) < 0)
        return 0;
    if (!callback_is_stop(text) || json_tree_string(tree, "from", from, sizeof(from)) < 0)
        return 0;
    struct callback_item *item;
    if (next_item(r, &item) < 0)
        return -E2BIG;
    memcpy(item->from, from, sizeof(from));
    memcpy(item->status.status, "opt_out", sizeof("opt_out"));
    item->status.at = read_time(tree, r->now);
    /* Whoever wants to be left alone is, whatever the rest looks like. */
    if (json_tree_string(tree, "id", item->status.gateway_id, sizeof(item->status.gateway_id)) < 0 ||
        item->status.gateway_id[0] == '\0')
        memcpy(item->status.gateway_id, "inbound", sizeof("inbound"));
    return 0;
}

static int read_each(struct reading *r, const struct json_tree *array,
                     int (*read)(struct reading *, const struct json_tree *))
{
    for (size_t i = 0; i < json_tree_length(array); i++) {
        int error = read(r, json_tree_element(array, i));
        if (error < 0)
            return error;
    }
    return 0;
}

static int read_change(struct reading *r, const struct json_tree *change)
{
    const struct json_tree *value = json_tree_object(change, "value");
    int error = read_each(r, json_tree_array(value, "statuses"), read_status);
    return error < 0 ? error : read_each(r, json_tree_array(value, "messages"), read_inbound);
}

static int read_entry(struct reading *r, const struct json_tree *entry)
{
    return read_each(r, json_tree_array(entry, "changes"), read_change);
}

int callback_read(struct str body, int64_t now, struct callback_item *items)
{
    struct reading r = { items, 0, now };
    struct json_tree *root cleanup(json_tree_free) = json_tree_parse(body);
    if (root == NULL)
        return -EBADMSG;
    int error = read_each(&r, json_tree_array(root, "entry"), read_entry);
    return error < 0 ? error : r.count;
}
