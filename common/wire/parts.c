#include "common/wire/parts.h"

#include "common/domain/grade.h"
#include "common/domain/ref.h"

// ---- giver ---------------------------------------------------------------------------------------------------------

static const char PARTNER_ID_EXPECTED[] = "<partner>/<donation>, both of ref form without '/'";

/* <partner>/<donation> */
static bool partner_id(const struct json_node *node, int slot, char *out)
{
    struct str s;
    if (!json_text(node, slot, REQUIRED, GIVER_ID_SIZE - 1, &s))
        return false;
    const char *slash = memchr(s.p, '/', s.n);
    struct str partner = { s.p, slash != NULL ? (size_t)(slash - s.p) : s.n };
    struct str donation = { NULL, 0 };
    if (slash != NULL)
        donation = (struct str){ slash + 1, s.n - partner.n - 1 };
    if (ref_form(partner) && ref_form(donation) && memchr(donation.p, '/', donation.n) == NULL)
        return str_copy(out, GIVER_ID_SIZE, s);
    json_fault(node, slot, REJECT_OUT_OF_RANGE, PARTNER_ID_EXPECTED);
    return false;
}

bool parts_giver_id(const struct json_node *node, int slot, struct giver *giver)
{
    if (giver->kind == GIVER_PARTNER)
        return partner_id(node, slot, giver->id);
    return json_token(node, slot, REQUIRED, giver->id);
}

bool parts_giver(const struct json_node *node, int slot, enum json_need need, struct giver *out)
{
    enum { KIND, ID };
    static const struct str NAMES[] = { JSON_NAME("kind"), JSON_NAME("id") };
    struct json_node object;
    if (!json_object(node, slot, need, NAMES, ARRAY_LEN(NAMES), &object))
        return false;
    struct giver giver = { .kind = (enum giver_kind)json_word(&object, KIND, REQUIRED, &wire_giver_kinds) };
    if (!parts_giver_id(&object, ID, &giver))
        return false;
    *out = giver;
    return true;
}

void parts_put_giver(struct buf *b, const char *name, const struct giver *giver)
{
    json_put_open(b, name, '{');
    json_put_word(b, "kind", &wire_giver_kinds, giver->kind);
    json_put_string(b, "id", giver->id);
    json_put_close(b, '}');
}

// ---- deciles -------------------------------------------------------------------------------------------------------

bool parts_deciles(const struct json_node *node, int slot, enum json_need need, int8_t *deciles, int32_t *count)
{
    struct json_node list;
    unsigned seen = 0;
    if (!json_array(node, slot, need, MAX_DECILES, &list))
        return false;
    for (int i = 0; i < list.count; i++) {
        if (!json_int8(&list, i, REQUIRED, 1, MAX_DECILES, &deciles[i]))
            return false;
        if (seen & 1U << deciles[i]) {
            json_fault(&list, i, REJECT_INCONSISTENT, "each decile once");
            return false;
        }
        seen |= 1U << deciles[i];
    }
    *count = list.count;
    return true;
}

void parts_put_deciles(struct buf *b, const char *name, const int8_t *deciles, int32_t count)
{
    json_put_open(b, name, '[');
    for (int32_t i = 0; i < count; i++)
        json_put_int(b, NULL, deciles[i]);
    json_put_close(b, ']');
}

// ---- grade and ladder ----------------------------------------------------------------------------------------------

bool parts_grade(const struct json_node *node, int slot, enum json_need need, char *out)
{
    static const char expected[] = "a grade in its canonical spelling: III/c, IX";
    struct str s;
    if (!json_text(node, slot, need, JSON_MAX_STRING, &s))
        return false;
    if (grade_canonical(s) && str_copy(out, GRADE_SIZE, s))
        return true;
    json_fault(node, slot, REJECT_UNKNOWN_VALUE, expected);
    return false;
}

enum { STEP_EMPLOYMENT, STEP_POSITIONS, STEP_GRADES, STEP_PACKAGES };
static const struct str STEP_NAMES[] = {
    JSON_NAME("employment"), JSON_NAME("positions"), JSON_NAME("grades"), JSON_NAME("packages"),
};

static bool canonical_grade(const struct json_node *grades, int slot, const struct ladder_step *step, char *out)
{
    (void)step;
    return parts_grade(grades, slot, REQUIRED, out);
}

static void read_step(const struct json_node *list, int i, parts_step_grade *grade, struct ladder_step *step)
{
    struct json_node object, grades;
    uint32_t set = 0;
    if (!json_object(list, i, REQUIRED, STEP_NAMES, ARRAY_LEN(STEP_NAMES), &object))
        return;
    // In a step bit n stands for word n, in a word set bit n - 1.
    if (json_word_set(&object, STEP_EMPLOYMENT, OPTIONAL, &wire_employments, &set))
        step->employments = (uint8_t)(set << 1);
    if (json_word_set(&object, STEP_POSITIONS, OPTIONAL, &wire_positions, &set))
        step->positions = (uint16_t)(set << 1);
    if (json_array(&object, STEP_GRADES, OPTIONAL, MAX_LIST, &grades))
        for (int g = 0; g < grades.count; g++)
            if (grade(&grades, g, step, step->grades[g]))
                step->grade_count = g + 1;
    json_int32(&object, STEP_PACKAGES, REQUIRED, 0, 1000, &step->packages);
}

bool parts_ladder(const struct json_node *node, int slot, enum json_need need, parts_step_grade *grade,
                  struct ladder_step *steps, int32_t *count)
{
    struct json_node list;
    if (!json_array(node, slot, need, MAX_LIST, &list))
        return false;
    if (list.count == 0)
        json_fault(node, slot, REJECT_OUT_OF_RANGE, "at least one step");
    memset(steps, 0, (size_t)list.count * sizeof *steps);
    for (int i = 0; i < list.count; i++)
        read_step(&list, i, grade != NULL ? grade : canonical_grade, &steps[i]);
    *count = list.count;
    return !json_in_failed(node->in);
}

void parts_put_ladder(struct buf *b, const char *name, const struct ladder_step *steps, int32_t count)
{
    json_put_open(b, name, '[');
    for (const struct ladder_step *step = steps; step < steps + count; step++) {
        json_put_open(b, NULL, '{');
        json_put_words(b, "employment", &wire_employments, (uint32_t)step->employments >> 1);
        json_put_words(b, "positions", &wire_positions, (uint32_t)step->positions >> 1);
        json_put_open(b, "grades", '[');
        for (int32_t g = 0; g < step->grade_count; g++)
            json_put_string(b, NULL, step->grades[g]);
        json_put_close(b, ']');
        json_put_int(b, "packages", step->packages);
        json_put_close(b, '}');
    }
    json_put_close(b, ']');
}

// ---- distribution --------------------------------------------------------------------------------------------------

bool parts_distribution(const struct json_node *node, int slot, enum json_need need, int32_t *from, int32_t *to)
{
    enum { FROM, TO };
    static const struct str NAMES[] = { JSON_NAME("from"), JSON_NAME("to") };
    struct json_node object;
    return json_object(node, slot, need, NAMES, ARRAY_LEN(NAMES), &object) &&
           json_date(&object, FROM, REQUIRED, from) && json_date(&object, TO, REQUIRED, to);
}

void parts_put_distribution(struct buf *b, const char *name, int32_t from, int32_t to)
{
    json_put_open(b, name, '{');
    json_put_date(b, "from", from);
    json_put_date(b, "to", to);
    json_put_close(b, '}');
}

void parts_check_packages(const struct json_node *node, int slot, enum outcome_at_door outcome, int32_t packages)
{
    if (outcome == OUTCOME_DELIVERED && packages < 1)
        json_fault(node, slot, REJECT_OUT_OF_RANGE, "1 to 10 with outcome delivered");
    if (outcome != OUTCOME_DELIVERED && packages != 0)
        json_fault(node, slot, REJECT_INCONSISTENT, "0 unless the outcome is delivered");
}
