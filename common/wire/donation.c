#include <stdio.h>

#include "common/domain/ref.h"
#include "common/wire/parts.h"

enum {
    DONATION, PARTNER, PARTNER_NAME, PARTNER_KIND, REGENCY, PERIOD, PACKAGES, EARMARK, BASE_VILLAGE, STATE, VERSION,
};
static const struct str NAMES[] = {
    JSON_NAME("donation"), JSON_NAME("partner"),  JSON_NAME("partner_name"), JSON_NAME("partner_kind"),
    JSON_NAME("regency"),  JSON_NAME("period"),   JSON_NAME("packages"),     JSON_NAME("earmark"),
    JSON_NAME("base_village"), JSON_NAME("state"), JSON_NAME("version"),
};

enum { VILLAGES, DISTRICTS, DECILES };
static const struct str EARMARK_NAMES[] = { JSON_NAME("villages"), JSON_NAME("districts"), JSON_NAME("deciles") };

/* An earmark without place and decile says nothing: it is written as an absent one. */
static void put_earmark(struct buf *b, const struct earmark *e)
{
    if (e->village_count == 0 && e->district_count == 0 && e->decile_count == 0) {
        json_put_null(b, "earmark");
        return;
    }
    json_put_open(b, "earmark", '{');
    json_put_open(b, "villages", '[');
    for (int32_t i = 0; i < e->village_count; i++)
        json_put_region(b, NULL, e->villages[i]);
    json_put_close(b, ']');
    json_put_open(b, "districts", '[');
    for (int32_t i = 0; i < e->district_count; i++)
        json_put_region(b, NULL, e->districts[i]);
    json_put_close(b, ']');
    parts_put_deciles(b, "deciles", e->deciles, e->decile_count);
    json_put_close(b, '}');
}

void donation_encode(struct buf *b, const struct donation *m)
{
    json_put_begin(b);
    json_put_string(b, "donation", m->donation);
    json_put_string(b, "partner", m->partner);
    json_put_string(b, "partner_name", m->partner_name);
    json_put_word(b, "partner_kind", &wire_partner_kinds, m->partner_kind);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "period", m->period);
    json_put_int(b, "packages", m->packages);
    put_earmark(b, &m->earmark);
    json_put_region(b, "base_village", m->base_village);
    json_put_word(b, "state", &wire_donation_states, m->state);
    json_put_int(b, "version", m->version);
    json_put_close(b, '}');
}

static void read_earmark(const struct json_node *root, struct earmark *e)
{
    struct json_node object, list;
    if (!json_object(root, EARMARK, OPTIONAL, EARMARK_NAMES, ARRAY_LEN(EARMARK_NAMES), &object))
        return;
    if (json_array(&object, VILLAGES, OPTIONAL, MAX_LIST, &list))
        for (int i = 0; i < list.count && json_village(&list, i, REQUIRED, &e->villages[i]); i++)
            e->village_count = i + 1;
    if (json_array(&object, DISTRICTS, OPTIONAL, MAX_LIST, &list))
        for (int i = 0; i < list.count && json_district(&list, i, REQUIRED, &e->districts[i]); i++)
            e->district_count = i + 1;
    parts_deciles(&object, DECILES, OPTIONAL, e->deciles, &e->decile_count);
}

static void read_partner_name(const struct json_node *root, struct donation *m)
{
    if (!json_name(root, PARTNER_NAME, REQUIRED, 100, m->partner_name, sizeof m->partner_name))
        return;
    if (ref_has_16_digits(str_from(m->partner_name)))
        json_fault(root, PARTNER_NAME, REJECT_FORBIDDEN_CONTENT, "a name without 16 digits in a row");
}

int donation_decode(struct str value, struct donation *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct donation m = { .version = 0 };
    json_ref_part(&root, DONATION, REQUIRED, m.donation);
    json_ref_part(&root, PARTNER, REQUIRED, m.partner);
    read_partner_name(&root, &m);
    m.partner_kind = (enum partner_kind)json_word(&root, PARTNER_KIND, REQUIRED, &wire_partner_kinds);
    json_regency(&root, REGENCY, REQUIRED, &m.regency);
    json_ref(&root, PERIOD, REQUIRED, m.period);
    json_int32(&root, PACKAGES, REQUIRED, 0, 1000000, &m.packages);
    read_earmark(&root, &m.earmark);
    json_village(&root, BASE_VILLAGE, OPTIONAL, &m.base_village);
    m.state = (enum donation_state)json_word(&root, STATE, REQUIRED, &wire_donation_states);
    json_int(&root, VERSION, REQUIRED, 0, JSON_MAX_INTEGER, &m.version);
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}

void donation_id(const struct donation *m, char out[DONATION_ID_SIZE])
{
    snprintf(out, DONATION_ID_SIZE, "%s/%s", m->partner, m->donation);
}
