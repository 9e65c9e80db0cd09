#include "services/ingest/settings.h"

#include <errno.h>

#include "common/core/log.h"

const struct conf_key ingest_settings[] = {
    { "REDIS_URL", CONF_URL, .required = true, .secret = true, .choices = "redis",
      .doc = "where the view of our own output lies: redis://host:port/db; a database of its own, without eviction" },
    { "REDIS_PASSWORD", CONF_STRING, .secret = true, .doc = "Redis' password, if it isn't in the URL" },
    { "REDIS_TIMEOUT", CONF_DURATION, .fallback = "5s", .min = 100, .max = 60000,
      .doc = "of connecting and of each answer; after it Redis counts as away and records wait" },
    { "REGIONS_FILE", CONF_FILE, .fallback = "common/domain/data/regions.csv",
      .doc = "the region table: regencies, districts, villages; records of places that it lacks are refused" },
    { "KK_KEYS", CONF_STRING, .secret = true, .required = true,
      .doc = "keys of family cards' tokens, a line each: k1 <64 hex>; the newest is used, none may be taken away" },
    { "NIP_KEYS", CONF_STRING, .secret = true, .required = true, .doc = "keys of the tokens of NIPs" },
    { "NIK_KEYS", CONF_STRING, .secret = true,
      .doc = "keys of the tokens of NIKs; nothing we write holds one: only checked to differ from the others" },
    { "PHONE_KEYS", CONF_STRING, .secret = true, .required = true,
      .doc = "keys of the tokens of phone numbers; the same as the notifier's" },
    { "PHONE_CIPHER_KEYS", CONF_STRING, .secret = true, .required = true,
      .doc = "keys that seal the phone numbers of `contact`; the same as the notifier's" },
};
const size_t ingest_setting_count = ARRAY_LEN(ingest_settings);

enum { RINGS = 5 };
static const char *const ring_names[RINGS] = { "KK_KEYS", "NIP_KEYS", "PHONE_KEYS", "PHONE_CIPHER_KEYS", "NIK_KEYS" };

static int wrong(const char *name, const char *why)
{
    log_error("bad_setting", LOG_STR("name", name), LOG_STR("why", why));
    return -EINVAL;
}

static int read_ring(const struct conf *conf, const char *name, struct keyring *out)
{
    struct buf why cleanup(buf_done);
    buf_init(&why, 1024);
    int error = keyring_parse(str_from(conf_str(conf, name)), out, &why);
    if (error == 0)
        return 0;
    const char *text = buf_cstr(&why);
    wrong(name, text != NULL ? text : "cannot be read");
    return error;
}

int settings_secrets(const struct conf *conf, struct secrets *out)
{
    struct keyring nik = { .count = 0 };
    struct keyring *rings[RINGS] = { &out->kk, &out->nip, &out->phone, &out->cipher, &nik };
    int result = 0, count = conf_is_set(conf, "NIK_KEYS") ? RINGS : RINGS - 1;
    *out = (struct secrets){ .kk.count = 0 };
    for (int i = 0; i < count; i++) {
        int error = read_ring(conf, ring_names[i], rings[i]);
        result = error != 0 ? error : result;
    }
    for (int i = 0; i < count && result == 0; i++)
        for (int j = 0; j < i; j++)
            if (keyring_overlap(rings[i], rings[j]))
                result = wrong(ring_names[i], "a key stands in two domains: each needs keys of its own");
    keyring_done(&nik);
    return result;
}

void secrets_done(struct secrets *s)
{
    keyring_done(&s->kk);
    keyring_done(&s->nip);
    keyring_done(&s->phone);
    keyring_done(&s->cipher);
}
