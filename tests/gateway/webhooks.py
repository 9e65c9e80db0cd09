"""Status callbacks: what Meta sends to the webhook after a message was accepted, signed as Meta signs.

The fate of a message is a function of the recipient, so that two runs agree: of 256 numbers about 4 never get it
(131026), about a third show no read receipt, the rest read it.
"""

import hashlib
import heapq
import hmac
import http.client
import json
import threading
import time
import urllib.parse


def fate(to):
    first = hashlib.sha256(to.encode()).digest()[0]
    if first < 4:
        return ["sent", "failed"]
    if first < 90:
        return ["sent", "delivered"]
    return ["sent", "delivered", "read"]


def status_body(phone_number_id, wamid, to, opaque, status, at):
    entry = {"id": wamid, "status": status, "timestamp": str(at // 1000), "recipient_id": to,
             "biz_opaque_callback_data": opaque}
    if status == "failed":
        entry["errors"] = [{"code": 131026, "title": "Message undeliverable",
                            "message": "Message undeliverable",
                            "error_data": {"details": "Message Undeliverable."}}]
    return _wrap({"messaging_product": "whatsapp", "metadata": {"phone_number_id": phone_number_id},
                  "statuses": [entry]})


def inbound_body(phone_number_id, sender, text, at):
    message = {"from": sender, "id": f"wamid.IN{at}", "timestamp": str(at // 1000), "type": "text",
               "text": {"body": text}}
    return _wrap({"messaging_product": "whatsapp", "metadata": {"phone_number_id": phone_number_id},
                  "contacts": [{"wa_id": sender}], "messages": [message]})


def _wrap(value):
    return {"object": "whatsapp_business_account",
            "entry": [{"id": "WABA-UJI", "changes": [{"field": "messages", "value": value}]}]}


class Webhooks:
    """A queue of callbacks in due order, sent by a few threads; one that isn't answered by 200 is tried again."""

    def __init__(self, url, secret, ledger, workers=4, tries=20):
        self._url = urllib.parse.urlsplit(url) if url else None
        self._secret = secret.encode()
        self._ledger = ledger
        self._tries = tries
        self._heap = []
        self._count = 0
        self._pending = 0
        self._stop = False
        self._wake = threading.Condition()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers if url else 0)]
        for thread in self._threads:
            thread.start()

    def schedule(self, delay_s, body, tries=None):
        if self._url is None:
            return
        with self._wake:
            self._count += 1
            self._pending += 1
            heapq.heappush(self._heap, (time.monotonic() + delay_s, self._count, body, tries or self._tries))
            self._wake.notify()

    def pending(self):
        with self._wake:
            return self._pending

    def stop(self):
        with self._wake:
            self._stop = True
            self._wake.notify_all()

    def _take(self):
        with self._wake:
            while not self._stop:
                if not self._heap:
                    self._wake.wait()
                    continue
                wait = self._heap[0][0] - time.monotonic()
                if wait <= 0:
                    return heapq.heappop(self._heap)
                self._wake.wait(wait)
            return None

    def _work(self):
        connection = None
        while True:
            item = self._take()
            if item is None:
                return
            _, _, body, tries = item
            raw = json.dumps(body).encode()
            connection, status = self._post(connection, raw)
            if status != 200 and tries > 1:
                self.schedule(0.5, body, tries - 1)
            elif status != 200:
                self._ledger.write("webhook", lost=True, status=status)
            with self._wake:
                self._pending -= 1

    def _post(self, connection, raw):
        signature = "sha256=" + hmac.new(self._secret, raw, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature}
        for attempt in range(2):  # an idle connection may have been closed by the other side
            try:
                if connection is None:
                    connection = http.client.HTTPConnection(self._url.hostname, self._url.port, timeout=10)
                connection.request("POST", self._url.path or "/", raw, headers)
                answer = connection.getresponse()
                answer.read()
                return connection, answer.status
            except (OSError, http.client.HTTPException):
                if connection is not None:
                    connection.close()
                connection = None
                if attempt == 1:
                    return None, 0
        return None, 0
