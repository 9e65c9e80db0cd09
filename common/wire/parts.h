/*
 * What several messages hold: a giver, a ladder, a list of deciles. Readers as the getters of json_in.h, writers as
 * those of json_put.h.
 */
#ifndef BERBAGI_WIRE_PARTS_H
#define BERBAGI_WIRE_PARTS_H

#include "common/wire/json_in.h"
#include "common/wire/json_put.h"
#include "common/wire/registry.h"

/* {"kind","id"}: an ASN's id is a token, a partner's <partner>/<donation>. */
bool parts_giver(const struct json_node *node, int slot, enum json_need need, struct giver *out);
void parts_put_giver(struct buf *b, const char *name, const struct giver *giver);
/* The id of a giver or its parts alone, as in parts_giver(). */
bool parts_giver_id(const struct json_node *node, int slot, struct giver *giver);

/* Distinct integers 1-10. */
bool parts_deciles(const struct json_node *node, int slot, enum json_need need, int8_t *deciles, int32_t *count);
void parts_put_deciles(struct buf *b, const char *name, const int8_t *deciles, int32_t count);

/* A canonical grade, into char[GRADE_SIZE]. */
bool parts_grade(const struct json_node *node, int slot, enum json_need need, char *out);

/* Reads one grade of a step into char[GRADE_SIZE]; the step's employments are set. */
typedef bool parts_step_grade(const struct json_node *grades, int slot, const struct ladder_step *step, char *out);
/* Steps {"employment","positions","grades","packages"}, at least one. `grade` NULL: canonical ones. That the last step
 * matches everyone is the writer's duty. */
bool parts_ladder(const struct json_node *node, int slot, enum json_need need, parts_step_grade *grade,
                  struct ladder_step *steps, int32_t *count);
void parts_put_ladder(struct buf *b, const char *name, const struct ladder_step *steps, int32_t count);

/* {"from","to"}, two dates. */
bool parts_distribution(const struct json_node *node, int slot, enum json_need need, int32_t *from, int32_t *to);
void parts_put_distribution(struct buf *b, const char *name, int32_t from, int32_t to);

/* Records a fault unless `packages` is 1-10 with `delivered` and 0 with any other outcome. */
void parts_check_packages(const struct json_node *node, int slot, enum outcome_at_door outcome, int32_t packages);

#endif
