/*
 * Faults of canonical values: one change to a golden sample, and the code and pointer it is refused with.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/wire/codecs.h"

struct fault {
    const char *file, *from, *to; /* the first `from` in the sample becomes `to` */
    enum reject_code code;
    const char *pointer;
};

#define FAULT(file, from, to, code, pointer) { file, from, to, REJECT_##code, pointer }

static const struct fault faults[] = {
    // household
    FAULT("household.full", "\"household\":\"k1", "\"household\":\"k", OUT_OF_RANGE, "/household"),
    FAULT("household.full", "\"ref\":\"SK-000123\"", "\"ref\":\"3510161203120001\"", FORBIDDEN_CONTENT, "/ref"),
    FAULT("household.full", "\"regency\":\"3510\"", "\"regency\":3510", WRONG_TYPE, "/regency"),
    FAULT("household.full", "\"village\":\"3510161002\"", "\"village\":\"351016\"", OUT_OF_RANGE, "/village"),
    FAULT("household.full", "\"national\":1", "\"national\":0", OUT_OF_RANGE, "/decile/national"),
    FAULT("household.full", "\"province\":2", "\"province\":11", OUT_OF_RANGE, "/decile/province"),
    FAULT("household.full", "\"regency\":3}", "\"regency\":\"3\"}", WRONG_TYPE, "/decile/regency"),
    FAULT("household.full", "\"dtsen\":\"2026-01\"", "\"dtsen\":\"2026-00\"", BAD_DATE, "/dtsen"),
    FAULT("household.full", "\"dtsen\":\"2026-01\"", "\"dtsen\":null", MISSING_FIELD, "/dtsen"),
    FAULT("household.full", "\"members\":4", "\"members\":-1", OUT_OF_RANGE, "/members"),
    FAULT("household.full", "\"band\":0", "\"band\":3", OUT_OF_RANGE, "/band"),
    FAULT("household.full", "\"status\":\"active\"", "\"status\":\"aktif\"", UNKNOWN_VALUE, "/status"),
    FAULT("household.full", "\"was\":\"k2", "\"was\":\"K2", OUT_OF_RANGE, "/was"),
    FAULT("household.full", "\"ref\"", "\"fer\"", MISSING_FIELD, "/ref"),
    FAULT("household.full", "\"band\":0", "\"band\":0,\"ref\":\"SK-000123\"", NOT_JSON, ""),
    // asn
    FAULT("asn.full", "\"employment\":\"pns\"", "\"employment\":\"tni\"", UNKNOWN_VALUE, "/employment"),
    FAULT("asn.full", "\"grade\":\"III/c\"", "\"grade\":\"IIIc\"", UNKNOWN_VALUE, "/grade"),
    FAULT("asn.full", "\"version\":42", "\"version\":9007199254740992", OUT_OF_RANGE, "/version"),
    FAULT("asn.full", "\"version\":42", "\"version\":42.0", WRONG_TYPE, "/version"),
    FAULT("asn.full", "\"unit\":\"OPD-12\"", "\"unit\":\"\"", OUT_OF_RANGE, "/unit"),
    // donation
    FAULT("donation.full", "\"donation\":\"2026-01-A\"", "\"donation\":\"2026/01\"", OUT_OF_RANGE, "/donation"),
    FAULT("donation.full", "PT ", "1234567890123456", FORBIDDEN_CONTENT, "/partner_name"),
    FAULT("donation.full", "\"packages\":1000000", "\"packages\":1000001", OUT_OF_RANGE, "/packages"),
    FAULT("donation.full", "\"3510161003\"]", "\"351016\"]", OUT_OF_RANGE, "/earmark/villages/1"),
    FAULT("donation.full", "[\"351016\"]", "[\"351016\",null]", MISSING_FIELD, "/earmark/districts/1"),
    FAULT("donation.full", "[2,1]", "[2,2]", INCONSISTENT, "/earmark/deciles/1"),
    FAULT("donation.full", "[2,1]", "2", WRONG_TYPE, "/earmark/deciles"),
    // period
    FAULT("period.plan", "\"deciles\":[1,2]", "\"deciles\":[1,2,3,4,5,6,7,8,9,10,1]", OUT_OF_RANGE, "/deciles"),
    FAULT("period.plan", "\"pns\",\"pppk\"", "\"pns\",\"pns\"", INCONSISTENT, "/ladder/0/employment/1"),
    FAULT("period.plan", "\"XVII\"", "\"XVIII\"", UNKNOWN_VALUE, "/ladder/0/grades/1"),
    FAULT("period.plan", "\"packages\":1}", "\"packages\":1001}", OUT_OF_RANGE, "/ladder/1/packages"),
    FAULT("period.close", "[{\"employment\":[],\"positions\":[],\"grades\":[],\"packages\":2}]", "[]", OUT_OF_RANGE,
          "/ladder"),
    FAULT("period.plan", "\"to\":\"2026-01-25\"", "\"to\":\"2026-01-32\"", BAD_DATE, "/distribution/to"),
    FAULT("period.plan", "\"lambda_m\":5000", "\"lambda_m\":-2", OUT_OF_RANGE, "/lambda_m"),
    FAULT("period.plan", "\"donations\":12", "\"donations\":null", MISSING_FIELD, "/expect/donations"),
    FAULT("period.any", "\"expect\":\"any\"", "\"expect\":\"all\"", UNKNOWN_VALUE, "/expect"),
    FAULT("period.any", "\"expect\":\"any\"", "\"expect\":null", MISSING_FIELD, "/expect"),
    FAULT("period.any", "\"expect\":\"any\"", "\"expect\":1", WRONG_TYPE, "/expect"),
    FAULT("period.close", "\"expect\":null", "\"expect\":\"any\"", INCONSISTENT, "/expect"),
    // delivery
    FAULT("delivery.asn", "\"packages\":2", "\"packages\":0", OUT_OF_RANGE, "/packages"),
    FAULT("delivery.partner", "\"packages\":0", "\"packages\":1", INCONSISTENT, "/packages"),
    FAULT("delivery.asn", "\"kind\":\"asn\"", "\"kind\":\"partner\"", OUT_OF_RANGE, "/giver/id"),
    FAULT("delivery.partner", "bank-contoh/2026-01-A", "bank-contoh", OUT_OF_RANGE, "/giver/id"),
    FAULT("delivery.partner", "bank-contoh/2026-01-A", "a/b/c", OUT_OF_RANGE, "/giver/id"),
    FAULT("delivery.partner", "bank-contoh/2026-01-A", "/b", OUT_OF_RANGE, "/giver/id"),
    FAULT("delivery.asn", "\"on\":\"2026-01-28\"", "\"on\":\"2026-01-28T00:00:00.000Z\"", BAD_DATE, "/on"),
    // visit
    FAULT("visit.full", "\"dropouts\":3", "\"dropouts\":11", OUT_OF_RANGE, "/findings/dropouts"),
    FAULT("visit.full", "\"alone\":true", "\"alone\":\"ya\"", WRONG_TYPE, "/findings/alone"),
    FAULT("visit.full", "\"without_parents\"", "\"working\"", INCONSISTENT, "/findings/child/1"),
    FAULT("visit.full", "\"reported_at\":\"2026-01-28T08:03:04.123Z\"", "\"reported_at\":\"2026-01-28T08:03:04Z\"",
          BAD_DATE, "/reported_at"),
    FAULT("visit.full", "\"findings\":{", "\"findings\":[],\"x\":{", WRONG_TYPE, "/findings"),
    // referral, contact
    FAULT("referral.open", "/bedah_rumah", "/see_note", INCONSISTENT, "/referral"),
    FAULT("referral.open", "\"due_on\":\"2026-01-25\"", "\"due_on\":null", MISSING_FIELD, "/due_on"),
    FAULT("contact.full", "A-\"", "A\"", OUT_OF_RANGE, "/phone"),
    FAULT("contact.full", "A-\"", "A+\"", OUT_OF_RANGE, "/phone"),
    FAULT("contact.full", "\"consent\":true", "\"consent\":1", WRONG_TYPE, "/consent"),
    // tally
    FAULT("tally.full", "\"next\":112", "\"next\":100", INCONSISTENT, "/next"),
    FAULT("tally.full", "\"bad_digits\":1", "\"bad_digits\":0", OUT_OF_RANGE, "/counts/0/rejected/bad_digits"),
    FAULT("tally.full", "\"warnings\":{}", "\"warnings\":null", MISSING_FIELD, "/counts/1/warnings"),
    FAULT("tally.full", "\"source\":null", "\"source\":7", WRONG_TYPE, "/counts/1/source"),
    // assignment
    FAULT("assignment.planned", "\"revision\":7", "\"revision\":0", OUT_OF_RANGE, "/revision"),
    FAULT("assignment.planned", "\"waiting\":3", "\"waiting\":4", OUT_OF_RANGE, "/class/waiting"),
    FAULT("assignment.planned", "\"reason\":\"kept\"", "\"reason\":\"\"", UNKNOWN_VALUE, "/reason"),
    FAULT("assignment.planned", "\"distance_m\":1234", "\"distance_m\":-1", OUT_OF_RANGE, "/distance_m"),
    FAULT("assignment.partner", "\"ref\":\"partner\"", "\"ref\":\"1234567890123456\"", FORBIDDEN_CONTENT,
          "/giver/ref"),
    // plan
    FAULT("plan.cut", "\"offset\":4711", "\"offset\":-1", OUT_OF_RANGE, "/position/offset"),
    FAULT("plan.cut", "\"stranded\":108", "\"stranded\":null", MISSING_FIELD, "/surplus/stranded"),
    FAULT("plan.cut", "\"digest\":\"00", "\"digest\":\"0g", OUT_OF_RANGE, "/digest"),
    FAULT("plan.cut", "\"households\":203", "\"households\":-203", OUT_OF_RANGE, "/demand/1/households"),
    FAULT("plan.cut", "\"served\":210", "\"served\":\"210\"", WRONG_TYPE, "/objective/coverage/1/served"),
    FAULT("plan.cut", "\"gini_permille\":216", "\"gini_permille\":1001", OUT_OF_RANGE, "/fairness/0/gini_permille"),
    FAULT("plan.cut", "\"unique\":true", "\"unique\":null", MISSING_FIELD, "/certificate/unique"),
    FAULT("plan.cut", "\"places\":\"0", "\"places\":\"", OUT_OF_RANGE, "/rule/places"),
    FAULT("plan.cut", "\"rule\":{", "\"rule\":null,\"x\":{", MISSING_FIELD, "/rule"),
    FAULT("plan.cut", "\"expect\":null", "\"expect\":{}", INCONSISTENT, "/expect"),
    FAULT("plan.close", "\"rule\":null", "\"rule\":{}", INCONSISTENT, "/rule"),
    FAULT("plan.close", "\"certificate\":{", "\"certificate\":null,\"x\":{", MISSING_FIELD, "/certificate"),
    FAULT("plan.repair", "\"demand\":null", "\"demand\":[]", INCONSISTENT, "/demand"),
    FAULT("plan.repair", "\"certificate\":null", "\"certificate\":{}", INCONSISTENT, "/certificate"),
    FAULT("plan.repair", "\"over\":109", "\"over\":null", MISSING_FIELD, "/over"),
    FAULT("plan.refused", "\"supply\":null", "\"supply\":{}", INCONSISTENT, "/supply"),
    FAULT("plan.refused", "\"donations\":406", "\"donations\":1.5", WRONG_TYPE, "/expect/known/donations"),
    // sending
    FAULT("notification.intent", "\"round\":\"0\"", "\"round\":\"1\"", UNKNOWN_VALUE, "/round"),
    FAULT("notification.intent", "\"round\":\"0\"", "\"round\":0", WRONG_TYPE, "/round"),
    FAULT("notification.failed", "\"round\":\"2026-01-28\"", "\"round\":\"0\"", BAD_DATE, "/round"),
    FAULT("notification.intent", "\"attempt\":1", "\"attempt\":0", OUT_OF_RANGE, "/attempt"),
    FAULT("notification.failed", "gateway_131026", "gateway_", UNKNOWN_VALUE, "/reason"),
    FAULT("notification.failed", "gateway_131026", "busy", UNKNOWN_VALUE, "/reason"),
    FAULT("gateway_status.failed", "\"code\":131026", "\"code\":0", OUT_OF_RANGE, "/code"),
    FAULT("gateway_status.failed", "\"status\":\"failed\"", "\"status\":\"lost\"", UNKNOWN_VALUE, "/status"),
    FAULT("gateway_status.failed", "\"gateway_id\":\"wamid.HBgMNjI=\"", "\"gateway_id\":null", MISSING_FIELD,
          "/gateway_id"),
    FAULT("suppression.full", "\"since\":\"2026-01-28T08:03:04.123Z\"", "\"since\":\"2026-01-28\"", BAD_DATE,
          "/since"),
    // of several faults the first in the order of the fields
    FAULT("suppression.full", "{\"phone_token\":\"k1.c", "{\"reason_\":0,\"phone_token\":\"K1.c", OUT_OF_RANGE,
          "/phone_token"),
    FAULT("delivery.asn", "\"outcome\":\"delivered\",\"packages\":2", "\"packages\":99,\"outcome\":7", WRONG_TYPE,
          "/outcome"),
};

enum { MAX_TEXT = 1 << 16 };

/* The sample with the change made; fails the test if there is nothing to change. */
static struct str changed(const struct fault *row, char out[MAX_TEXT])
{
    static char text[MAX_TEXT];
    char path[256];
    snprintf(path, sizeof path, "tests/golden/%s.json", row->file);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    const char *at = strstr(text, row->from);
    assert_non_null(at);
    int n = snprintf(out, MAX_TEXT, "%.*s%s%s", (int)(at - text), text, row->to, at + strlen(row->from));
    assert_in_range(n, 1, MAX_TEXT - 1);
    return (struct str){ out, (size_t)n };
}

static void test_fault(void **state)
{
    static char text[MAX_TEXT];
    const struct fault *row = *state;
    const struct codec *codec = codec_of(row->file);
    struct str value = changed(row, text);
    struct reject error = { .code = REJECT_NONE };
    unsigned char *m = malloc(codec->size);
    assert_non_null(m);
    memset(m, 0xa5, codec->size);
    assert_int_equal(codec->decode(value, m, &error), -EBADMSG);
    assert_string_equal(reject_code_name(error.code), reject_code_name(row->code));
    assert_string_equal(error.pointer, row->pointer);
    assert_true(error.expected[0] != '\0');
    for (size_t i = 0; i < codec->size; i++)
        assert_int_equal(m[i], 0xa5);
    free(m);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(faults)];
    static char titles[ARRAY_LEN(faults)][200];
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        snprintf(titles[i], sizeof titles[i], "%s: %.80s -> %.80s", faults[i].file, faults[i].from, faults[i].to);
        tests[i] = (struct CMUnitTest){ .name = titles[i], .test_func = test_fault,
                                        .initial_state = (void *)(uintptr_t)&faults[i] };
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
