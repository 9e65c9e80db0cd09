/*
 * What an event and a family cost in memory: no allocation per event once arrays have grown; 24 bytes of decision
 * state per family and period. The address sanitizer's hook counts allocations; without it that part is skipped.
 */
#include "tests/unit/allocator/scene.h"

#ifdef __SANITIZE_ADDRESS__
/* As in <sanitizer/allocator_interface.h>, which gcc does not bring. */
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *p, size_t size),
                                              void (*on_free)(const volatile void *p));

static int allocations;

static void on_malloc(const volatile void *p, size_t size)
{
    (void)p;
    (void)size;
    allocations++;
}

static void on_free(const volatile void *p)
{
    (void)p;
}

enum { FAMILIES = 40, GIVERS = 8, ROUNDS = 4 };

static int drop(void *arg, const struct allocator_output *out)
{
    int *events = arg;

    assert_non_null(out->value.p);
    ++*events;
    return 0;
}

struct office {
    struct allocator *a;
    int64_t offset;
    int events;
};

static void tell(struct office *o, enum registry_type type, const char *id, const void *value)
{
    const struct allocator_sink sink = { .event = drop, .arg = &o->events };
    const struct allocator_event event = { .type = type, .regency = WORLD_REGENCY, .id = id, .value = value,
                                           .offset = ++o->offset, .time = o->offset };

    assert_int_equal(allocator_apply(o->a, &event, &sink), 0);
}

/* One round of the field: who is there changes, and changes back. */
static void play(struct office *o)
{
    static const enum outcome_at_door outcomes[] = { OUTCOME_NOT_FOUND, OUTCOME_DELIVERED, OUTCOME_VOID };
    char name[24];

    for (int i = 0; i < FAMILIES; i += 3) {
        snprintf(name, sizeof(name), "family%02d", i);
        struct household h = scene_family_value(name, V1, 1, 1);

        h.status = HOUSEHOLD_LEFT;
        tell(o, REGISTRY_HOUSEHOLD, name, &h);
        h.status = HOUSEHOLD_ACTIVE;
        tell(o, REGISTRY_HOUSEHOLD, name, &h);
    }
    for (int i = 0; i < GIVERS; i++) {
        snprintf(name, sizeof(name), "giver%02d", i);
        struct asn one = scene_giver_value(name, V2, 1), two = scene_giver_value(name, V3, 2);

        tell(o, REGISTRY_ASN, name, &one);
        tell(o, REGISTRY_ASN, name, &two);
    }
    for (int i = 0; i < 3; i++) {
        struct donation gift = scene_donation_value("gift", JAN, i == 1 ? 2 : 12);
        struct delivery d = { .visit = "visit", .regency = WORLD_REGENCY, .period = JAN, .household = "family04",
                              .giver = { .kind = GIVER_ASN, .id = "giver01" }, .outcome = outcomes[i],
                              .packages = i == 1, .on = DAY };

        tell(o, REGISTRY_DONATION, "pt/gift", &gift);
        tell(o, REGISTRY_DELIVERY, "visit", &d);
    }
}

static void events_allocate_nothing(void **state)
{
    struct world *w = *state;
    struct office o = { .a = w->live };
    char name[24];

    for (int i = 0; i < FAMILIES; i++) {
        snprintf(name, sizeof(name), "family%02d", i);
        struct household h = scene_family_value(name, i % 2 ? V1 : V4, 1 + i % 2, i % 3);

        tell(&o, REGISTRY_HOUSEHOLD, name, &h);
    }
    for (int i = 0; i < ROUNDS; i++) {
        play(&o);
        if (i == 0) {
            struct period p = scene_period_value(JAN, PERIOD_PLAN);

            tell(&o, REGISTRY_PERIOD, JAN "/plan", &p);
        }
    }
    int events = o.events;

    allocations = 0;
    assert_true(__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) > 0);
    play(&o);
    int counted = allocations;

    assert_true(o.events > events + FAMILIES);
    assert_int_equal(counted, 0);
}
#endif

static void a_row_and_its_index_are_24_bytes(void **state)
{
    const struct plan_state p = { 0 };

    (void)state;
    assert_true(sizeof(*p.rows) + sizeof(*p.row_of) <= 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef __SANITIZE_ADDRESS__
        SCENE(events_allocate_nothing),
#endif
        cmocka_unit_test(a_row_and_its_index_are_24_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
