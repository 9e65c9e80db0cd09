"""The published schemas of docs/asyncapi.yaml as a strict, independent validator."""

import pathlib
import re
import warnings

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
DOCUMENT = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text(encoding="utf-8"))
SCHEMAS = DOCUMENT["components"]["schemas"]


def _pattern(validator, pattern, instance, schema):
    # In ECMA 262, and so in JSON Schema, $ is the very end; in Python it may stand before a line feed.
    if validator.is_type(instance, "string") and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield jsonschema.ValidationError("does not match " + pattern)


def _is_integer(checker, instance):
    # 1.0 is no integer here: integers are written as integers.
    return isinstance(instance, int) and not isinstance(instance, bool)


_Strict = jsonschema.validators.extend(
    jsonschema.Draft7Validator,
    validators={"pattern": _pattern},
    type_checker=jsonschema.Draft7Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def resolve(ref):
    node = DOCUMENT
    for part in ref.removeprefix("#/").split("/"):
        node = node[part]
    return node


def validator(name):
    """The validator of one message: `household`, `raw_visit` …"""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Debian's version has nothing newer
        resolver = jsonschema.RefResolver("", DOCUMENT)
    return _Strict(SCHEMAS[name], resolver=resolver, format_checker=jsonschema.FormatChecker(["date"]))


def payloads():
    """Names of the schemas that are some message's payload."""
    return sorted(m["payload"]["$ref"].rsplit("/", 1)[1]
                  for m in DOCUMENT["components"]["messages"].values() if "payload" in m)
