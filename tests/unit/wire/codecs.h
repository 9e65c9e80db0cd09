/*
 * The codecs of all canonical messages behind one shape, for tests that treat them alike.
 */
#ifndef BERBAGI_TESTS_WIRE_CODECS_H
#define BERBAGI_TESTS_WIRE_CODECS_H

#include "common/wire/decision.h"
#include "common/wire/notification.h"
#include "common/wire/registry.h"
#include "common/wire/tally.h"
#include "common/wire/visit.h"

struct codec {
    const char *name;
    size_t size;
    void (*encode)(struct buf *b, const void *m);
    int (*decode)(struct str value, void *out, struct reject *error);
};

#define CODEC(name)                                                                                                   \
    static void encode_##name(struct buf *b, const void *m)                                                           \
    {                                                                                                                 \
        name##_encode(b, m);                                                                                          \
    }                                                                                                                 \
    static int decode_##name(struct str value, void *out, struct reject *error)                                       \
    {                                                                                                                 \
        return name##_decode(value, out, error);                                                                      \
    }

CODEC(household)
CODEC(asn)
CODEC(donation)
CODEC(period)
CODEC(delivery)
CODEC(visit)
CODEC(referral)
CODEC(contact)
CODEC(tally)
CODEC(assignment)
CODEC(plan)
CODEC(notification)
CODEC(gateway_status)
CODEC(suppression)

#define ENTRY(name) { #name, sizeof(struct name), encode_##name, decode_##name }
static const struct codec codecs[] = {
    ENTRY(household), ENTRY(asn), ENTRY(donation), ENTRY(period), ENTRY(delivery), ENTRY(visit), ENTRY(referral),
    ENTRY(contact), ENTRY(tally), ENTRY(assignment), ENTRY(plan), ENTRY(notification), ENTRY(gateway_status),
    ENTRY(suppression),
};

/* The codec of a name, or of a golden file's name "<codec>.<variant>". */
static inline const struct codec *codec_of(const char *name)
{
    size_t n = strcspn(name, ".");
    for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++)
        if (strlen(codecs[i].name) == n && strncmp(codecs[i].name, name, n) == 0)
            return &codecs[i];
    return NULL;
}

#endif
