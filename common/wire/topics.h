/*
 * The topics of ARCHITECTURE.md, section 2, by name. Names on the broker are <prefix><name>; the prefix is a setting
 * ("berbagi.").
 */
#ifndef BERBAGI_WIRE_TOPICS_H
#define BERBAGI_WIRE_TOPICS_H

#include "common/core/str.h"

enum topic {
    TOPIC_RAW_HOUSEHOLD, TOPIC_RAW_ASN, TOPIC_RAW_DONATION, TOPIC_RAW_PERIOD, TOPIC_RAW_VISIT,
    TOPIC_REGISTRY, TOPIC_VISIT, TOPIC_REFERRAL, TOPIC_CONTACT, TOPIC_TALLY,
    TOPIC_DECISION, TOPIC_NOTIFICATION, TOPIC_SUPPRESSION, TOPIC_RAW_GATEWAY, TOPIC_REJECTED,
    TOPIC_COUNT,
};

/* "raw.household" …, without prefix. */
const char *topic_name(enum topic topic);

/* The topic of a full name, given the prefix; -1 if there is none. */
int topic_from_name(struct str full_name, const char *prefix);

#endif
