"""docs/asyncapi.yaml: whole, bounded, and of one mind with the codecs.

The golden samples validate; each field of each message dropped, mistyped or added is refused; and for every other
value of the right JSON type the schema and our decoder give the same verdict.
"""

import json
import subprocess

import jsonschema
import pytest

import mutants
import strict

SAMPLES = sorted(strict.GOLDEN.glob("*.json"))
OURS = [s for s in SAMPLES if not s.name.startswith("raw_")]
BINARY = strict.ROOT / "build" / "asan" / "bin" / "schema" / "verdicts"


def schema_of(sample):
    return sample.name.split(".")[0]


def load(sample):
    return json.loads(sample.read_text(encoding="utf-8"))


def by_name(sample):
    return sample.name


@pytest.fixture(scope="session")
def verdicts():
    """Asks our decoders: a list of (codec, value) to a list of answers."""
    subprocess.run(["make", str(BINARY.relative_to(strict.ROOT))], cwd=strict.ROOT, check=True, capture_output=True)

    def ask(questions):
        lines = "".join(f"{name} {json.dumps(value, ensure_ascii=False)}\n" for name, value in questions)
        answer = subprocess.run([BINARY], input=lines, cwd=strict.ROOT, check=True, capture_output=True,
                                encoding="utf-8")
        return answer.stdout.splitlines()

    return ask


def words():
    subprocess.run(["make", str(BINARY.relative_to(strict.ROOT))], cwd=strict.ROOT, check=True, capture_output=True)
    out = subprocess.run([BINARY, "--words"], check=True, capture_output=True, encoding="ascii").stdout
    return {line.split()[0]: line.split()[1:] for line in out.splitlines()}


# ---- the document ---------------------------------------------------------------------------------------------------

def test_every_reference_resolves():
    def walk(node):
        if isinstance(node, dict):
            if "$ref" in node:
                strict.resolve(node["$ref"])
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)
    walk(strict.DOCUMENT)


def test_channels_are_the_topics():
    assert sorted(strict.DOCUMENT["channels"]) == sorted(words()["topics"])
    for name, channel in strict.DOCUMENT["channels"].items():
        assert channel["address"] == "berbagi." + name
        assert channel["messages"] and channel["x-key"] and channel["x-policy"]
        assert channel["x-written-by"] and channel["x-read-by"]


def test_every_message_is_in_a_channel_and_has_a_sample():
    channels = strict.DOCUMENT["channels"].values()
    used = {ref["$ref"].rsplit("/", 1)[1] for c in channels for ref in c["messages"].values()}
    assert used == set(strict.DOCUMENT["components"]["messages"])
    assert {schema_of(s) for s in SAMPLES} == set(strict.payloads())


@pytest.mark.parametrize("name", sorted(strict.SCHEMAS))
def test_schemas_are_valid_schemas(name):
    jsonschema.Draft7Validator.check_schema(strict.SCHEMAS[name])


def unbounded(schema, where):
    """Places of a schema that say no type, or a type without bounds."""
    schema = strict.resolve(schema["$ref"]) if "$ref" in schema else schema
    if "oneOf" in schema and "properties" not in schema:
        for i, part in enumerate(schema["oneOf"]):
            yield from unbounded(part, f"{where}|{i}")
        return
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if not types:
        yield where + ": no type"
    if "string" in types and "enum" not in schema and "maxLength" not in schema:
        yield where + ": string without maxLength"
    if "integer" in types and not {"minimum", "maximum"} <= set(schema):
        yield where + ": integer without bounds"
    if "number" in types:
        yield where + ": a fraction is possible"
    if "array" in types:
        if "maxItems" not in schema:
            yield where + ": array without maxItems"
        yield from unbounded(schema["items"], where + "[]")
    if "object" in types:
        extra = schema.get("additionalProperties", True)
        if extra is not False and "propertyNames" not in schema:
            yield where + ": open object"
        for name, part in schema.get("properties", {}).items():
            yield from unbounded(part, f"{where}.{name}")


@pytest.mark.parametrize("name", strict.payloads())
def test_every_field_is_typed_and_bounded(name):
    assert list(unbounded(strict.SCHEMAS[name], name)) == []


ENUMS = {
    "employments": "employment", "positions": "position", "asn_statuses": "asnStatus", "partner_kinds": "partnerKind",
    "donation_states": "donationState", "programmes": "programme", "decile_bases": "decileBasis",
    "period_states": "periodState", "outcomes": "outcome", "giver_kinds": "giverKind", "children": "childFinding",
    "aids": "regularAid", "referral_kinds": "referralKind", "reject_codes": "rejectCode",
    "warning_codes": "warningCode", "healths": "healthOrNull", "houses": "houseOrNull",
    "household_statuses": "household.status", "referral_states": "referral.state", "row_states": "assignment.state",
    "row_reasons": "assignment.reason", "triggers": "plan.trigger", "message_kinds": "notification.kind",
    "message_states": "notification.state", "suppression_reasons": "suppression.reason",
}


def test_enums_are_the_codecs_words():
    known = words()
    assert set(known) == set(ENUMS) | {"topics"}
    for table, place in ENUMS.items():
        name, _, field = place.partition(".")
        schema = strict.SCHEMAS[name]["properties"][field] if field else strict.SCHEMAS[name]
        assert sorted(w for w in schema["enum"] if w is not None) == sorted(known[table]), table


# ---- each field of each message -------------------------------------------------------------------------------------

def refused(name, mutant):
    return not strict.validator(name).is_valid(mutant)


def accepted_ones(sample, kind):
    name = schema_of(sample)
    check = strict.validator(name)
    return ["/".join(map(str, path)) for path, mutant in kind(load(sample)) if check.is_valid(mutant)]


@pytest.mark.parametrize("sample", SAMPLES, ids=by_name)
def test_sample_validates(sample):
    errors = strict.validator(schema_of(sample)).iter_errors(load(sample))
    assert [f"{list(e.absolute_path)}: {e.message}" for e in errors] == []


@pytest.mark.parametrize("sample", OURS, ids=by_name)
def test_golden_is_canonical(sample):
    text = sample.read_text(encoding="utf-8")
    assert text == json.dumps(load(sample), ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("sample", SAMPLES, ids=by_name)
def test_mistyped_is_refused(sample):
    assert accepted_ones(sample, mutants.mistyped) == []


@pytest.mark.parametrize("sample", SAMPLES, ids=by_name)
def test_added_is_refused(sample):
    free = ["counts/0/rejected/tambahan"]
    assert [p for p in accepted_ones(sample, mutants.widened) if p not in free] == []


def in_a_map(path):
    """Codes within rejected and warnings are keys, not fields."""
    return len(path) > 1 and path[-2] in ("rejected", "warnings")


@pytest.mark.parametrize("sample", OURS, ids=by_name)
def test_dropped_is_refused(sample):
    left = [path for path, mutant in mutants.dropped(load(sample)) if not refused(schema_of(sample), mutant)]
    assert [p for p in left if not in_a_map(p)] == []


# What may be absent, in raw.*: everything else is required (directly, or because of another field's value).
OPTIONAL = {
    "raw_household": "desil_nasional desil_provinsi desil_kabupaten_kota nomor_kartu_keluarga_lama keterangan anggota",
    "raw_asn": "nip_lama home_village work_village nomor_kartu_keluarga phone consent",
    "raw_donation": "earmark base_village phone consent",
    "raw_period": "decile_basis lambda_m edition roster",
    "raw_visit": "household_ref packages findings note",
}


def test_a_household_needs_one_decile():
    least = load(strict.GOLDEN / "raw_household.least.json")
    del least["desil_kabupaten_kota"]
    assert refused("raw_household", least)
    assert not refused("raw_household", {**least, "desil_nasional": 1})


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s not in OURS and ".least." not in s.name], ids=by_name)
def test_dropped_is_refused_if_required(sample):
    name = schema_of(sample)
    for path, mutant in mutants.dropped(load(sample)):
        if len(path) == 1:
            assert refused(name, mutant) == (path[0] not in OPTIONAL[name].split()), path


# ---- schema and decoder of one mind ---------------------------------------------------------------------------------

# What JSON Schema can't say: a relation between two fields' values.
BEYOND_SCHEMA = {("referral", "inconsistent /referral"), ("tally", "inconsistent /next")}


def differing(sample, kind, verdicts):
    name = schema_of(sample)
    check = strict.validator(name)
    cases = list(kind(load(sample)))
    answers = verdicts([(name, mutant) for _, mutant in cases])
    assert len(answers) == len(cases)
    for (path, mutant), answer in zip(cases, answers):
        if check.is_valid(mutant) != (answer == "ok 0") and (name, answer) not in BEYOND_SCHEMA:
            yield path, mutants.at(mutant, path), answer


@pytest.mark.parametrize("sample", OURS, ids=by_name)
def test_decoder_takes_the_sample(sample, verdicts):
    assert verdicts([(schema_of(sample), load(sample))]) == ["ok 0"]


@pytest.mark.parametrize("sample", OURS, ids=by_name)
@pytest.mark.parametrize("kind", [mutants.mistyped, mutants.shifted], ids=["mistyped", "shifted"])
def test_same_verdict(sample, kind, verdicts):
    assert list(differing(sample, kind, verdicts)) == []


@pytest.mark.parametrize("sample", OURS, ids=by_name)
def test_null_differs_in_lists_only(sample, verdicts):
    """An absent list reads as an empty one; anything else that is null is judged alike."""
    for path, _, answer in differing(sample, mutants.nulled, verdicts):
        if not in_a_map(path):
            assert isinstance(mutants.at(load(sample), path), list) and answer == "ok 0", (path, answer)


@pytest.mark.parametrize("sample", OURS, ids=by_name)
def test_dropped_reads_as_null(sample, verdicts):
    """What the schema refuses as incomplete, the decoder takes exactly if null is allowed there."""
    name = schema_of(sample)
    cases = list(mutants.dropped(load(sample)))
    dropped = verdicts([(name, mutant) for _, mutant in cases])
    nulled = verdicts([(name, mutants.replaced(load(sample), path, None)) for path, _ in cases])
    assert dropped == nulled


@pytest.mark.parametrize("sample", OURS, ids=by_name)
def test_added_is_counted(sample, verdicts):
    cases = list(mutants.widened(load(sample)))
    assert verdicts([(schema_of(sample), mutant) for _, mutant in cases]) == ["ok 1"] * len(cases)
