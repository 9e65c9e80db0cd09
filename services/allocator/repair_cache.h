/*
 * What repairs remember between events: a function of the problem's content, kept in step entry by entry, so that an
 * event costs what it touches. Every array grows with the problem and is then reused.
 */
#ifndef BERBAGI_ALLOCATOR_REPAIR_CACHE_H
#define BERBAGI_ALLOCATOR_REPAIR_CACHE_H

#include "services/allocator/arena.h"
#include "services/allocator/problem.h"
#include "services/allocator/tiebreak.h"

struct cache_household {            /* as it was when last looked at */
    int32_t village, planned, foster;
    int32_t next, previous;         /* in its list: open families of a village and class, with or without a giver */
    int32_t next_of_giver, previous_of_giver;
    uint8_t cls, state;
    uint8_t attached;               /* its planned giver may serve it and it lies in the giver's list */
    uint8_t served;                 /* open, and somebody is to come (while a repair decides: will come) */
    uint8_t stray;                  /* in the list of strays */
    uint64_t ticket;                /* first eight bytes of the lottery's hash; 0 = not drawn yet */
};

struct cache_giver {
    int32_t left, quota, load;      /* load: families attached */
    int32_t first;                  /* of its families */
    int32_t own, earmark;
    int32_t at[2];                  /* its places, villages first, then the two nowheres; twice the same if only one */
    int32_t next_at[2], previous_at[2]; /* neighbours in the lists of its places: 2 * giver + slot */
    int32_t column;                 /* of the problem that repair_assign has at hand; -1 = none */
    uint8_t kind, known, crowded;   /* known: it has been read once; crowded: in that list */
};

struct cache {
    const struct alloc_problem *p;
    struct tiebreak tiebreak;
    int32_t max_households, max_givers; /* room */
    int32_t n_villages, n_groups, n_cells, n_parts;

    struct cache_household *household;
    struct cache_giver *giver;
    uint64_t *giver_key, *village_key;
    uint8_t (*village_hash)[DIGEST_BYTES];

    int32_t *planned_first, *waiting_first; /* [parts = classes x villages] lists of open families */
    int32_t *planned_last, *waiting_next;   /* [parts] of these the last and the first by lottery, once asked for */
    int32_t *households, *served, *waiting; /* [parts] as water filling counts; waiting: open with nobody */

    int32_t *place_first;           /* [places] list of givers without earmark that have a unit free */
    int32_t *metres;                /* [villages x places] */
    int32_t *owners, n_owners;      /* givers with an own family */
    int32_t *marked, n_marked;      /* givers with an earmark */

    uint8_t *fits;                  /* [groups x cells], as in coverage.h */
    int32_t *use;                   /* [groups x cells] of the attached pairs */
    int64_t *free;                  /* [groups] units that these leave */
    int64_t *group_left, *group_quota;
    /* To be settled by the next repair: planned families attached to nobody; givers with more families than units. */
    int32_t *stray, n_stray, *crowded, n_crowded;
    int32_t *named;                 /* [households] scratch of repair_names */
    struct arena arena;             /* all of the above but the first two */
};

void cache_done(struct cache *c);
/* Reads everything. 0 or -ENOMEM. */
must_check int cache_load(struct cache *c, const struct alloc_problem *p);
/* Does the problem still fit the room? Else it must be loaded again. */
bool cache_has_room(const struct cache *c, const struct alloc_problem *p);

/*
 * Take over an entry's present content: first remove all families that changed, then update the givers, then add the
 * families. One whose giver may not serve it (any more) stays planned but is not attached.
 */
void cache_remove_household(struct cache *c, int32_t h);
void cache_update_giver(struct cache *c, int32_t g);
void cache_add_household(struct cache *c, int32_t h);

void cache_attach(struct cache *c, int32_t h, int32_t giver);
void cache_detach(struct cache *c, int32_t h);
/* An open family's served mark, with the counts and lists that follow from it. */
void cache_set_served(struct cache *c, int32_t h, bool served);

static inline int32_t cache_part(const struct cache *c, int32_t h)
{
    return c->household[h].cls * c->n_villages + c->household[h].village;
}
static inline int32_t cache_cell(const struct cache *c, int32_t h)
{
    return c->household[h].village * c->p->n_deciles + c->household[h].cls / ALLOC_CLASSES_PER_DECILE;
}
static inline int32_t cache_free(const struct cache *c, int32_t g)
{
    return c->giver[g].left > c->giver[g].load ? c->giver[g].left - c->giver[g].load : 0;
}
uint64_t cache_ticket(struct cache *c, int32_t h);
/* a before b in the lottery. */
bool cache_earlier(struct cache *c, int32_t a, int32_t b);
/* Of a part's planned families the last by lottery, of those who wait the first; ALLOC_NONE if there is none. */
int32_t cache_planned_last(struct cache *c, int32_t part);
int32_t cache_waiting_next(struct cache *c, int32_t part);
/* Nobody with a unit left may serve it, even if it were alone; and the reason it has nobody. */
bool cache_hopeless(const struct cache *c, int32_t h);
enum alloc_reason cache_reason(const struct cache *c, int32_t h);

#endif
