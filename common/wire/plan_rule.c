#include "common/wire/plan_parts.h"

enum {
    PROGRAMME, ITEM, DECILES, DECILE_BASIS, LADDER, LAMBDA_M, SEED, EDITION, ROSTER, VERSION, PLACES,
};
static const struct str NAMES[] = {
    JSON_NAME("programme"), JSON_NAME("item"), JSON_NAME("deciles"), JSON_NAME("decile_basis"), JSON_NAME("ladder"),
    JSON_NAME("lambda_m"),  JSON_NAME("seed"), JSON_NAME("edition"), JSON_NAME("roster"),       JSON_NAME("version"),
    JSON_NAME("places"),
};

void plan_put_rule(struct buf *b, const struct plan_rule *rule)
{
    json_put_open(b, "rule", '{');
    json_put_word(b, "programme", &wire_programmes, rule->programme);
    json_put_string(b, "item", rule->item);
    parts_put_deciles(b, "deciles", rule->deciles, rule->decile_count);
    json_put_word(b, "decile_basis", &wire_decile_bases, rule->decile_basis);
    parts_put_ladder(b, "ladder", rule->ladder, rule->ladder_count);
    json_put_int(b, "lambda_m", rule->lambda_m);
    json_put_string(b, "seed", rule->seed);
    json_put_edition(b, "edition", rule->edition);
    json_put_int_or_null(b, "roster", rule->roster, -1);
    json_put_int(b, "version", rule->version);
    json_put_string(b, "places", rule->places);
    json_put_close(b, '}');
}

bool plan_read_rule(const struct json_node *root, int slot, enum json_need need, struct plan_rule *rule)
{
    struct json_node object;
    if (!json_object(root, slot, need, NAMES, ARRAY_LEN(NAMES), &object))
        return false;
    rule->roster = -1;
    rule->programme = (enum programme)json_word(&object, PROGRAMME, REQUIRED, &wire_programmes);
    json_ref(&object, ITEM, REQUIRED, rule->item);
    parts_deciles(&object, DECILES, REQUIRED, rule->deciles, &rule->decile_count);
    rule->decile_basis = (enum decile_basis)json_word(&object, DECILE_BASIS, REQUIRED, &wire_decile_bases);
    parts_ladder(&object, LADDER, REQUIRED, NULL, rule->ladder, &rule->ladder_count);
    json_int32(&object, LAMBDA_M, REQUIRED, -1, 1000000, &rule->lambda_m);
    json_ref(&object, SEED, REQUIRED, rule->seed);
    json_edition(&object, EDITION, OPTIONAL, &rule->edition);
    json_int(&object, ROSTER, OPTIONAL, 0, JSON_MAX_INTEGER, &rule->roster);
    json_int32(&object, VERSION, REQUIRED, 1, INT32_MAX, &rule->version);
    json_hex(&object, PLACES, REQUIRED, rule->places, sizeof rule->places);
    return !json_in_failed(root->in);
}
