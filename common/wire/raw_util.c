#include "common/wire/raw_util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "common/core/civil.h"
#include "common/domain/grade.h"
#include "common/domain/kk.h"
#include "common/domain/local.h"
#include "common/domain/nip.h"
#include "common/domain/phone.h"
#include "common/domain/ref.h"

enum { CLOCK_AHEAD_MS = 10 * 60 * 1000, DISTRICTS_OF_REGENCY = 100 };

// ---- the frame of a decoder ----------------------------------------------------------------------------------------

int raw_open(struct json_in *in, struct str value, const struct str *fields, size_t count,
             const struct raw_context *context, struct json_node *root, struct reject *error)
{
    int r = json_in_parse(in, value, fields, count, root, error);
    if (r < 0)
        return r;
    if (context->ce_time > context->append_time + CLOCK_AHEAD_MS)
        json_fault(root, -1, REJECT_OUT_OF_RANGE, "a time not later than ten minutes after the record's arrival");
    return raw_close(in);
}

int raw_close(const struct json_in *in)
{
    int r = json_in_result(in);
    return r < 0 ? r : 0;
}

/* Present, a string and of bounded length; else missing_field, wrong_type or out_of_range. False also if it is absent
 * and may be. */
static bool a_string(const struct json_node *node, int slot, enum json_need need, const char *expected,
                     struct str *out)
{
    if (json_peek_string(node, slot, out) && out->n <= JSON_MAX_STRING)
        return true;
    enum json_type type = json_type(node, slot);
    if (type != JSON_NULL)
        json_fault(node, slot, type == JSON_STRING ? REJECT_OUT_OF_RANGE : REJECT_WRONG_TYPE, expected);
    else if (need == REQUIRED)
        json_fault(node, slot, REJECT_MISSING_FIELD, expected);
    return false;
}

/* For fields that never refuse: counts what is there but can't be read. */
static void unreadable(const struct json_node *node, int slot, struct warnings *warnings, enum warning_code code)
{
    warnings->count[code] += json_type(node, slot) != JSON_NULL;
}

// ---- regions -------------------------------------------------------------------------------------------------------

static bool a_region(const struct json_node *node, int slot, enum json_need need, size_t digits, const char *expected,
                     int64_t *out)
{
    struct str s;
    if (!a_string(node, slot, need, expected, &s))
        return false;
    int64_t code = digits_of_region(s, digits);
    if (code < 0) {
        json_fault(node, slot, REJECT_BAD_DIGITS, expected);
        return false;
    }
    *out = code;
    return true;
}

/* `code` is not in the table. Says what became of it, if the table knows: codes of Kemendagri only. */
static void unknown_region(const struct json_node *node, int slot, const struct raw_context *context, const char *what,
                           int64_t code)
{
    char expected[REJECT_EXPECTED_SIZE], gone[64] = "";
    int64_t successor = code != 0 ? region_successor(context->regions, code) : 0;
    if (successor != 0)
        snprintf(gone, sizeof(gone), "; this one is gone, its successor is %" PRId64, successor);
    snprintf(expected, sizeof(expected), "%s of the region table (version %s)%s", what,
             region_version(context->regions), gone);
    json_fault(node, slot, REJECT_UNKNOWN_REGION, expected);
}

void raw_regency(const struct json_node *node, int slot, const struct raw_context *context, int32_t *out)
{
    int64_t code;
    if (!a_region(node, slot, REQUIRED, 4, "a regency of four digits, as a string", &code))
        return;
    if (region_has_regency(context->regions, (int32_t)code))
        *out = (int32_t)code;
    else
        unknown_region(node, slot, context, "a regency", code);
}

bool raw_district(const struct json_node *node, int slot, const struct raw_context *context, int32_t *out)
{
    int64_t code;
    if (!a_region(node, slot, REQUIRED, 6, "a district of six digits, as a string", &code))
        return false;
    /* The table need not list the districts of every regency, but it knows what is gone. */
    if (!region_has_regency(context->regions, (int32_t)(code / DISTRICTS_OF_REGENCY)) ||
        region_successor(context->regions, code) != 0) {
        unknown_region(node, slot, context, "a district in a regency", code);
        return false;
    }
    *out = (int32_t)code;
    return true;
}

bool raw_village(const struct json_node *node, int slot, enum json_need need, const struct raw_context *context,
                 int64_t *out)
{
    int64_t code;
    if (!a_region(node, slot, need, 10, "a village of ten digits (Kemendagri), as a string", &code))
        return false;
    if (region_village(context->regions, code) == NULL) {
        unknown_region(node, slot, context, "a village (Kemendagri)", code);
        return false;
    }
    *out = code;
    return true;
}

void raw_village_bps(const struct json_node *node, int slot, const struct raw_context *context, int64_t *out)
{
    int64_t code;
    if (!a_region(node, slot, REQUIRED, 10, "a village of ten digits (BPS), as a string", &code))
        return;
    const struct village *village = region_village_bps(context->regions, code);
    if (village != NULL)
        *out = village->code;
    else
        unknown_region(node, slot, context, "a village (BPS)", 0);
}

void raw_village_shape(const struct json_node *node, int slot, int64_t *out, struct warnings *warnings)
{
    struct str s;
    int64_t code = json_peek_string(node, slot, &s) && s.n <= JSON_MAX_STRING ? digits_of_region(s, 10) : -1;
    if (code >= 0)
        *out = code;
    else
        unreadable(node, slot, warnings, WARNING_VILLAGE);
}

// ---- identity numbers ----------------------------------------------------------------------------------------------

static const char kk_expected[] = "a family card's number: 16 digits, as a string";
static const char nip_expected[] =
    "a civil servant's number: 18 digits (birth date, appointment, sex 1 or 2, serial from 001), as a string";

static void number_fault(const struct json_node *node, int slot, enum number_fault fault, const char *expected)
{
    char text[REJECT_EXPECTED_SIZE];
    const char *why = "";
    enum reject_code code = REJECT_BAD_DIGITS;

    switch (fault) {
    case NUMBER_BAD_DATE:
        code = REJECT_BAD_DATE;
        why = "; the first eight are a day that exists";
        break;
    case NUMBER_PLACEHOLDER:
        code = REJECT_PLACEHOLDER_ID;
        why = ", no placeholder";
        break;
    case NUMBER_DAMAGED:
        code = REJECT_SPREADSHEET_DAMAGE;
        why = "; a spreadsheet has cut its last digits, take it from the source again";
        break;
    default:
        break;
    }
    snprintf(text, sizeof(text), "%s%s", expected, why);
    json_fault(node, slot, code, text);
}

/* The string of an identity number. A JSON number has been through a spreadsheet or will lose digits on the way. */
static bool a_number(const struct json_node *node, int slot, enum json_need need, const char *expected,
                     struct str *out)
{
    enum json_type type = json_type(node, slot);
    if (type == JSON_INTEGER || type == JSON_BIG_INTEGER || type == JSON_NUMBER)
        number_fault(node, slot, NUMBER_DAMAGED, expected);
    return a_string(node, slot, need, expected, out);
}

bool raw_kk(const struct json_node *node, int slot, enum json_need need, char out[KK_SIZE])
{
    struct str s;
    if (!a_number(node, slot, need, kk_expected, &s))
        return false;
    enum number_fault fault = kk_parse(s, out);
    if (fault != NUMBER_OK)
        number_fault(node, slot, fault, kk_expected);
    return fault == NUMBER_OK;
}

void raw_nip(const struct json_node *node, int slot, char out[NIP_SIZE])
{
    struct str s;
    if (!a_number(node, slot, REQUIRED, nip_expected, &s))
        return;
    enum number_fault fault = nip_parse(s, out);
    if (fault != NUMBER_OK)
        number_fault(node, slot, fault, nip_expected);
}

void raw_kk_former(const struct json_node *node, int slot, const char *kk, char out[KK_SIZE])
{
    char former[KK_SIZE];
    if (raw_kk(node, slot, OPTIONAL, former) && strcmp(former, kk) != 0)
        memcpy(out, former, KK_SIZE);
}

void raw_nip_former(const struct json_node *node, int slot, const char *nip, char out[NIP_SIZE],
                    struct warnings *warnings)
{
    struct str s;
    char former[NIP_SIZE];
    if (!a_number(node, slot, OPTIONAL, nip_expected, &s))
        return;
    enum number_fault fault = nip_parse(s, former);
    if (fault == NUMBER_OLD_NIP)
        unreadable(node, slot, warnings, WARNING_OLD_NIP);
    else if (fault != NUMBER_OK)
        number_fault(node, slot, fault, nip_expected);
    else if (strcmp(former, nip) != 0)
        memcpy(out, former, NIP_SIZE);
}

// ---- the rest ------------------------------------------------------------------------------------------------------

bool raw_grade(const struct json_node *node, int slot, enum json_need need, enum employment employment,
               char out[GRADE_SIZE])
{
    static const char *const expected[] = {
        [GRADE_OF_ANY] = "a grade of PNS (I/a to IV/e) or PPPK (I to XVII)",
        [GRADE_OF_PNS] = "a grade of PNS, I/a to IV/e",
        [GRADE_OF_PPPK] = "a grade of PPPK, I to XVII",
    };
    enum grade_of of = employment == EMPLOYMENT_NONE ? GRADE_OF_ANY
                       : employment == EMPLOYMENT_PNS ? GRADE_OF_PNS : GRADE_OF_PPPK;
    struct str s;
    if (!a_string(node, slot, need, expected[of], &s))
        return false;
    int r = grade_parse(s, of, out);
    if (r == -ENOTUNIQ)
        json_fault(node, slot, REJECT_AMBIGUOUS_CODE, "the whole grade of a PNS, such as IV/a; IV alone is a PPPK's");
    else if (r < 0)
        json_fault(node, slot, REJECT_UNKNOWN_VALUE, expected[of]);
    return r == 0;
}

void raw_uuid(const struct json_node *node, int slot, char out[VISIT_SIZE])
{
    json_uuid(node, slot, REQUIRED, out);
    for (char *c = out; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'F')
            *c = (char)(*c - 'A' + 'a');
    }
}

void raw_visited_on(const struct json_node *node, int slot, const struct raw_context *context, int32_t regency,
                    int32_t *out)
{
    if (json_date(node, slot, REQUIRED, out) && *out > local_date(regency, context->ce_time))
        json_fault(node, slot, REJECT_OUT_OF_RANGE, "a day not after the local date of the event's time");
}

void raw_phone(const struct json_node *node, int slot, char out[PHONE_SIZE], struct warnings *warnings)
{
    struct str s;
    if (!json_peek_string(node, slot, &s) || s.n > JSON_MAX_STRING || phone_parse(s, out) != 0)
        unreadable(node, slot, warnings, WARNING_PHONE);
}

bool raw_consent(const struct json_node *node, int slot, struct warnings *warnings)
{
    bool consent = false;
    if (!json_peek_bool(node, slot, &consent))
        unreadable(node, slot, warnings, WARNING_CONSENT);
    return consent;
}

void raw_household_ref(const struct json_node *node, int slot, char out[REF_SIZE], struct warnings *warnings)
{
    struct str s;
    if (!json_peek_string(node, slot, &s) || !ref_form(s) || !str_copy(out, REF_SIZE, s))
        unreadable(node, slot, warnings, WARNING_HOUSEHOLD_REF);
}
