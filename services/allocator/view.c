#include "services/allocator/view.h"

#include <errno.h>
#include <stdlib.h>

#include "services/allocator/resolve.h"
#include "services/allocator/rule.h"

void view_free(struct view *v)
{
    if (v == NULL)
        return;
    repair_free(v->repair);
    arena_done(&v->proof);
    for (int32_t i = 0; i < v->problem.n_earmarks; i++)
        free(v->earmark_copies[i]);
    free(v->earmark_copies);
    free(v->earmarks);
    free(v->earmark_versions);
    free(v->households);
    free(v->givers);
    free(v->planned);
    free(v->excluded);
    free(v->dirty_households);
    free(v->dirty_givers);
    free(v);
}

static int mark(int32_t **list, uint32_t *count, uint32_t *capacity, uint32_t number)
{
    if (grow_array(list, capacity, *count + 1, sizeof(**list)) != 0)
        return -ENOMEM;
    (*list)[(*count)++] = (int32_t)number;
    return 0;
}

static int mark_household(struct view *v, uint32_t h)
{
    return mark(&v->dirty_households, &v->dirty_household_count, &v->dirty_household_capacity, h);
}

static int mark_giver(struct view *v, uint32_t g)
{
    return mark(&v->dirty_givers, &v->dirty_giver_count, &v->dirty_giver_capacity, g);
}

static void bind(struct regency *r, struct plan_state *p, uint32_t period)
{
    struct view *v = p->view;
    struct alloc_problem *problem = &v->problem;
    problem->villages = r->places;
    problem->n_villages = (int32_t)r->place_count;
    problem->givers = v->givers;
    problem->households = v->households;
    problem->earmarks = v->earmarks;
    problem->household_ids = r->household_ids.text;
    problem->household_id_stride = r->household_ids.stride;
    problem->giver_ids = r->giver_ids.text != NULL ? r->giver_ids.text + 1 : NULL;
    problem->giver_id_stride = r->giver_ids.stride;
    problem->seed = p->rule.seed;
    problem->period = period_name(r, period);
    problem->lambda_m = p->rule.lambda_m;
    problem->n_deciles = p->rule.decile_count;
    for (int32_t i = 0; i < p->rule.decile_count; i++)
        problem->deciles[i] = (uint8_t)p->rule.deciles[i];
}

/* The earmark's entry: entries never change, so a changed earmark gets a new one. */
static int earmark_entry(struct view *v, uint32_t giver, const struct giver_state *g, int32_t *out)
{
    *out = v->givers[giver].earmark;
    if (g->earmark == NULL) {
        *out = ALLOC_NONE;
        return 0;
    }
    if (*out != ALLOC_NONE && v->earmark_versions[giver] == g->earmark_version)
        return 0;
    uint32_t at = (uint32_t)v->problem.n_earmarks;
    struct earmark *copy = malloc(sizeof(*copy));
    if (copy == NULL || grow_array(&v->earmarks, &v->earmark_capacity, at + 1, sizeof(*v->earmarks)) != 0 ||
        grow_array(&v->earmark_copies, &v->copy_capacity, at + 1, sizeof(*v->earmark_copies)) != 0) {
        free(copy);
        return -ENOMEM;
    }
    *copy = *g->earmark;
    uint16_t deciles = 0;
    for (int32_t i = 0; i < copy->decile_count; i++)
        deciles = (uint16_t)(deciles | 1u << copy->deciles[i]);
    v->earmark_copies[at] = copy;
    v->earmarks[at] = (struct alloc_earmark){
        .villages = copy->villages, .districts = copy->districts, .n_villages = copy->village_count,
        .n_districts = copy->district_count, .deciles = deciles,
    };
    v->earmark_versions[giver] = g->earmark_version;
    v->problem.n_earmarks++;
    *out = (int32_t)at;
    return 0;
}

static int32_t index_or_none(uint32_t number)
{
    return number == NO_ID ? ALLOC_NONE : (int32_t)number;
}

int view_giver_changed(struct regency *r, uint32_t period, uint32_t giver)
{
    struct plan_state *p = &r->periods[period];
    struct view *v = p->view;
    const struct giver_state *g = &r->givers[giver];
    struct alloc_giver *entry = &v->givers[giver];
    enum excluded excluded;
    int error = earmark_entry(v, giver, g, &entry->earmark);
    if (error != 0)
        return error;
    entry->quota = rule_quota(&p->rule, period, g, &excluded);
    entry->kind = (uint8_t)(!g->known ? 0 : g->kind == GIVER_ASN ? ALLOC_ASN : ALLOC_PARTNER);
    for (int i = 0; i < 2; i++)
        entry->place[i] = g->places[i] == NO_PLACE ? ALLOC_NONE : g->places[i];
    entry->own = g->household == NO_ID ? ALLOC_NONE : index_or_none(resolve_row_family(r, p, g->household));
    v->excluded[giver] = (uint8_t)excluded;
    return mark_giver(v, giver);
}

int view_fit(struct regency *r, uint32_t period)
{
    struct plan_state *p = &r->periods[period];
    struct view *v = p->view;
    uint32_t households = r->household_ids.count, givers = r->giver_ids.count;
    if (grow_array(&v->households, &v->household_capacity, households, sizeof(*v->households)) != 0 ||
        grow_array(&v->givers, &v->giver_capacity, givers, sizeof(*v->givers)) != 0 ||
        grow_array(&v->planned, &v->planned_capacity, givers, sizeof(*v->planned)) != 0 ||
        grow_array(&v->excluded, &v->excluded_capacity, givers, sizeof(*v->excluded)) != 0 ||
        grow_array(&v->earmark_versions, &v->version_capacity, givers, sizeof(*v->earmark_versions)) != 0)
        return -ENOMEM;
    for (uint32_t h = (uint32_t)v->problem.n_households; h < households; h++)
        v->households[h] = (struct alloc_household){
            .village = ALLOC_NONE, .foster = ALLOC_NONE, .planned = ALLOC_NONE, .state = ALLOC_ABSENT,
        };
    uint32_t known = (uint32_t)v->problem.n_givers;
    v->problem.n_households = (int32_t)households;
    v->problem.n_givers = (int32_t)givers;
    for (uint32_t g = known; g < givers; g++) {
        v->givers[g] = (struct alloc_giver){ .earmark = ALLOC_NONE, .own = ALLOC_NONE };
        int error = view_giver_changed(r, period, g);
        if (error != 0)
            return error;
    }
    bind(r, p, period);
    return 0;
}

static void count(struct view *v, const struct row *row, int32_t by)
{
    v->rows[row->state] += by;
    if (row->giver == NO_ID) {
        v->nobodys += row->state == ROW_DELIVERED ? by : 0;
        return;
    }
    if (row->state == ROW_PLANNED)
        v->planned[row->giver] += by;
    if (row->state == ROW_DELIVERED)
        v->givers[row->giver].taken += by;
}

static void set_household(const struct regency *r, const struct plan_state *p, const struct row *row)
{
    struct alloc_household *entry = &p->view->households[row->household];
    int position = p->rule.order[row->decile];
    bool known = row->giver != NO_ID && r->givers[row->giver].known;
    entry->village = row->place == NO_PLACE ? ALLOC_NONE : row->place;
    entry->cls = (uint8_t)alloc_class(position < 0 ? 0 : position, row->band, row->waiting);
    entry->state = ALLOC_ABSENT;
    entry->planned = ALLOC_NONE;
    if (row->state == ROW_PLANNED || row->state == ROW_UNSERVED) {
        entry->state = ALLOC_OPEN;
        entry->planned = index_or_none(row->giver);
    } else if (row->state == ROW_DELIVERED) {
        entry->state = ALLOC_DELIVERED;
        entry->planned = known ? (int32_t)row->giver : ALLOC_NONE;
    }
}

int view_own_families_changed(struct regency *r, uint32_t period, uint32_t household)
{
    uint32_t ids[MAX_FAMILY_IDS];
    int n = resolve_family_ids(r, household, ids);
    for (int i = 0; i < n; i++) {
        if (r->households[ids[i]].own_givers == 0)
            continue;
        for (uint32_t g = 0; g < r->giver_ids.count; g++)
            if (r->givers[g].household == ids[i]) {
                int error = view_giver_changed(r, period, g);
                if (error != 0)
                    return error;
            }
    }
    return 0;
}

int view_row_changed(struct regency *r, uint32_t period, const struct row *before, const struct row *after)
{
    struct plan_state *p = &r->periods[period];
    struct view *v = p->view;
    count(v, before, -1);
    count(v, after, +1);
    set_household(r, p, after);
    int error = mark_household(v, after->household);
    for (int i = 0; i < 2 && error == 0; i++) {
        uint32_t giver = i == 0 ? before->giver : after->giver;
        if (giver != NO_ID)
            error = mark_giver(v, giver);
    }
    // A row that begins or is handed on may be the own family of a giver.
    bool begins = before->state == ROW_NONE || (before->reason == REASON_RENAMED) != (after->reason == REASON_RENAMED);
    return error == 0 && begins ? view_own_families_changed(r, period, after->household) : error;
}

int view_foster_changed(struct regency *r, uint32_t period, const struct history *history, uint32_t household)
{
    struct view *v = r->periods[period].view;
    int32_t foster = index_or_none(history_foster(r, history, household));
    if (v->households[household].foster == foster)
        return 0;
    v->households[household].foster = foster;
    return mark_household(v, household);
}

int view_rows_changed(struct regency *r, uint32_t period)
{
    struct plan_state *p = &r->periods[period];
    struct history history;
    history_find(r, p->rule.programme, p->cut_offset, &history);
    for (uint32_t i = 0; i < p->row_count; i++) {
        const struct row *row = &p->rows[i];
        if (!row_stands(p, row))
            continue;
        struct alloc_household before = p->view->households[row->household];
        set_household(r, p, row);
        if (before.planned != p->view->households[row->household].planned &&
            mark_household(p->view, row->household) != 0)
            return -ENOMEM;
        int error = view_foster_changed(r, period, &history, row->household);
        if (error != 0)
            return error;
    }
    return 0;
}

int view_build(struct regency *r, uint32_t period)
{
    struct plan_state *p = &r->periods[period];
    struct history history;
    history_find(r, p->rule.programme, p->cut_offset, &history);
    view_free(p->view);
    p->view = calloc(1, sizeof(*p->view));
    if (p->view == NULL)
        return -ENOMEM;
    int error = view_fit(r, period);
    for (uint32_t i = 0; i < p->row_count && error == 0; i++) {
        const struct row *row = &p->rows[i];
        if (!row_stands(p, row))
            continue;
        count(p->view, row, +1);
        set_household(r, p, row);
        error = view_foster_changed(r, period, &history, row->household);
    }
    return error;
}

int view_load(struct regency *r, uint32_t period)
{
    struct plan_state *p = &r->periods[period];
    struct view *v = p->view;
    if (v->repair == NULL) {
        int error = repair_new(&v->repair);
        if (error != 0)
            return error;
    }
    bind(r, p, period);
    v->dirty_household_count = v->dirty_giver_count = 0;
    return repair_load(v->repair, &v->problem);
}

int view_repair(struct regency *r, uint32_t period, const struct repair_change **changes, int32_t *n)
{
    struct plan_state *p = &r->periods[period];
    struct view *v = p->view;
    *n = 0;
    if (v->dirty_household_count == 0 && v->dirty_giver_count == 0)
        return 0;
    bind(r, p, period);
    int error = repair_run(v->repair, &v->problem, v->dirty_households, (int32_t)v->dirty_household_count,
                           v->dirty_givers, (int32_t)v->dirty_giver_count, changes, n);
    view_repaired(r, period);
    return error;
}

void view_repaired(struct regency *r, uint32_t period)
{
    struct view *v = r->periods[period].view;
    v->dirty_household_count = v->dirty_giver_count = 0;
}
