"""What the WhatsApp Cloud API refuses, and with which code.

Pure: a request comes in as method, path, headers and body bytes; an Accepted or a Refused comes out. Codes are those of
Meta's Cloud API error reference; `Refused.status` is the HTTP status it goes out with.
"""

import json
import re
from dataclasses import dataclass

API_PATH = re.compile(r"^/v(\d+)\.0/(\d+)/messages$")
RENDERED_MAX = 1024
OPAQUE_MAX = 512
BODY_MAX = 64 * 1024

TOP_FIELDS = {"messaging_product", "recipient_type", "to", "type", "biz_opaque_callback_data", "template"}
TEMPLATE_FIELDS = {"name", "language", "components"}
COMPONENT_FIELDS = {"body": {"type", "parameters"}, "button": {"type", "sub_type", "index", "parameters"}}


@dataclass
class Accepted:
    to: str
    opaque: str
    template: str
    parameters: list
    rendered: str


@dataclass
class Refused(Exception):
    status: int
    code: int
    message: str


class DuplicateKey(ValueError):
    pass


def _no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise DuplicateKey("duplicate key")
    return dict(pairs)


def _need(condition, code, message, status=400):
    if not condition:
        raise Refused(status, code, message)


def _exactly(obj, allowed, where):
    _need(isinstance(obj, dict), 100, f"(#100) {where} must be a JSON object.")
    unknown = set(obj) - allowed
    _need(not unknown, 100, f"(#100) Unexpected key in {where}.")


def check_envelope(method, path, headers, body, phone_number_id, token):
    """Everything before the JSON is looked at."""
    match = API_PATH.match(path)
    _need(match, 2500, "(#2500) Unknown path components.")
    _need(method == "POST", 100, "Unsupported get request.")
    _need(int(match.group(1)) >= 20, 2635, "(#2635) You are calling a deprecated version of the API.")
    _need(match.group(2) == phone_number_id, 33, "(#33) Object with this ID does not exist or is not accessible.")
    authorization = headers.get("authorization", "")
    _need(authorization.startswith("Bearer "), 0, "Authentication Error", 401)
    _need(authorization == "Bearer " + token, 190, "Invalid OAuth access token.", 401)
    content_type = headers.get("content-type", "").split(";")[0].strip().lower()
    _need(content_type == "application/json", 100, "(#100) The request body must be application/json.")
    _need(len(body) <= BODY_MAX, 100, "(#100) The request body is too large.", 413)


def parse(body):
    try:
        data = json.loads(body.decode("utf-8", "strict"), object_pairs_hook=_no_duplicates)
    except DuplicateKey:
        raise Refused(400, 100, "(#100) Duplicate key in the JSON body.") from None
    except (UnicodeDecodeError, ValueError):
        raise Refused(400, 100, "(#100) The request body is not valid JSON.") from None
    _exactly(data, TOP_FIELDS, "the message")
    return data


def check_message(data):
    _need("messaging_product" in data, 100, "(#100) The parameter messaging_product is required.")
    _need(data["messaging_product"] == "whatsapp", 100, "(#100) messaging_product must be one of: whatsapp.")
    _need(data.get("recipient_type", "individual") == "individual", 131009, "(#131009) Parameter value is not valid.")
    _need("to" in data, 131008, "(#131008) Required parameter is missing: to.")
    to = data["to"]
    _need(isinstance(to, str), 100, "(#100) Param to must be a string.")
    _need(re.fullmatch(r"\+?62[2-9]\d{6,11}", to), 131009, "(#131009) Parameter value is not valid: to.")
    _need(data.get("type") == "template", 131047, "(#131047) Only a template may open a conversation.")
    opaque = data.get("biz_opaque_callback_data", "")
    _need(isinstance(opaque, str), 100, "(#100) Param biz_opaque_callback_data must be a string.")
    _need(len(opaque) <= OPAQUE_MAX, 100, "(#100) Param biz_opaque_callback_data is too long.")
    _need("template" in data, 131008, "(#131008) Required parameter is missing: template.")
    return to.lstrip("+"), opaque


def check_language(template, known):
    _need("language" in template, 131008, "(#131008) Required parameter is missing: language.")
    language = template["language"]
    _exactly(language, {"policy", "code"}, "language")
    _need(language.get("policy") == "deterministic", 131009, "(#131009) language.policy must be deterministic.")
    _need(language.get("code") == known["language"], 132001,
          "(#132001) Template name does not exist in the translation.", 404)


def check_text(parameter):
    _exactly(parameter, {"type", "text"}, "a body parameter")
    _need(parameter.get("type") == "text", 132012, "(#132012) Parameter format does not match format in the template.")
    text = parameter.get("text")
    _need(isinstance(text, str) and text.strip(), 131008, "(#131008) Required parameter is missing: text.")
    _need(not re.search(r"[\n\t]| {5,}", text), 132018,
          "(#132018) Text has a new line, a tab or more than four spaces in a row.")
    return text


def check_button(component, known):
    _need(component.get("sub_type") == "quick_reply", 131009, "(#131009) Unsupported button sub_type.")
    index = component.get("index")
    _need(isinstance(index, str), 100, "(#100) Param index must be a string.")
    _need(index.isdigit() and int(index) < len(known["quick_replies"]), 132000,
          "(#132000) There is no such button in the template.")
    parameters = component.get("parameters")
    _need(isinstance(parameters, list) and len(parameters) == 1, 131008,
          "(#131008) A quick reply takes one payload.")
    _exactly(parameters[0], {"type", "payload"}, "a button parameter")
    _need(parameters[0].get("type") == "payload" and isinstance(parameters[0].get("payload"), str)
          and len(parameters[0]["payload"]) <= 128, 131009, "(#131009) The payload is not valid.")


def check_template(template, templates):
    _exactly(template, TEMPLATE_FIELDS, "template")
    name = template.get("name")
    _need(isinstance(name, str), 131008, "(#131008) Required parameter is missing: name.")
    _need(name in templates, 132001, "(#132001) Template name does not exist in the translation.", 404)
    known = templates[name]
    check_language(template, known)
    _need(known["status"] != "PAUSED", 132015, "(#132015) Template is paused due to low quality.")
    components = template.get("components", [])
    _need(isinstance(components, list) and len(components) <= 8, 100, "(#100) Param components must be an array.")
    texts = []
    for component in components:
        kind = component.get("type") if isinstance(component, dict) else None
        _need(kind in COMPONENT_FIELDS, 100, "(#100) Unknown component type.")
        _exactly(component, COMPONENT_FIELDS[kind], "a component")
        if kind == "button":
            check_button(component, known)
            continue
        _need(not texts, 100, "(#100) The body comes twice.")
        _need(isinstance(component.get("parameters"), list), 100, "(#100) Param parameters must be an array.")
        texts = [check_text(parameter) for parameter in component["parameters"]]
    wanted = len(set(re.findall(r"\{\{(\d+)\}\}", known["body"])))
    _need(len(texts) == wanted, 132000,
          "(#132000) Number of parameters does not match the expected number of params.")
    rendered = re.sub(r"\{\{(\d+)\}\}", lambda m: texts[int(m.group(1)) - 1], known["body"])
    _need(len(rendered) <= RENDERED_MAX, 132005, "(#132005) Translated text too long.")
    return name, texts, rendered


def check(method, path, headers, body, *, phone_number_id, token, templates):
    """An Accepted; raises Refused. `headers` has lower-case names."""
    check_envelope(method, path, headers, body, phone_number_id, token)
    data = parse(body)
    to, opaque = check_message(data)
    name, texts, rendered = check_template(data["template"], templates)
    return Accepted(to=to, opaque=opaque, template=name, parameters=texts, rendered=rendered)


def error_body(refused, trace):
    kind = "OAuthException"
    return {"error": {"message": refused.message, "type": kind, "code": refused.code,
                      "error_data": {"messaging_product": "whatsapp", "details": refused.message},
                      "fbtrace_id": trace}}
