/* The notifier's context: what its hooks share. */
#ifndef BERBAGI_NOTIFIER_NOTIFIER_H
#define BERBAGI_NOTIFIER_NOTIFIER_H

#include "common/core/clock.h"
#include "common/core/metrics.h"
#include "common/daemon/txn_loop.h"
#include "common/domain/keyring.h"
#include "services/notifier/book.h"
#include "services/notifier/pacing.h"
#include "services/notifier/sender.h"
#include "services/notifier/webhook.h"

/* An intent in the open transaction: its request leaves when that stands. */
struct intent {
    uint32_t pair;
    int32_t attempt;
};

/* The last record that a partition held when we took it over. */
struct awaited {
    enum topic topic;
    int32_t partition;
    int64_t offset;
};

struct notifier {
    struct daemon *daemon;
    struct dependency *gateway;
    struct book *book;
    struct sender *sender;
    struct webhook *webhook;
    struct clock clock;
    struct pacing pacing;
    struct keyring phone_tokens, phone_ciphers;
    struct intent *intents;
    size_t intent_count, intent_capacity;
    struct awaited *awaited; /* [0..behind): not folded yet; nothing is decided before they are */
    size_t behind;
    int64_t full_rate, contact_grace_ms, max_attempts, pause_ms;
    const char *template_assigned;
    int64_t blocked_until; /* monotonic ms: the gateway wants a pause; INT64_MIN = none */
    bool probing;          /* after a pause one message goes first */
    uint32_t pauses;       /* in a row */
    uint32_t unanswered;   /* requests in a row */
    bool unknown_marked;   /* since the last restore */
    struct buf scratch;
};

extern const struct conf_key notifier_settings[];
extern const size_t notifier_setting_count;

int notifier_start(struct daemon *d, void **self);
int notifier_run(struct daemon *d, void *self);
void notifier_stop(void *self);

/* handle.c: folds one record; out may be NULL but for raw.gateway. A negative errno, with a code in `reject` if the
 * record is at fault. */
must_check int notifier_handle(struct notifier *n, const struct record *record, struct reject *reject,
                               struct output *out);

/* restore.c: the hook; and that a record has been folded. */
enum result notifier_restore(void *self, const struct topic_partition *owned, size_t count, struct log_reader *reader);
void notifier_caught_up(struct notifier *n, const struct record *record);

/* due.c: decides what is due and writes intents; 0 or a negative errno. */
must_check int notifier_decide_due(struct notifier *n, struct output *out);
/* due.c: hands the committed intents to the sender. */
must_check int notifier_dispatch(struct notifier *n);

/* outcome.c: writes what came back from the gateway. */
void notifier_settle(struct notifier *n, struct output *out);
/* outcome.c: folds and writes one status callback. 0 or -ENOMEM. */
must_check int notifier_status(struct notifier *n, const struct gateway_status *status, struct output *out);
/* outcome.c: intents without an outcome that nobody here sends any more are unknown. */
void notifier_mark_unknown(struct notifier *n, struct output *out);

/* publish.c: one of our own events. `gateway_id` and `at` complete the pair's message. */
void notifier_publish(struct notifier *n, struct output *out, uint32_t pair, const char *gateway_id, int64_t at);
must_check int notifier_suppress(struct notifier *n, struct output *out, const char *phone_token,
                                 enum suppression_reason reason, int64_t since);

#endif
