/*
 * A small world for ingest's pure part: a committed memory, a log of what was written, a clock. Records go in as JSON
 * with headers, as they come from outside; what comes out is read back by the canonical decoders.
 */
#ifndef BERBAGI_TESTS_INGEST_WORLD_H
#define BERBAGI_TESTS_INGEST_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/core/civil.h"
#include "common/domain/token.h"
#include "services/ingest/decide.h"
#include "tests/unit/wire/raw_region.h"

enum { WEST = 1198, EAST = 1199, MIDDLE = 7199, LOG_MAX = 20000, TEXT = 2048 };

/* One event of our output, kept whole. */
struct logged {
    struct emitted event;
    struct envelope envelope;
    char key[256], *value; /* NULL = tombstone */
    int64_t at;
};

struct world {
    struct secrets secrets;
    struct view view;           /* the open transaction */
    struct view committed;      /* stands for Redis */
    struct emission out;
    struct intake in;
    union raw_any raw;
    struct reject error;
    struct logged *log;
    int log_count, log_committed; /* events of the open transaction lie behind the committed ones */
    int first, count;           /* events of the last record */
    int64_t now;                /* append time of the next record */
    bool released;
};

static inline void world_init(struct world *w)
{
    memset(w, 0, sizeof *w);
    struct keyring *rings[] = { &w->secrets.kk, &w->secrets.nip, &w->secrets.phone, &w->secrets.cipher };
    for (int r = 0; r < 4; r++) {
        rings[r]->count = 1;
        for (int i = 0; i < KEY_BYTES; i++)
            rings[r]->keys[0][i] = (uint8_t)(r * KEY_BYTES + i);
    }
    view_init(&w->view, 1, 2);
    view_init(&w->committed, 3, 4);
    emission_init(&w->out);
    w->log = calloc(LOG_MAX, sizeof *w->log);
    assert_non_null(w->log);
    w->now = TEST_TIME;
}

static inline void world_done(struct world *w)
{
    for (int i = 0; i < w->log_count; i++)
        free(w->log[i].value);
    free(w->log);
    emission_done(&w->out);
    view_done(&w->view);
    view_done(&w->committed);
}

static inline struct view_key key_of(struct str bytes)
{
    struct view_key key = { .len = (uint8_t)bytes.n };
    assert_in_range(bytes.n, 1, VIEW_KEY_MAX);
    memcpy(key.bytes, bytes.p, bytes.n);
    return key;
}

/* Asks the committed memory, as one round trip to Redis would. */
static inline void world_want(void *arg, const struct view_key *key)
{
    struct world *w = arg;
    struct str value;
    if (!view_want(&w->view, key))
        return;
    view_want(&w->committed, key);
    view_load(&w->committed, key, NULL);
    bool there = view_get(&w->committed, key, &value);
    view_load(&w->view, key, there ? &value : NULL);
}

static inline void world_commit(struct world *w)
{
    struct view_change change;
    for (size_t at = 0; view_next(&w->view, &at, &change);) {
        struct view_key key = key_of(change.key);
        if (change.removed)
            view_remove(&w->committed, &key);
        else
            view_put(&w->committed, &key, change.value, change.expires);
    }
    view_forget(&w->view);
    w->log_committed = w->log_count;
}

static inline void world_abort(struct world *w)
{
    view_forget(&w->view);
    while (w->log_count > w->log_committed)
        free(w->log[--w->log_count].value);
}

static inline void world_log(struct world *w)
{
    w->first = w->log_count;
    w->count = w->out.event_count;
    for (int i = 0; i < w->out.event_count; i++) {
        assert_true(w->log_count < LOG_MAX);
        struct logged *l = &w->log[w->log_count++];
        struct str key = emission_key(&w->out, i), value = emission_value(&w->out, i);
        l->event = w->out.events[i];
        l->envelope = w->in.envelope;
        emission_envelope(&w->out, i, w->in.envelope.id, &l->envelope);
        snprintf(l->envelope.origin, sizeof l->envelope.origin, "uji/0/%d", w->first);
        assert_true(str_copy(l->key, sizeof l->key, key));
        l->value = l->event.tombstone ? NULL : strndup(value.p, value.n);
        l->at = w->now;
    }
}

/* One record with its attributes: id, ce_time in ms after TEST_TIME's day began (always before now). */
static inline enum fate world_send(struct world *w, enum topic topic, const char *id, int64_t time, const char *json)
{
    static const char *const types[] = { "household", "asn", "donation", "period", "visit" };
    static const uint8_t nonce[CIPHER_NONCE] = { 7 };
    char type[64], instant[INSTANT_TEXT_SIZE];
    snprintf(type, sizeof type, "id.berbagi.raw.%s.v1", types[topic]);
    instant_format(time, instant);
    const struct header headers[] = {
        { STR_LIT("ce_specversion"), STR_LIT("1.0") }, { STR_LIT("ce_id"), str_from(id) },
        { STR_LIT("ce_source"), STR_LIT("//uji/sumber") }, { STR_LIT("ce_type"), str_from(type) },
        { STR_LIT("ce_time"), str_from(instant) },
    };
    struct decide_context context = { &w->secrets, nonce, w->now, w->released };
    assert_int_equal(intake_read(&w->in, topic, headers, ARRAY_LEN(headers), str_from(json), w->now,
                                 test_context()->regions, &w->secrets, &w->raw), 0);
    intake_want(&w->in, world_want, w);
    w->count = 0;
    enum fate fate = decide(&context, &w->view, &w->in, &w->out, &w->error);
    assert_int_equal(w->view.error, 0);
    assert_int_equal(w->out.error, 0);
    if (fate == FATE_ACCEPTED)
        world_log(w);
    return fate;
}

/* The i-th event of the last record. */
static inline const struct logged *written(const struct world *w, int i)
{
    assert_true(i < w->count);
    return &w->log[w->first + i];
}

/* "<topic> <key> <ce_id>" of everything the last record wrote, a line each, tombstones with '-' in front. */
static inline const char *story(const struct world *w)
{
    static char text[8192];
    size_t n = 0;
    text[0] = '\0';
    for (int i = 0; i < w->count; i++) {
        const struct logged *l = written(w, i);
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s %s #%s\n", l->value == NULL ? "-" : "",
                              topic_name(l->event.topic), l->key, strchr(l->envelope.id, '#') + 1);
    }
    return text;
}

static inline struct household read_household_event(const struct logged *l)
{
    struct household m;
    struct reject error;
    assert_int_equal(household_decode(str_from(l->value), &m, &error), 0);
    return m;
}

static inline struct asn read_asn_event(const struct logged *l)
{
    struct asn m;
    struct reject error;
    assert_int_equal(asn_decode(str_from(l->value), &m, &error), 0);
    return m;
}

/* ---- sample records; numbers are invented: nobody has a KK of the regencies 1198, 1199 and 7199 */

static inline int64_t village_in(int regency)
{
    return (int64_t)regency * 1000000 + 12001;
}

static inline void kk_number(int family, char out[KK_SIZE])
{
    snprintf(out, KK_SIZE, "119901010110%04u", (unsigned)(family + 1) % 10000);
}

static inline void nip_number(int person, char out[NIP_SIZE])
{
    snprintf(out, NIP_SIZE, "199001012015051%03d", person + 1);
}

/* versi "2026-01"; former -1 = none; status NULL = not given */
static inline enum fate send_household(struct world *w, const char *id, int64_t time, int family, int regency,
                                       const char *versi, int former, const char *status)
{
    char json[TEXT], kk[KK_SIZE], old[64] = "";
    kk_number(family, kk);
    if (former >= 0) {
        char number[KK_SIZE];
        kk_number(former, number);
        snprintf(old, sizeof old, ",\"nomor_kartu_keluarga_lama\":\"%s\"", number);
    }
    snprintf(json, sizeof json,
             "{\"codebook\":\"dtsen-2026\",\"versi\":\"%s\",\"ref\":\"SK-%d\",\"skema_wilayah\":\"kemendagri\","
             "\"kode_kelurahan_desa\":\"%lld\",\"nomor_kartu_keluarga\":\"%s\",\"desil_nasional\":1%s%s%s%s}",
             versi, family, (long long)village_in(regency), kk, old, status != NULL ? ",\"keterangan\":\"" : "",
             status != NULL ? status : "", status != NULL ? "\"" : "");
    return world_send(w, TOPIC_RAW_HOUSEHOLD, id, time, json);
}

static inline enum fate send_asn(struct world *w, const char *id, int64_t time, int person, int regency, int version,
                                 int former, const char *phone, const char *status)
{
    char json[TEXT], nip[NIP_SIZE], old[64] = "", tel[64] = "";
    nip_number(person, nip);
    if (former >= 0) {
        char number[NIP_SIZE];
        nip_number(former, number);
        snprintf(old, sizeof old, ",\"nip_lama\":\"%s\"", number);
    }
    if (phone != NULL)
        snprintf(tel, sizeof tel, ",\"phone\":\"%s\",\"consent\":true", phone);
    snprintf(json, sizeof json,
             "{\"regency\":\"%d\",\"ref\":\"ASN-%d\",\"nip\":\"%s\"%s,\"employment\":\"pns\",\"grade\":\"III/c\","
             "\"position\":\"staff\",\"unit\":\"OPD-1\",\"home_village\":\"%lld\",\"work_village\":\"%lld\"%s,"
             "\"status\":\"%s\",\"version\":%d}",
             regency, person, nip, old, (long long)village_in(regency), (long long)village_in(regency), tel, status,
             version);
    return world_send(w, TOPIC_RAW_ASN, id, time, json);
}

static inline enum fate send_donation(struct world *w, const char *id, int64_t time, const char *donation, int regency,
                                      int version, const char *phone)
{
    char json[TEXT], tel[64] = "";
    if (phone != NULL)
        snprintf(tel, sizeof tel, ",\"phone\":\"%s\",\"consent\":true", phone);
    snprintf(json, sizeof json,
             "{\"donation\":\"%s\",\"partner\":\"hipmi-uji\",\"partner_name\":\"HIPMI Uji\","
             "\"partner_kind\":\"hipmi\",\"regency\":\"%d\",\"period\":\"2026-01\",\"packages\":100,"
             "\"base_village\":\"%lld\"%s,\"state\":\"received\",\"version\":%d}",
             donation, regency, (long long)village_in(regency), tel, version);
    return world_send(w, TOPIC_RAW_DONATION, id, time, json);
}

static inline enum fate send_period(struct world *w, const char *id, int64_t time, const char *state)
{
    char json[TEXT];
    snprintf(json, sizeof json,
             "{\"period\":\"2026-01\",\"regency\":\"1199\",\"programme\":\"monthly_package\",\"item\":\"sembako\","
             "\"deciles\":[1],\"ladder\":[{\"packages\":1}],\"distribution\":{\"from\":\"2026-01-05\",\"to\":"
             "\"2026-01-25\"},\"report_by\":\"2026-01-31\",\"seed\":\"undian\",\"state\":\"%s\",\"expect\":\"any\"}",
             state);
    return world_send(w, TOPIC_RAW_PERIOD, id, time, json);
}

/* visit: the last two hex digits of its UUID; findings as JSON or NULL */
static inline enum fate send_visit(struct world *w, const char *id, int64_t time, int visit, int regency,
                                   const char *period, const char *outcome, const char *findings)
{
    char json[TEXT], kk[KK_SIZE], nip[NIP_SIZE];
    kk_number(visit, kk);
    nip_number(visit, nip);
    snprintf(json, sizeof json,
             "{\"visit\":\"7f0c2a51-0f7e-4b7a-9d51-2f1f0c9a3b%02x\",\"regency\":\"%d\",\"village\":\"%lld\","
             "\"period\":\"%s\",\"nomor_kartu_keluarga\":\"%s\",\"household_ref\":\"SK-%d\",\"nip\":\"%s\","
             "\"visited_on\":\"2026-01-20\",\"outcome\":\"%s\",\"findings\":%s,\"note\":\"catatan\"}",
             visit, regency, (long long)village_in(regency), period, kk, visit, nip, outcome,
             findings != NULL ? findings : "null");
    return world_send(w, TOPIC_RAW_VISIT, id, time, json);
}

/* Tokens of the sample numbers, for keys. */
static inline const char *family_token(struct world *w, int family)
{
    static char text[4][TOKEN_SIZE];
    static int next;
    char kk[KK_SIZE];
    char *out = text[next++ % 4];
    kk_number(family, kk);
    token_make(&w->secrets.kk, TOKEN_KK, kk, out);
    return out;
}

static inline const char *person_token(struct world *w, int person)
{
    static char text[4][TOKEN_SIZE];
    static int next;
    char nip[NIP_SIZE];
    char *out = text[next++ % 4];
    nip_number(person, nip);
    token_make(&w->secrets.nip, TOKEN_NIP, nip, out);
    return out;
}

/* ---- fixtures */

enum { HOUR = 3600000 };

static inline int setup(void **state)
{
    static struct world w;
    world_init(&w);
    *state = &w;
    return 0;
}

static inline int teardown(void **state)
{
    world_done(*state);
    return 0;
}

printf_like(1, 2) static inline const char *expected(const char *format, ...)
{
    static char text[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return text;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
