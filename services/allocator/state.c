#include "services/allocator/state.h"

#include <errno.h>
#include <stdlib.h>

int regency_init(struct regency *r, int32_t code, int32_t partition, const struct region_table *regions)
{
    *r = (struct regency){
        .code = code,
        .partition = partition,
        .regions = regions,
        .household_ids.stride = TOKEN_SIZE,
        .giver_ids.stride = GIVER_ID_SIZE + 1,
        .visit_ids.stride = VISIT_SIZE,
        .period_ids.stride = REF_SIZE,
    };
    return 0;
}

void rule_done(struct rule *rule)
{
    free(rule->ladder);
    *rule = (struct rule){ 0 };
}

void regency_done(struct regency *r)
{
    for (uint32_t i = 0; i < r->period_ids.count; i++) {
        struct plan_state *p = &r->periods[i];
        view_free(p->view);
        rule_done(&p->rule);
        free(p->rows);
        free(p->row_of);
    }
    for (uint32_t i = 0; i < r->giver_ids.count; i++)
        free(r->givers[i].earmark);
    free(r->households);
    free(r->givers);
    free(r->visits);
    free(r->periods);
    free(r->places);
    free(r->place_slots);
    texts_done(&r->texts);
    ids_done(&r->household_ids);
    ids_done(&r->giver_ids);
    ids_done(&r->visit_ids);
    ids_done(&r->period_ids);
}

uint32_t regency_household(struct regency *r, const char *token)
{
    uint32_t count = r->household_ids.count;
    if (grow_array(&r->households, &r->household_capacity, count + 1, sizeof(*r->households)) != 0)
        return NO_ID;
    uint32_t h = ids_intern(&r->household_ids, str_from(token));
    if (r->household_ids.count > count)
        r->households[h] = (struct household_state){
            .ref = NO_ID, .was = NO_ID, .successor = NO_ID, .place = NO_PLACE,
        };
    return h;
}

uint32_t regency_giver(struct regency *r, enum giver_kind kind, const char *id)
{
    char key[GIVER_ID_SIZE + 1];
    uint32_t count = r->giver_ids.count;
    size_t n = strlen(id);
    if (n >= GIVER_ID_SIZE || grow_array(&r->givers, &r->giver_capacity, count + 1, sizeof(*r->givers)) != 0)
        return NO_ID;
    key[0] = kind == GIVER_ASN ? 'a' : 'p';
    memcpy(key + 1, id, n);
    uint32_t g = ids_intern(&r->giver_ids, (struct str){ key, n + 1 });
    if (r->giver_ids.count > count)
        r->givers[g] = (struct giver_state){
            .kind = (uint8_t)kind, .household = NO_ID, .was = NO_ID, .successor = NO_ID, .ref = NO_ID,
            .period = NO_ID, .places = { NO_PLACE, NO_PLACE },
        };
    return g;
}

uint32_t regency_visit(struct regency *r, const char *visit)
{
    if (grow_array(&r->visits, &r->visit_capacity, r->visit_ids.count + 1, sizeof(*r->visits)) != 0)
        return NO_ID;
    return ids_intern(&r->visit_ids, str_from(visit));
}

uint32_t regency_period(struct regency *r, const char *period)
{
    if (grow_array(&r->periods, &r->period_capacity, r->period_ids.count + 1, sizeof(*r->periods)) != 0)
        return NO_ID;
    return ids_intern(&r->period_ids, str_from(period));
}

/* Where a village is in the slots, or would be. */
static uint32_t place_slot(const struct regency *r, int64_t village)
{
    uint32_t i = (uint32_t)((uint64_t)village * 0x9e3779b97f4a7c15u >> 32) & (r->place_slot_count - 1);
    while (r->place_slots[i] != 0 && r->places[r->place_slots[i] - 1].id != village)
        i = (i + 1) & (r->place_slot_count - 1);
    return i;
}

/* Keeps the slots at most half full. */
static int grow_place_slots(struct regency *r)
{
    if (2 * (r->place_count + 1) <= r->place_slot_count)
        return 0;
    uint32_t count = r->place_slot_count == 0 ? 512 : 2 * r->place_slot_count;
    uint16_t *slots = calloc(count, sizeof(*slots));
    if (slots == NULL)
        return -ENOMEM;
    free(r->place_slots);
    r->place_slots = slots;
    r->place_slot_count = count;
    for (uint32_t i = 0; i < r->place_count; i++)
        slots[place_slot(r, r->places[i].id)] = (uint16_t)(i + 1);
    return 0;
}

static int add_place(struct regency *r, int64_t village, struct ecef at, uint16_t *out)
{
    if (r->place_count >= NO_PLACE - 1)
        return -E2BIG;
    if (grow_array(&r->places, &r->place_capacity, r->place_count + 1, sizeof(*r->places)) != 0)
        return -ENOMEM;
    r->places[r->place_count] = (struct alloc_village){ .id = village, .x = at.x, .y = at.y, .z = at.z };
    *out = (uint16_t)r->place_count++;
    r->place_slots[place_slot(r, village)] = (uint16_t)(*out + 1);
    return 0;
}

int regency_place(struct regency *r, int64_t village, bool must, uint16_t *out)
{
    *out = NO_PLACE;
    if (village == 0 && !must)
        return 0;
    if (grow_place_slots(r) != 0)
        return -ENOMEM;
    uint16_t slot = r->place_slots[place_slot(r, village)];
    const struct village *found = slot == 0 || !must ? region_village(r->regions, village) : NULL;
    if (slot != 0 && (must || found != NULL))
        *out = (uint16_t)(slot - 1);
    if (slot != 0 || (found == NULL && !must))
        return 0;
    return add_place(r, village, found != NULL ? found->at : (struct ecef){ 0, 0, 0 }, out);
}

/* Any row of a family, also one of a voided cut. */
static struct row *row_any(const struct plan_state *p, uint32_t household)
{
    if (household >= p->row_of_capacity || p->row_of[household] == 0)
        return NULL;
    return &p->rows[p->row_of[household] - 1];
}

struct row *row_find(const struct plan_state *p, uint32_t household)
{
    struct row *row = p->cut ? row_any(p, household) : NULL;
    return row != NULL && row_stands(p, row) ? row : NULL;
}

struct row *row_add(struct plan_state *p, uint32_t household)
{
    struct row *row = row_any(p, household);
    if (row == NULL) {
        if (grow_array(&p->rows, &p->row_capacity, p->row_count + 1, sizeof(*p->rows)) != 0 ||
            grow_array(&p->row_of, &p->row_of_capacity, household + 1, sizeof(*p->row_of)) != 0)
            return NULL;
        row = &p->rows[p->row_count++];
        p->row_of[household] = p->row_count;
    }
    *row = (struct row){ .household = household, .giver = NO_ID, .distance_m = NO_DISTANCE, .place = NO_PLACE };
    return row;
}
