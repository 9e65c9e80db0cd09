"""Ways to misbehave, asked for by a test through the control port. Each serves the next `count` acceptable requests.

kind        what the caller sees
error       {"code": c, "status": s}: an error answer; nothing was accepted
silent      accepted and in the ledger, then the connection is closed without an answer
hang        accepted and in the ledger, then nothing for {"seconds": n}, then closed
half        accepted and in the ledger, then half an answer
garbage     accepted and in the ledger, then 200 with a body that is no JSON
slow        accepted and in the ledger, answered after {"seconds": n}
"""

import json
import threading
import time


class Fault:
    def __init__(self, kind, options):
        self.kind = kind
        self.options = options

    def refuses(self):
        """True if the message counts as not accepted."""
        return self.kind == "error"

    def act(self, handler, answer):
        if self.kind == "error":
            code = int(self.options.get("code", 131000))
            body = {"error": {"message": f"(#{code}) asked for by a test", "type": "OAuthException", "code": code,
                              "error_data": {"messaging_product": "whatsapp", "details": "asked for by a test"},
                              "fbtrace_id": "T0"}}
            if "transient" in self.options:
                body["error"]["is_transient"] = bool(self.options["transient"])
            headers = [("Retry-After", str(self.options["retry_after"]))] if "retry_after" in self.options else []
            handler.send(int(self.options.get("status", 400)), body, headers)
            return
        if self.kind == "garbage":
            handler.send(200, b"<html>it works</html>")
            return
        if self.kind in ("hang", "slow"):
            time.sleep(min(float(self.options.get("seconds", 30)), 120))
        if self.kind == "slow":
            handler.send(200, answer)
            return
        if self.kind == "half":
            raw = json.dumps(answer).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
            handler.wfile.write(head.encode() + raw[: len(raw) // 2])
            handler.wfile.flush()
        handler.close_connection = True


KINDS = ("error", "silent", "hang", "half", "garbage", "slow")


class Faults:
    def __init__(self):
        self._queue = []
        self._lock = threading.Lock()

    def add(self, kind, count, options):
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind}")
        with self._lock:
            self._queue.extend(Fault(kind, options) for _ in range(min(count, 100000)))

    def next(self):
        with self._lock:
            return self._queue.pop(0) if self._queue else None

    def left(self):
        with self._lock:
            return len(self._queue)
