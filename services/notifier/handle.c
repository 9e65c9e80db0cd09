#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "common/core/fault.h"
#include "common/core/log.h"
#include "services/notifier/notifier.h"

/* How many messages the sender holds at most: what is on the wire, and one transaction's intents. */
enum { SENDER_SECONDS = 2, SCRATCH_MAX = 16384 };

const struct conf_key notifier_settings[] = {
    { "GATEWAY_URL", CONF_URL, .required = true, .choices = "https http",
      .doc = "where WhatsApp's Cloud API is, without version: https://graph.facebook.com" },
    { "GATEWAY_API_VERSION", CONF_STRING, .fallback = "v23.0", .doc = "version of the API, part of the path" },
    { "GATEWAY_PHONE_NUMBER_ID", CONF_STRING, .required = true,
      .doc = "the sender's id at the gateway, part of the path" },
    { "GATEWAY_TOKEN", CONF_STRING, .secret = true, .required = true, .doc = "access token of the system user" },
    { "GATEWAY_RATE", CONF_INT, .fallback = "80", .min = 1, .max = 20000,
      .doc = "messages per second; more than the gateway allows only brings refusals" },
    { "GATEWAY_CONNECTIONS", CONF_INT, .fallback = "24", .min = 1, .max = 1024, .doc = "connections kept open" },
    { "GATEWAY_TIMEOUT", CONF_DURATION, .fallback = "20s", .min = 100, .max = 120000,
      .doc = "of one request; without an answer by then the message is unknown" },
    { "GATEWAY_PAUSE", CONF_DURATION, .fallback = "15s", .min = 100, .max = 900000,
      .doc = "how long nothing goes out after the gateway refused our account or stopped answering; doubled up to 15 "
             "min" },
    { "GATEWAY_CA_FILE", CONF_FILE, .doc = "certificates that the gateway's must chain to; empty: the system's" },
    { "GATEWAY_ALLOW_HTTP", CONF_BOOL, .fallback = "false", .doc = "plain HTTP, for a stand-in on the same machine" },
    { "GATEWAY_MAX_ATTEMPTS", CONF_INT, .fallback = "10", .min = 1, .max = 1000,
      .doc = "requests for one message that the gateway refuses by itself for the time being" },
    { "TEMPLATE_ASSIGNED", CONF_STRING, .fallback = "paket_ditugaskan_v1",
      .doc = "approved template with the parameters period, families, days of distribution, report by" },
    { "CONTACT_GRACE", CONF_DURATION, .fallback = "30s", .min = 0, .max = 86400000,
      .doc = "how long a giver's contact may come after the first row before the message is suppressed" },
    { "CLOCK", CONF_STRING, .fallback = "real",
      .doc = "service clock of quiet hours and due days: real, +36h, an instant from which it runs, =instant to "
             "stand still" },
    { "WEBHOOK_LISTEN", CONF_STRING, .fallback = "0.0.0.0:8081",
      .doc = "address for the gateway's callbacks, path /webhook" },
    { "WEBHOOK_SECRET", CONF_STRING, .secret = true, .required = true, .doc = "app secret that signs the callbacks" },
    { "WEBHOOK_VERIFY", CONF_STRING, .secret = true, .required = true,
      .doc = "verify token of the callback's set-up" },
    { "PHONE_KEYS", CONF_STRING, .secret = true, .required = true,
      .doc = "keys of phone tokens, a line each: k1 <64 hex>" },
    { "PHONE_CIPHER_KEYS", CONF_STRING, .secret = true, .required = true,
      .doc = "keys that open the contacts' phones, a line each: k1 <64 hex>; the same as ingest's" },
};
const size_t notifier_setting_count = ARRAY_LEN(notifier_settings);

static int read_ring(const struct conf *conf, const char *name, struct keyring *out)
{
    struct buf why cleanup(buf_done);
    buf_init(&why, 1024);
    int error = keyring_parse(str_from(conf_str(conf, name)), out, &why);
    if (error < 0)
        log_error("bad_setting", LOG_STR("name", name), LOG_SLICE("why", buf_str(&why)));
    return error;
}

static int read_settings(struct notifier *n, const struct conf *conf)
{
    n->full_rate = conf_int(conf, "GATEWAY_RATE");
    n->max_attempts = conf_int(conf, "GATEWAY_MAX_ATTEMPTS");
    n->pause_ms = conf_int(conf, "GATEWAY_PAUSE");
    n->contact_grace_ms = conf_int(conf, "CONTACT_GRACE");
    n->template_assigned = conf_str(conf, "TEMPLATE_ASSIGNED");
    pacing_init(&n->pacing, n->full_rate, clock_mono_ms());
    if (clock_parse(str_from(conf_str(conf, "CLOCK")), clock_now_ms(), &n->clock) < 0) {
        log_error("bad_setting", LOG_STR("name", "CLOCK"), LOG_STR("why", "real, +36h, an instant, or =instant"));
        return -EINVAL;
    }
    int error = read_ring(conf, "PHONE_KEYS", &n->phone_tokens);
    return error < 0 ? error : read_ring(conf, "PHONE_CIPHER_KEYS", &n->phone_ciphers);
}

static void stop_notifier(struct notifier **notifier)
{
    notifier_stop(*notifier);
}

int notifier_start(struct daemon *d, void **self)
{
    struct notifier *n cleanup(stop_notifier) = calloc(1, sizeof(*n));
    uint64_t seeds[2];
    if (n == NULL || getrandom(seeds, sizeof(seeds), 0) != (ssize_t)sizeof(seeds))
        return -ENOMEM;
    n->daemon = d;
    n->blocked_until = INT64_MIN;
    buf_init(&n->scratch, SCRATCH_MAX);
    int error = read_settings(n, daemon_conf(d));
    if (error < 0)
        return error;
    n->intent_capacity = (size_t)n->full_rate;
    n->intents = calloc(n->intent_capacity, sizeof(*n->intents));
    n->book = book_new(seeds[0], seeds[1]);
    if (n->intents == NULL || n->book == NULL)
        return -ENOMEM;
    n->gateway = daemon_dependency(d, "gateway");
    dependency_up(n->gateway); /* known to be away only when a request says so */
    size_t held = SENDER_SECONDS * n->intent_capacity + (size_t)conf_int(daemon_conf(d), "GATEWAY_CONNECTIONS");
    error = sender_open(daemon_conf(d), held, &n->sender);
    if (error == 0)
        error = webhook_start(d, &n->phone_tokens, &n->webhook);
    if (error < 0) {
        log_error("start_failed", LOG_STR("part", n->sender == NULL ? "gateway" : "webhook"),
                  LOG_ERRNO("error", error));
        return error;
    }
    *self = take_ptr(n);
    return 0;
}

void notifier_stop(void *self)
{
    struct notifier *n = self;
    if (n == NULL)
        return;
    webhook_stop(&n->webhook);
    sender_close(&n->sender);
    book_free(&n->book);
    free(n->intents);
    free(n->awaited);
    buf_done(&n->scratch);
    keyring_done(&n->phone_tokens);
    keyring_done(&n->phone_ciphers);
    free(n);
}

static int fold_decision(struct notifier *n, const struct record *record, struct reject *reject)
{
    struct decision_key key;
    if (record->tombstone)
        return 0;
    if (decision_key_parse(record->key, &key) < 0)
        return reject_set(reject, REJECT_BAD_CLOUDEVENT, "", "a key of this topic's form");
    if (key.type == DECISION_ASSIGNMENT) {
        struct assignment row;
        int result = assignment_decode(record->value, &row, reject);
        return result < 0 ? result : book_row(n->book, &row);
    }
    struct plan *plan cleanup(free_ptr) = malloc(sizeof(*plan)); /* too large for the stack */
    if (plan == NULL)
        return -ENOMEM;
    int result = plan_decode(record->value, plan, reject);
    return result < 0 ? result : book_plan(n->book, plan, clock_mono_ms());
}

static int fold_contact(struct notifier *n, const struct record *record, struct reject *reject)
{
    if (record->tombstone) {
        /* <regency>/<giver id> */
        int32_t regency = 0;
        for (size_t i = 0; i < record->key.n && i < 4; i++)
            regency = regency * 10 + (record->key.p[i] - '0');
        if (record->key.n < 6)
            return 0;
        return book_contact_gone(n->book, regency, (struct str){ record->key.p + 5, record->key.n - 5 });
    }
    struct contact contact;
    int result = contact_decode(record->value, &contact, reject);
    return result < 0 ? result : book_contact(n->book, &contact, clock_mono_ms());
}

static int fold_suppression(struct notifier *n, const struct record *record, struct reject *reject)
{
    if (record->tombstone) {
        book_suppression_lifted(n->book, record->key);
        return 0;
    }
    struct suppression suppression;
    int result = suppression_decode(record->value, &suppression, reject);
    return result < 0 ? result : book_suppression(n->book, &suppression);
}

static int fold_notification(struct notifier *n, const struct record *record, struct reject *reject)
{
    struct notification notification;
    if (record->tombstone)
        return 0;
    int result = notification_decode(record->value, &notification, reject);
    return result < 0 ? result : book_notification(n->book, &notification, clock_mono_ms());
}

static int handle_status(struct notifier *n, const struct record *record, struct reject *reject, struct output *out)
{
    struct gateway_status status;
    if (record->tombstone)
        return 0;
    int result = gateway_status_decode(record->value, &status, reject);
    return result < 0 ? result : notifier_status(n, &status, out);
}

int notifier_handle(struct notifier *n, const struct record *record, struct reject *reject, struct output *out)
{
    switch (record->topic) {
    case TOPIC_DECISION:
        return fold_decision(n, record, reject);
    case TOPIC_CONTACT:
        return fold_contact(n, record, reject);
    case TOPIC_SUPPRESSION:
        return fold_suppression(n, record, reject);
    case TOPIC_NOTIFICATION:
        return fold_notification(n, record, reject);
    case TOPIC_RAW_GATEWAY:
        return handle_status(n, record, reject, out);
    default:
        return -EINVAL;
    }
}

static enum result batch(void *self, const struct record *records, enum outcome *outcomes, size_t n_records,
                         struct output *out)
{
    struct notifier *n = self;
    for (size_t i = 0; i < n_records; i++) {
        struct reject reject = { .code = REJECT_NONE };
        int result = notifier_handle(n, &records[i], &reject, out);
        notifier_caught_up(n, &records[i]);
        outcomes[i] = OUTCOME_DONE;
        if (result < 0 && reject.code == REJECT_NONE) {
            log_error("batch_failed", LOG_ERRNO("error", result));
            return RESULT_FATAL;
        }
        if (result < 0) {
            output_reject(out, &records[i], &reject);
            outcomes[i] = OUTCOME_REJECT;
        }
    }
    return RESULT_OK;
}

static enum result tick(void *self, struct output *out)
{
    struct notifier *n = self;
    int error = sender_turn(n->sender);
    if (error == 0) {
        notifier_settle(n, out);
        if (!n->unknown_marked)
            notifier_mark_unknown(n, out);
        n->unknown_marked = true;
        if (n->behind == 0)
            error = notifier_decide_due(n, out);
    }
    if (error < 0)
        log_error("tick_failed", LOG_ERRNO("error", error));
    return error < 0 ? RESULT_FATAL : RESULT_OK;
}

static enum result committed(void *self)
{
    struct notifier *n = self;
    sender_settled(n->sender);
    if (n->intent_count > 0)
        FAULT_POINT("after-intent");
    int error = notifier_dispatch(n);
    if (error < 0)
        log_error("dispatch_failed", LOG_ERRNO("error", error));
    return error == -ENOMEM ? RESULT_FATAL : RESULT_OK;
}

static void aborted(void *self)
{
    struct notifier *n = self;
    n->intent_count = 0;
    sender_unsettled(n->sender);
}

// Another process may decide now. What has not left stays here; if we come back, it is told as not sent.
static void revoked(void *self, const struct topic_partition *lost, size_t count)
{
    struct notifier *n = self;
    (void)lost;
    (void)count;
    sender_recall(n->sender);
}

static bool idle(void *self)
{
    struct notifier *n = self;
    return sender_under_way(n->sender) == 0 && sender_next_result(n->sender) == NULL && n->intent_count == 0;
}

int notifier_run(struct daemon *d, void *self)
{
    static const struct txn_handler handler = {
        .inputs = { TOPIC_DECISION, TOPIC_CONTACT, TOPIC_SUPPRESSION, TOPIC_RAW_GATEWAY },
        .input_count = 4,
        .exclusive = true,
        .restore = notifier_restore,
        .revoke = revoked,
        .batch = batch,
        .tick = tick,
        .committed = committed,
        .aborted = aborted,
        .idle = idle,
    };
    return txn_loop_run(d, &handler, self);
}
