/*
 * Two regencies in one partition are two worlds: however their logs interleave, each gets the decisions that it would
 * get alone, byte for byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/allocator/sequence.h"

enum { PAIRS = 150, STEPS = 80, LOG_MAX = 2 * (STEPS + 16), OTHER_REGENCY = WORLD_REGENCY + 1 };

static const char REGIONS[] =
    "version,test\nregency,9471,Uji\nregency,9472,Lain\n"
    "district,947101,Satu\ndistrict,947102,Dua\ndistrict,947201,Tiga\ndistrict,947202,Empat\n"
    "village,9471012001,,A,6378000,0,0\nvillage,9471012002,,B,6378000,1000,0\n"
    "village,9471022001,,C,6378000,2000,0\nvillage,9471022002,,D,6378000,3000,0\n"
    "village,9472012001,,E,6378000,0,500\nvillage,9472012002,,F,6378000,1000,500\n"
    "village,9472022001,,G,6378000,2000,500\nvillage,9472022002,,H,6378000,3000,500\n";

union value {
    struct household household;
    struct asn asn;
    struct donation donation;
    struct delivery delivery;
    struct period period;
};

struct entry {
    struct allocator_event event;
    char id[DONATION_ID_SIZE];
    union value value;
};

struct log {
    struct entry entries[LOG_MAX];
    int n;
};

static size_t size_of(enum registry_type type)
{
    switch (type) {
    case REGISTRY_HOUSEHOLD:
        return sizeof(struct household);
    case REGISTRY_ASN:
        return sizeof(struct asn);
    case REGISTRY_DONATION:
        return sizeof(struct donation);
    case REGISTRY_DELIVERY:
        return sizeof(struct delivery);
    default:
        return sizeof(struct period);
    }
}

static void record(void *arg, const struct allocator_event *event)
{
    struct log *log = arg;
    struct entry *e = &log->entries[log->n++];
    assert_true(log->n <= LOG_MAX);
    e->event = *event;
    snprintf(e->id, sizeof(e->id), "%s", event->id);
    if (event->value != NULL)
        memcpy(&e->value, event->value, size_of(event->type));
}

static int64_t there(int64_t village)
{
    return village != 0 ? village + 1000000 : 0;
}

/* The same story in the other regency. */
static void move(struct entry *e)
{
    union value *v = &e->value;
    e->event.regency = OTHER_REGENCY;
    if (e->event.value == NULL)
        return;
    if (e->event.type == REGISTRY_HOUSEHOLD) {
        v->household.regency = OTHER_REGENCY;
        v->household.village = there(v->household.village);
    } else if (e->event.type == REGISTRY_ASN) {
        v->asn.regency = OTHER_REGENCY;
        v->asn.home_village = there(v->asn.home_village);
        v->asn.work_village = there(v->asn.work_village);
    } else if (e->event.type == REGISTRY_DONATION) {
        v->donation.regency = OTHER_REGENCY;
        v->donation.base_village = there(v->donation.base_village);
        for (int i = 0; i < v->donation.earmark.village_count; i++)
            v->donation.earmark.villages[i] = there(v->donation.earmark.villages[i]);
        for (int i = 0; i < v->donation.earmark.district_count; i++)
            v->donation.earmark.districts[i] += 100;
    } else if (e->event.type == REGISTRY_DELIVERY) {
        v->delivery.regency = OTHER_REGENCY;
    } else {
        v->period.regency = OTHER_REGENCY;
    }
}

static void make_log(struct log *log, uint64_t seed)
{
    struct world *w = malloc(sizeof(*w));
    uint8_t data[2048];
    assert_non_null(w);
    for (size_t i = 0; i < sizeof(data); i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        data[i] = (uint8_t)(seed >> 56);
    }
    struct bytes bytes = { data, sizeof(data) };
    world_start(w);
    w->tap = record;
    w->tap_arg = log;
    log->n = 0;
    for (int i = 0; i < 8; i++) {
        step_household(w, &bytes);
        step_asn(w, &bytes);
    }
    for (int i = 0; i < STEPS && step(w, &bytes); i++)
        ;
    world_end(w);
    free(w);
}

/* What is decided about each of the two regencies. */
struct decisions {
    struct buf text[2];
};

static int write_down(void *arg, const struct allocator_output *out)
{
    struct decisions *d = arg;
    struct buf *text = &d->text[out->regency == OTHER_REGENCY];
    buf_printf(text, "%s %.*s %.*s\n", out->envelope->id, (int)out->key.n, out->key.p, (int)out->value.n,
               out->value.p);
    return 0;
}

static void apply(struct allocator *a, const struct entry *e, int64_t offset, struct decisions *d)
{
    const struct allocator_sink sink = { .event = write_down, .arg = d };
    struct allocator_event event = e->event;
    event.id = e->id;
    event.value = e->event.value != NULL ? &e->value : NULL;
    event.offset = offset;
    event.time = 1000 * offset;
    assert_int_equal(allocator_apply(a, &event, &sink), 0);
    assert_int_equal(allocator_check(a, &sink), 0);
}

/* turn[offset] = whose event it is: 0, 1. */
static void play(const struct region_table *regions, const struct log *logs, const uint8_t *turn, int n, bool one,
                 bool other, struct decisions *d)
{
    struct allocator *a = allocator_new(WORLD_PARTITION, regions);
    int at[2] = { 0, 0 };
    assert_non_null(a);
    buf_init(&d->text[0], 1 << 24);
    buf_init(&d->text[1], 1 << 24);
    for (int i = 0; i < n; i++) {
        const struct entry *e = &logs[turn[i]].entries[at[turn[i]]++];
        if (turn[i] == 0 ? one : other)
            apply(a, e, i + 1, d);
    }
    assert_int_equal(d->text[0].error, 0);
    assert_int_equal(d->text[1].error, 0);
    allocator_free(a);
}

static void done(struct decisions *d)
{
    buf_done(&d->text[0]);
    buf_done(&d->text[1]);
}

static void two_regencies_are_the_union(void **state)
{
    struct region_table *regions;
    struct log *logs = calloc(2, sizeof(*logs));
    struct buf why;
    size_t decided = 0;
    (void)state;
    assert_non_null(logs);
    buf_init(&why, 1000);
    assert_int_equal(region_load(STR_LIT(REGIONS), &regions, &why), 0);
    for (uint64_t seed = 1; seed <= PAIRS; seed++) {
        struct decisions together, first, second;
        uint8_t turn[2 * LOG_MAX];
        uint64_t random = seed;
        make_log(&logs[0], 2 * seed);
        make_log(&logs[1], 2 * seed + 1);
        for (int i = 0; i < logs[1].n; i++)
            move(&logs[1].entries[i]);
        int left[2] = { logs[0].n, logs[1].n }, n = left[0] + left[1];
        for (int i = 0; i < n; i++) {
            random = random * UINT64_C(6364136223846793005) + 1;
            turn[i] = (uint8_t)((random >> 33) % (uint64_t)(left[0] + left[1]) >= (uint64_t)left[0]);
            left[turn[i]]--;
        }
        play(regions, logs, turn, n, true, true, &together);
        play(regions, logs, turn, n, true, false, &first);
        play(regions, logs, turn, n, false, true, &second);
        assert_true(str_equal(buf_str(&together.text[0]), buf_str(&first.text[0])));
        assert_true(str_equal(buf_str(&together.text[1]), buf_str(&second.text[1])));
        assert_int_equal(first.text[1].len + second.text[0].len, 0);
        decided += first.text[0].len > 1000 && second.text[1].len > 1000;
        done(&together);
        done(&first);
        done(&second);
    }
    assert_true(decided > PAIRS / 2);
    region_free(regions);
    buf_done(&why);
    free(logs);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(two_regencies_are_the_union) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
