#include "services/allocator/record.h"

#include <errno.h>
#include <stdlib.h>


static int decode_value(struct registry_record *out, enum registry_type type, struct str value, struct reject *error)
{
    switch (type) {
    case REGISTRY_HOUSEHOLD:
        return household_decode(value, &out->value.household, error);
    case REGISTRY_ASN:
        return asn_decode(value, &out->value.asn, error);
    case REGISTRY_DONATION:
        return donation_decode(value, &out->value.donation, error);
    case REGISTRY_PERIOD:
        return period_decode(value, &out->value.period, error);
    case REGISTRY_DELIVERY:
        return delivery_decode(value, &out->value.delivery, error);
    case REGISTRY_NONE:
        break;
    }
    return reject_set(error, REJECT_UNKNOWN_VALUE, "", "a key of the registry");
}

/* The id and regency that the value itself gives. */
static int32_t own_name(const struct registry_record *m, char id[DONATION_ID_SIZE])
{
    const char *name = "";
    int32_t regency = 0;
    switch (m->event.type) {
    case REGISTRY_HOUSEHOLD:
        name = m->value.household.household;
        regency = m->value.household.regency;
        break;
    case REGISTRY_ASN:
        name = m->value.asn.asn;
        regency = m->value.asn.regency;
        break;
    case REGISTRY_DELIVERY:
        name = m->value.delivery.visit;
        regency = m->value.delivery.regency;
        break;
    case REGISTRY_DONATION:
        donation_id(&m->value.donation, id);
        return m->value.donation.regency;
    case REGISTRY_PERIOD:
        period_id(&m->value.period, id);
        return m->value.period.regency;
    case REGISTRY_NONE:
        break;
    }
    (void)str_copy(id, DONATION_ID_SIZE, str_from(name));
    return regency;
}

int registry_record_decode(struct str key, struct str value, int64_t offset, int64_t time, struct registry_record *out,
                           struct reject *error)
{
    struct registry_key parts;
    char id[DONATION_ID_SIZE];
    int unknown = 0;
    if (registry_key_parse(key, &parts) != 0 || !str_copy(out->id, sizeof(out->id), parts.id))
        return reject_set(error, REJECT_UNKNOWN_VALUE, "", "a key of the registry");
    out->event = (struct allocator_event){
        .type = parts.type, .regency = parts.regency, .id = out->id, .offset = offset, .time = time,
    };
    if (value.p == NULL)
        return 0;
    unknown = decode_value(out, parts.type, value, error);
    if (unknown < 0)
        return unknown;
    if (own_name(out, id) != parts.regency || strcmp(id, out->id) != 0)
        return reject_set(error, REJECT_INCONSISTENT, "", "a value of the key's regency and id");
    out->event.value = &out->value;
    return unknown;
}

static int restore_row(struct allocator *a, const struct decision_key *parts, struct str value, struct reject *error)
{
    struct assignment row = { 0 };
    int unknown = 0;
    if (value.p != NULL) {
        unknown = assignment_decode(value, &row, error);
    } else if (!str_copy(row.period, sizeof(row.period), parts->period) ||
               !str_copy(row.household, sizeof(row.household), parts->id)) {
        return reject_set(error, REJECT_UNKNOWN_VALUE, "", "a key of the decisions");
    }
    row.regency = parts->regency;
    return unknown < 0 ? unknown : allocator_restore_row(a, &row);
}

static int restore_plan(struct allocator *a, struct str value, struct reject *error)
{
    if (value.p == NULL)
        return 0; // aged out of the log
    struct plan *plan cleanup(free_ptr) = malloc(sizeof(*plan));
    if (plan == NULL)
        return -ENOMEM;
    int unknown = plan_decode(value, plan, error);
    if (unknown < 0)
        return unknown;
    int result = allocator_restore_plan(a, plan);
    return result == -EBADMSG ? reject_set(error, REJECT_INCONSISTENT, "", allocator_error(a)) : result;
}

int decision_record_restore(struct allocator *a, struct str key, struct str value, struct reject *error)
{
    struct decision_key parts;
    if (decision_key_parse(key, &parts) != 0)
        return reject_set(error, REJECT_UNKNOWN_VALUE, "", "a key of the decisions");
    return parts.type == DECISION_ASSIGNMENT ? restore_row(a, &parts, value, error) : restore_plan(a, value, error);
}
