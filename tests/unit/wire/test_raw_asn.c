#include "tests/unit/wire/raw_case.h"
#include "tests/unit/wire/raw_region.h"

static const struct field fields[] = {
    { "regency", "\"1199\"" },
    { "ref", "\"PEG-1\"" },
    { "nip", "\"199001012015051001\"" },
    { "nip_lama", "\"199001012014211001\"" },
    { "employment", "\"pns\"" },
    { "grade", "\"III/c\"" },
    { "position", "\"functional\"" },
    { "unit", "\"DINKES-01\"" },
    { "home_village", "\"1199012001\"" },
    { "work_village", "\"1199012002\"" },
    { "nomor_kartu_keluarga", "\"1199010101100001\"" },
    { "phone", "\"081200001111\"" },
    { "consent", "true" },
    { "status", "\"active\"" },
    { "version", "12" },
};

static int decode(struct str value, const struct raw_context *context, struct buf *canonical,
                  struct warnings *warnings, struct reject *error)
{
    struct raw_asn out;
    int r = raw_asn_decode(value, context, &out, warnings, error);
    if (r == 0) {
        buf_printf(canonical, "nip=%s former=%s kk=%s phone=%s consent=%d ", out.nip, out.nip_former, out.own_kk,
                   out.phone, out.consent);
        asn_encode(canonical, &out.asn);
    }
    return r;
}

static const struct sample sample = { fields, ARRAY_LEN(fields), decode };

#define BLANKS_64 "                                                                "
#define BLANKS_512 BLANKS_64 BLANKS_64 BLANKS_64 BLANKS_64 BLANKS_64 BLANKS_64 BLANKS_64 BLANKS_64
#define DOTS_64 "................................................................"
#define DOTS_512 DOTS_64 DOTS_64 DOTS_64 DOTS_64 DOTS_64 DOTS_64 DOTS_64 DOTS_64

static const struct raw_case cases[] = {
    /* what each field becomes */
    { "regency", { { "regency", "\"1198\"" } }, .from = "\"regency\":\"1199\"", .to = "\"regency\":\"1198\"" },
    { "ref", { { "ref", "\"x\"" } }, .from = "\"PEG-1\"", .to = "\"x\"" },
    { "nip", { { "nip", "\"198512312010122999\"" } },
      .from = "nip=199001012015051001", .to = "nip=198512312010122999" },
    { "nip as written", { { "nip", "\"'19900101 201505.1-001\"" } } },
    { "nip with other blanks", { { "nip", "\"\\u200b19900101\\u00a0201505\\u202f1\\t001\\u2019\"" } } },
    { "nip_lama: optional", { { "nip_lama", NULL } }, .from = "former=199001012014211001", .to = "former=" },
    { "nip_lama", { { "nip_lama", "\"19900101 2013 21 1 007\"" } },
      .from = "former=199001012014211001", .to = "former=199001012013211007" },
    { "nip_lama that names itself", { { "nip_lama", "\"19900101 201505 1 001\"" } },
      .from = "former=199001012014211001", .to = "former=" },
    { "nip_lama of nine digits", { { "nip_lama", "\"510 123 456\"" } },
      .from = "former=199001012014211001", .to = "former=", .warning = WARNING_OLD_NIP },
    { "employment", { { "employment", "\"pppk\"" }, { "grade", "\"IX\"" } },
      .from = "\"employment\":\"pns\",\"grade\":\"III/c\"", .to = "\"employment\":\"pppk\",\"grade\":\"IX\"" },
    { "employment: part-time needs no grade", { { "employment", "\"pppk_part_time\"" }, { "grade", NULL } },
      .from = "\"employment\":\"pns\",\"grade\":\"III/c\"", .to = "\"employment\":\"pppk_part_time\",\"grade\":null" },
    { "grade", { { "grade", "\"IV/e\"" } }, .from = "\"III/c\"", .to = "\"IV/e\"" },
    { "grade: IIIa", { { "grade", "\"IIIa\"" } }, .from = "\"III/c\"", .to = "\"III/a\"" },
    { "grade: III a", { { "grade", "\"III a\"" } }, .from = "\"III/c\"", .to = "\"III/a\"" },
    { "grade: 3A", { { "grade", "\"3A\"" } }, .from = "\"III/c\"", .to = "\"III/a\"" },
    { "grade: III.A", { { "grade", "\"III.A\"" } }, .from = "\"III/c\"", .to = "\"III/a\"" },
    { "grade: Penata Muda (III/a)", { { "grade", "\"Penata Muda (III/a)\"" } },
      .from = "\"III/c\"", .to = "\"III/a\"" },
    { "grade: l/a with a letter l", { { "grade", "\"l/a\"" } }, .from = "\"III/c\"", .to = "\"I/a\"" },
    { "grade: gol. IX", { { "grade", "\"gol. IX\"" }, { "employment", "\"pppk\"" } },
      .from = "\"employment\":\"pns\",\"grade\":\"III/c\"", .to = "\"employment\":\"pppk\",\"grade\":\"IX\"" },
    { "grade: Ahli Pertama / IX", { { "grade", "\"Ahli Pertama / IX\"" }, { "employment", "\"pppk\"" } },
      .from = "\"employment\":\"pns\",\"grade\":\"III/c\"", .to = "\"employment\":\"pppk\",\"grade\":\"IX\"" },
    { "grade: IV of a PPPK", { { "grade", "\"IV\"" }, { "employment", "\"pppk\"" } },
      .from = "\"employment\":\"pns\",\"grade\":\"III/c\"", .to = "\"employment\":\"pppk\",\"grade\":\"IV\"" },
    { "position", { { "position", "\"ii_a\"" } }, .from = "\"functional\"", .to = "\"ii_a\"" },
    { "unit", { { "unit", "\"KEC/02\"" } }, .from = "\"DINKES-01\"", .to = "\"KEC/02\"" },
    { "home_village outside the table", { { "home_village", "\"31.73.04.1005\"" } },
      .from = "\"home_village\":\"1199012001\"", .to = "\"home_village\":\"3173041005\"" },
    { "home_village: optional", { { "home_village", NULL } },
      .from = "\"home_village\":\"1199012001\"", .to = "\"home_village\":null" },
    { "home_village unreadable", { { "home_village", "\"Desa Uji\"" } },
      .from = "\"home_village\":\"1199012001\"", .to = "\"home_village\":null", .warning = WARNING_VILLAGE },
    { "work_village", { { "work_village", "\"1198012001\"" } },
      .from = "\"work_village\":\"1199012002\"", .to = "\"work_village\":\"1198012001\"" },
    { "work_village a number", { { "work_village", "1199012002" } },
      .from = "\"work_village\":\"1199012002\"", .to = "\"work_village\":null", .warning = WARNING_VILLAGE },
    { "nomor_kartu_keluarga", { { "nomor_kartu_keluarga", "\"1199 0101 0110 0002\"" } },
      .from = "kk=1199010101100001", .to = "kk=1199010101100002" },
    { "nomor_kartu_keluarga: optional", { { "nomor_kartu_keluarga", NULL } },
      .from = "kk=1199010101100001", .to = "kk=" },
    { "phone", { { "phone", "\"8123 0000 222\"" } }, .from = "phone=6281200001111", .to = "phone=6281230000222" },
    { "phone: the first mobile of two", { { "phone", "\"0333-421000 / 0857 0000 3333\"" } },
      .from = "phone=6281200001111", .to = "phone=6285700003333" },
    { "phone: absent", { { "phone", NULL } }, .from = "phone=6281200001111", .to = "phone=" },
    { "phone: in more text than a field may hold", { { "phone", "\"" BLANKS_512 "081200002222\"" } },
      .from = "phone=6281200001111", .to = "phone=", .warning = WARNING_PHONE },
    { "home_village: in more dots than a field may hold", { { "home_village", "\"" DOTS_512 "1199012001\"" } },
      .from = "\"home_village\":\"1199012001\"", .to = "\"home_village\":null", .warning = WARNING_VILLAGE },
    { "phone: nobody's", { { "phone", "\"-\"" } },
      .from = "phone=6281200001111", .to = "phone=", .warning = WARNING_PHONE },
    { "phone: a number", { { "phone", "81200001111" } },
      .from = "phone=6281200001111", .to = "phone=", .warning = WARNING_PHONE },
    { "consent", { { "consent", "false" } }, .from = "consent=1", .to = "consent=0" },
    { "consent: no by default", { { "consent", "null" } }, .from = "consent=1", .to = "consent=0" },
    { "consent unreadable is no", { { "consent", "1" } },
      .from = "consent=1", .to = "consent=0", .warning = WARNING_CONSENT },
    { "status", { { "status", "\"retired\"" } }, .from = "\"active\"", .to = "\"retired\"" },
    { "version: 0", { { "version", "0" } }, .from = "\"version\":12", .to = "\"version\":0" },
    { "an unknown field is passed over", { { "nama", "{\"a\":[],\"a\":1.5}" } } },

    /* refusals */
    { "regency missing", { { "regency", NULL } }, REJECT_MISSING_FIELD, "/regency" },
    { "regency unknown", { { "regency", "\"1196\"" } }, REJECT_UNKNOWN_REGION, "/regency" },
    { "ref missing", { { "ref", NULL } }, REJECT_MISSING_FIELD, "/ref" },
    { "ref with a space", { { "ref", "\"PEG 99\"" } }, REJECT_OUT_OF_RANGE, "/ref" },
    { "ref hides a NIP", { { "ref", "\"199001012015051001\"" } }, REJECT_FORBIDDEN_CONTENT, "/ref" },
    { "nip missing", { { "nip", NULL } }, REJECT_MISSING_FIELD, "/nip" },
    { "nip a number", { { "nip", "199001012015051001" } }, REJECT_SPREADSHEET_DAMAGE, "/nip" },
    { "nip an exponent", { { "nip", "\"1,99001E+17\"" } }, REJECT_SPREADSHEET_DAMAGE, "/nip" },
    { "nip of another type", { { "nip", "true" } }, REJECT_WRONG_TYPE, "/nip" },
    { "nip too short", { { "nip", "\"19900101201505100\"" } }, REJECT_BAD_DIGITS, "/nip", "18 digits" },
    { "nip with a letter", { { "nip", "\"19900101201505100l\"" } }, REJECT_BAD_DIGITS, "/nip" },
    { "nip empty", { { "nip", "\"\"" } }, REJECT_BAD_DIGITS, "/nip" },
    { "nip born on 30 February", { { "nip", "\"199002302015051001\"" } }, REJECT_BAD_DATE, "/nip" },
    { "nip with sex 3", { { "nip", "\"199001012015053001\"" } }, REJECT_BAD_DIGITS, "/nip" },
    { "nip with serial 000", { { "nip", "\"199001012015051000\"" } }, REJECT_SPREADSHEET_DAMAGE, "/nip" },
    { "nip_lama too short", { { "nip_lama", "\"1990\"" } }, REJECT_BAD_DIGITS, "/nip_lama" },
    { "nip_lama empty", { { "nip_lama", "\"\"" } }, REJECT_BAD_DIGITS, "/nip_lama" },
    { "employment missing", { { "employment", NULL } }, REJECT_MISSING_FIELD, "/employment" },
    { "employment unknown", { { "employment", "\"honorer\"" } }, REJECT_UNKNOWN_VALUE, "/employment", "pppk" },
    { "grade missing", { { "grade", NULL } }, REJECT_MISSING_FIELD, "/grade" },
    { "grade missing of a PPPK", { { "grade", NULL }, { "employment", "\"pppk\"" } }, REJECT_MISSING_FIELD, "/grade" },
    { "grade unknown", { { "grade", "\"VII/x\"" } }, REJECT_UNKNOWN_VALUE, "/grade" },
    { "grade of a PPPK for a PNS", { { "grade", "\"IX\"" } }, REJECT_UNKNOWN_VALUE, "/grade" },
    { "grade: bare IV of a PNS", { { "grade", "\"IV\"" } }, REJECT_AMBIGUOUS_CODE, "/grade", "IV/a" },
    { "grade a number", { { "grade", "3" } }, REJECT_WRONG_TYPE, "/grade" },
    { "position missing", { { "position", NULL } }, REJECT_MISSING_FIELD, "/position" },
    { "position unknown", { { "position", "\"II.a\"" } }, REJECT_UNKNOWN_VALUE, "/position", "ii_a" },
    { "unit missing", { { "unit", NULL } }, REJECT_MISSING_FIELD, "/unit" },
    { "unit no ref", { { "unit", "\"Dinas Uji\"" } }, REJECT_OUT_OF_RANGE, "/unit" },
    { "own family unreadable", { { "nomor_kartu_keluarga", "\"119901010110000\"" } },
      REJECT_BAD_DIGITS, "/nomor_kartu_keluarga", "16 digits" },
    { "own family a placeholder", { { "nomor_kartu_keluarga", "\"0000000000000000\"" } },
      REJECT_PLACEHOLDER_ID, "/nomor_kartu_keluarga" },
    { "status missing", { { "status", NULL } }, REJECT_MISSING_FIELD, "/status" },
    { "status unknown", { { "status", "\"aktif\"" } }, REJECT_UNKNOWN_VALUE, "/status", "active" },
    { "version missing", { { "version", NULL } }, REJECT_MISSING_FIELD, "/version" },
    { "version negative", { { "version", "-1" } }, REJECT_OUT_OF_RANGE, "/version" },
    { "version beyond 2^53-1", { { "version", "9007199254740992" } }, REJECT_OUT_OF_RANGE, "/version" },
    { "version beyond 2^64", { { "version", "99999999999999999999" } }, REJECT_OUT_OF_RANGE, "/version" },
    { "of two faults the first in the contract's order counts", { { "version", NULL }, { "unit", "\"\"" } },
      REJECT_OUT_OF_RANGE, "/unit" },
};

int main(void)
{
    return run_raw_cases("raw.asn", &sample, test_context(), cases, ARRAY_LEN(cases));
}
