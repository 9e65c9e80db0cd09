#include "services/notifier/answer.h"

#include <stdio.h>

#include "common/core/cleanup.h"
#include "common/wire/json_tree.h"

struct known_code {
    int32_t from, to;
    enum verdict verdict;
};

/* First match wins. */
static const struct known_code known_codes[] = {
    { 190, 190, VERDICT_PAUSE },       /* token expired */
    { 3, 3, VERDICT_PAUSE },           { 10, 10, VERDICT_PAUSE },         /* permission */
    { 200, 299, VERDICT_PAUSE },       { 131005, 131005, VERDICT_PAUSE },
    { 368, 368, VERDICT_PAUSE },       { 131031, 131031, VERDICT_PAUSE }, /* account restricted or locked */
    { 130497, 130497, VERDICT_PAUSE }, { 131042, 131042, VERDICT_PAUSE }, /* country, payment */
    { 131045, 131045, VERDICT_PAUSE }, { 133010, 133010, VERDICT_PAUSE }, /* certificate, registration */
    { 131057, 131057, VERDICT_PAUSE }, { 131037, 131037, VERDICT_PAUSE }, /* maintenance, display name */
    { 131048, 131048, VERDICT_PAUSE }, { 131064, 131064, VERDICT_PAUSE }, /* spam limits: a person must look */
    { 132015, 132016, VERDICT_PAUSE },                                    /* template paused or disabled */
    { 132000, 132001, VERDICT_PAUSE }, { 132005, 132005, VERDICT_PAUSE }, /* template mismatch: all would fail alike */
    { 132007, 132008, VERDICT_PAUSE }, { 132012, 132012, VERDICT_PAUSE },
    { 132018, 132018, VERDICT_PAUSE }, { 33, 33, VERDICT_PAUSE },
    { 100, 100, VERDICT_PAUSE },       { 131008, 131008, VERDICT_PAUSE },
    { 4, 4, VERDICT_THROTTLE },        { 17, 17, VERDICT_THROTTLE },      /* rates */
    { 613, 613, VERDICT_THROTTLE },    { 80007, 80007, VERDICT_THROTTLE },
    { 130429, 130429, VERDICT_THROTTLE },
    { 131056, 131056, VERDICT_RETRY },                                    /* this pair only */
    { 131026, 131026, VERDICT_NO_NUMBER },
    { 131009, 131009, VERDICT_FAILED },
    { 131047, 131047, VERDICT_FAILED }, { 131049, 131050, VERDICT_FAILED },
    { 131021, 131021, VERDICT_FAILED }, { 131030, 131030, VERDICT_FAILED },
    { 130472, 130472, VERDICT_FAILED }, { 131043, 131043, VERDICT_FAILED },
    { 1, 2, VERDICT_RETRY },           { 131016, 131016, VERDICT_RETRY }, /* temporary, by their own words */
    { 133004, 133004, VERDICT_RETRY }, { 135000, 135000, VERDICT_RETRY },
};

enum verdict answer_of_code(int32_t code, bool transient, int status)
{
    if (code == 0 && status == 401)
        return VERDICT_PAUSE;
    for (size_t i = 0; i < ARRAY_LEN(known_codes); i++) {
        if (code >= known_codes[i].from && code <= known_codes[i].to)
            return known_codes[i].verdict;
    }
    /* "Something went wrong", with a server's status: no proof that it was not taken. */
    if (status >= 500)
        return VERDICT_UNKNOWN;
    return transient || status == 429 ? VERDICT_RETRY : VERDICT_FAILED;
}

static void read_error(const struct json_tree *error, int status, struct answer *out)
{
    int64_t code = 0;
    bool transient = false;
    (void)json_tree_int(error, "code", 0, INT32_MAX, &code);        // absent: 0
    (void)json_tree_bool(error, "is_transient", &transient);        // absent: false
    out->code = (int32_t)code;
    out->verdict = answer_of_code(out->code, transient, status);
}

void answer_read(const struct exchange *exchange, struct answer *out)
{
    *out = (struct answer){ .verdict = exchange->body_offset == 0 ? VERDICT_UNSENT : VERDICT_UNKNOWN };
    if (!exchange->complete)
        return;
    struct json_tree *root cleanup(json_tree_free) = json_tree_parse(exchange->body);
    const struct json_tree *error = json_tree_object(root, "error");
    if (error != NULL) {
        read_error(error, exchange->status, out);
        return;
    }
    out->verdict = VERDICT_UNKNOWN;
    if (exchange->status == 429 || exchange->status == 503) {
        out->verdict = VERDICT_THROTTLE; // a proxy in front: it says itself that it did not serve us
        return;
    }
    const struct json_tree *message = json_tree_element(json_tree_array(root, "messages"), 0);
    char id[GATEWAY_ID_SIZE];
    if (exchange->status / 100 == 2 && json_tree_string(message, "id", id, sizeof(id)) == 0 && id[0] != '\0') {
        memcpy(out->gateway_id, id, sizeof(id));
        out->verdict = VERDICT_SENT;
    }
}

void answer_reason(int32_t code, char reason[MESSAGE_REASON_SIZE])
{
    snprintf(reason, MESSAGE_REASON_SIZE, "gateway_%d", (int)code);
}
