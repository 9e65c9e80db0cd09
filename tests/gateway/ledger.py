"""The gateway's own memory: one NDJSON line per request that reached it, written before the answer goes out.

A test judges the notifier by this file and by nothing the notifier says of itself.
"""

import json
import threading
import time


class Ledger:
    def __init__(self, path):
        self._file = open(path, "a", encoding="utf-8")  # pylint: disable=consider-using-with
        self._lock = threading.Lock()
        self._next = 1
        self.accepted = 0
        self.refused = 0

    def write(self, event, **fields):
        """Appends one line and returns its number. `event`: accepted, refused, fault, webhook."""
        with self._lock:
            number = self._next
            self._next += 1
            if event == "accepted":
                self.accepted += 1
            elif event == "refused":
                self.refused += 1
            line = {"n": number, "at": int(time.time() * 1000), "event": event, **fields}
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()
            return number

    def counts(self):
        with self._lock:
            return {"accepted": self.accepted, "refused": self.refused}

    def close(self):
        self._file.close()


def read(path):
    """All lines of a ledger file, oldest first."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
