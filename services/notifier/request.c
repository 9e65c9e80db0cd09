#include "services/notifier/request.h"

#include <errno.h>
#include <stdio.h>

#include "common/core/parse.h"
#include "common/wire/json_put.h"
#include "services/notifier/text.h"

static void put_text(struct buf *b, const char *text)
{
    json_put_open(b, NULL, '{');
    json_put_string(b, "type", "text");
    json_put_string(b, "text", text);
    json_put_close(b, '}');
}

static void put_body(struct buf *b, const struct message *message)
{
    char period[TEXT_SIZE], window[TEXT_SIZE], report_by[TEXT_SIZE], families[16];
    text_period(message->period, period);
    text_date_range(message->from, message->until, window);
    text_date(message->report_by, report_by);
    snprintf(families, sizeof(families), "%d", (int)message->families);
    json_put_open(b, NULL, '{');
    json_put_string(b, "type", "body");
    json_put_open(b, "parameters", '[');
    put_text(b, period);
    put_text(b, families);
    put_text(b, window);
    put_text(b, report_by);
    json_put_close(b, ']');
    json_put_close(b, '}');
}

static void put_stop_button(struct buf *b)
{
    json_put_open(b, NULL, '{');
    json_put_string(b, "type", "button");
    json_put_string(b, "sub_type", "quick_reply");
    json_put_string(b, "index", "0");
    json_put_open(b, "parameters", '[');
    json_put_open(b, NULL, '{');
    json_put_string(b, "type", "payload");
    json_put_string(b, "payload", "BERHENTI");
    json_put_close(b, '}');
    json_put_close(b, ']');
    json_put_close(b, '}');
}

void request_write(struct buf *b, const struct message *message)
{
    json_put_begin(b);
    json_put_string(b, "messaging_product", "whatsapp");
    json_put_string(b, "recipient_type", "individual");
    json_put_string(b, "to", message->to);
    json_put_string(b, "type", "template");
    json_put_string(b, "biz_opaque_callback_data", message->opaque);
    json_put_open(b, "template", '{');
    json_put_string(b, "name", message->template_name);
    json_put_open(b, "language", '{');
    json_put_string(b, "policy", "deterministic");
    json_put_string(b, "code", "id");
    json_put_close(b, '}');
    json_put_open(b, "components", '[');
    put_body(b, message);
    put_stop_button(b);
    json_put_close(b, ']');
    json_put_close(b, '}');
    json_put_close(b, '}');
}

void opaque_write(int32_t regency, const char *notification, int32_t attempt, char out[OPAQUE_SIZE])
{
    snprintf(out, OPAQUE_SIZE, "%04d/%s/%d", (int)regency, notification, (int)attempt);
}

int opaque_read(const char *opaque, int32_t *regency, char notification[NOTIFICATION_SIZE], int32_t *attempt)
{
    struct str text = str_from(opaque);
    int64_t code = 0, number = 0;
    if (text.n < 4 + 1 + 32 + 2 || text.p[4] != '/' || text.p[37] != '/' ||
        parse_int((struct str){ text.p, 4 }, 1000, 9999, &code) < 0 ||
        parse_int((struct str){ text.p + 38, text.n - 38 }, 1, INT32_MAX, &number) < 0)
        return -EINVAL;
    for (size_t i = 5; i < 37; i++) {
        if (strchr("0123456789abcdef", text.p[i]) == NULL)
            return -EINVAL;
    }
    memcpy(notification, text.p + 5, 32);
    notification[32] = '\0';
    *regency = (int32_t)code;
    *attempt = (int32_t)number;
    return 0;
}
