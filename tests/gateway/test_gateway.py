"""The stand-in is itself under test: 25 wrong requests and the code that Meta answers to each, then what it must take."""

import copy
import hashlib
import hmac
import http.client
import http.server
import json
import os
import subprocess
import sys
import threading
import time

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import ledger as ledger_module  # noqa: E402  pylint: disable=wrong-import-position

PATH = "/v23.0/100000000000001/messages"
HEADERS = {"Authorization": "Bearer token-uji", "Content-Type": "application/json"}
GOOD = {
    "messaging_product": "whatsapp", "recipient_type": "individual", "to": "6281200000001", "type": "template",
    "biz_opaque_callback_data": "3510/0123456789abcdef0123456789abcdef/1",
    "template": {
        "name": "paket_ditugaskan_v1", "language": {"policy": "deterministic", "code": "id"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": text} for text in
                                            ("Januari 2026", "3", "28 Januari 2026", "31 Januari 2026")]},
            {"type": "button", "sub_type": "quick_reply", "index": "0",
             "parameters": [{"type": "payload", "payload": "BERHENTI"}]},
        ],
    },
}


class Running:
    def __init__(self, tmp_path, *options):
        self.ledger = str(tmp_path / "ledger.ndjson")
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "gateway.py"), "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0",
             "--ledger", self.ledger, *options], stdout=subprocess.PIPE, text=True)
        ports = json.loads(self.process.stdout.readline())
        self.api, self.control = ports["listen"][1], ports["control"][1]

    def call(self, body, path=PATH, headers=None, method="POST", port=None):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.api, timeout=10)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, raw, HEADERS if headers is None else headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, json.loads(data)

    def steer(self, path, body):
        return self.call(body, path, port=self.control)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def gateway(tmp_path):
    running = Running(tmp_path)
    yield running
    running.stop()


def changed(path, value, remove=False):
    """GOOD with one place changed."""
    data = copy.deepcopy(GOOD)
    place = data
    for key in path[:-1]:
        place = place[key]
    if remove:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return data


TEXT = ("template", "components", 0, "parameters", 0, "text")
WRONG = [
    ("no token", GOOD, {"headers": {"Content-Type": "application/json"}}, 401, 0),
    ("wrong token", GOOD, {"headers": {**HEADERS, "Authorization": "Bearer salah"}}, 401, 190),
    ("wrong content type", GOOD, {"headers": {**HEADERS, "Content-Type": "text/plain"}}, 400, 100),
    ("wrong method", b"", {"method": "GET"}, 400, 100),
    ("wrong path", GOOD, {"path": "/v23.0/100000000000001/message"}, 400, 2500),
    ("old version", GOOD, {"path": "/v15.0/100000000000001/messages"}, 400, 2635),
    ("foreign phone number id", GOOD, {"path": "/v23.0/100000000000002/messages"}, 400, 33),
    ("not JSON", b"{", {}, 400, 100),
    ("duplicate key", b'{"to":"6281200000001","to":"6281200000001"}', {}, 400, 100),
    ("unknown field", {**GOOD, "preview_url": True}, {}, 400, 100),
    ("no messaging_product", changed(("messaging_product",), None, remove=True), {}, 400, 100),
    ("wrong recipient_type", changed(("recipient_type",), "group"), {}, 400, 131009),
    ("no recipient", changed(("to",), None, remove=True), {}, 400, 131008),
    ("recipient in national form", changed(("to",), "081200000001"), {}, 400, 131009),
    ("recipient as number", changed(("to",), 6281200000001), {}, 400, 100),
    ("free text", changed(("type",), "text"), {}, 400, 131047),
    ("opaque data too long", changed(("biz_opaque_callback_data",), "x" * 513), {}, 400, 100),
    ("unknown template", changed(("template", "name"), "tidak_ada_v1"), {}, 404, 132001),
    ("wrong language", changed(("template", "language", "code"), "en"), {}, 404, 132001),
    ("no policy", changed(("template", "language"), {"code": "id"}), {}, 400, 131009),
    ("one parameter too few", changed(("template", "components", 0, "parameters"),
                                      GOOD["template"]["components"][0]["parameters"][:3]), {}, 400, 132000),
    ("parameter of another type", changed(("template", "components", 0, "parameters", 0),
                                          {"type": "currency", "text": "1"}), {}, 400, 132012),
    ("new line in a parameter", changed(TEXT, "Januari\n2026"), {}, 400, 132018),
    ("rendered text too long", changed(TEXT, "x" * 1000), {}, 400, 132005),
    ("button index as number", changed(("template", "components", 1, "index"), 0), {}, 400, 100),
]


@pytest.mark.parametrize("name,body,how,status,code", WRONG, ids=[row[0] for row in WRONG])
def test_wrong_requests_get_metas_code(gateway, name, body, how, status, code):
    assert len(WRONG) == 25 and name
    answer_status, answer = gateway.call(body, **how)
    assert (answer_status, answer["error"]["code"]) == (status, code)
    assert ledger_module.read(gateway.ledger)[-1]["event"] == "refused"


def test_paused_template(gateway):
    body = changed(("template", "name"), "paket_dijeda_v1")
    body["template"]["components"] = [{"type": "body", "parameters": [{"type": "text", "text": "x"}]}]
    assert gateway.call(body)[1]["error"]["code"] == 132015


def test_a_right_request_is_in_the_ledger_before_the_answer(gateway):
    status, answer = gateway.call(GOOD)
    assert status == 200 and answer["messages"][0]["message_status"] == "accepted"
    lines = [line for line in ledger_module.read(gateway.ledger) if line["event"] == "accepted"]
    assert [line["id"] for line in lines] == [answer["messages"][0]["id"]]
    assert lines[0]["opaque"] == GOOD["biz_opaque_callback_data"]


def test_rate_limit(tmp_path):
    running = Running(tmp_path, "--rate", "5")
    try:
        codes = [running.call(GOOD)[0] for _ in range(12)]
        assert 429 in codes and codes[:5] == [200] * 5
    finally:
        running.stop()


@pytest.mark.parametrize("kind", ["silent", "half"])
def test_a_silent_gateway_has_taken_the_message(gateway, kind):
    gateway.steer("/faults", {"kind": kind})
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        gateway.call(GOOD)
    assert gateway.steer("/faults", {"kind": "garbage"})[0] == 200
    assert ledger_module.read(gateway.ledger)[-1]["fault"] == kind


def test_an_asked_for_error_accepts_nothing(gateway):
    gateway.steer("/faults", {"kind": "error", "code": 131056, "status": 400})
    status, answer = gateway.call(GOOD)
    assert (status, answer["error"]["code"]) == (400, 131056)
    assert ledger_module.read(gateway.ledger)[-1]["event"] == "fault"


class Hook(http.server.BaseHTTPRequestHandler):
    got = []
    answers = []

    def log_message(self, *args):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = Hook.answers.pop(0) if Hook.answers else 200
        if status == 200:
            Hook.got.append((self.headers["X-Hub-Signature-256"], body))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def test_callbacks_are_signed_and_tried_again(tmp_path):
    Hook.got, Hook.answers = [], [500]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    running = Running(tmp_path, "--webhook", f"http://127.0.0.1:{server.server_port}/hook", "--webhook-delay-ms", "10")
    try:
        running.call(GOOD)
        deadline = time.monotonic() + 10
        while len(Hook.got) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        statuses = set()
        for signature, body in Hook.got:
            assert signature == "sha256=" + hmac.new(b"rahasia-uji", body, hashlib.sha256).hexdigest()
            value = json.loads(body)["entry"][0]["changes"][0]["value"]
            statuses |= {status["status"] for status in value["statuses"]}
        assert "sent" in statuses and len(statuses) >= 2
    finally:
        running.stop()
        server.shutdown()
