"""Receives callbacks with nothing but Python's standard library (3.9 or later): checks that each is genuine, prints one
line, acknowledges it.

    COUNTERSIGN_API_KEY=... python3 examples/handler.py

Then set http://127.0.0.1:4000/callbacks as the callback URL of your account or app.
"""

import hashlib
import hmac
import json
import os
import signal
import sys
from datetime import datetime, timezone
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

ACKNOWLEDGEMENT = "Hello API Event Received"
MOST_BYTES = 10 * 1024 * 1024
SECONDS_TO_SEND = 30


def read_json_field(body, content_type):
    """The text of the callback's JSON, or None: multipart field `json`, urlencoded `json=...`, or the body itself."""
    kind = content_type.split(";", 1)[0].strip().lower()
    if kind == "multipart/form-data":
        head = b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n"
        for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
            if part.get_param("name", header="content-disposition") == "json":
                return part.get_payload(decode=True).decode("utf-8")
        return None
    text = body.decode("utf-8")
    if kind == "application/x-www-form-urlencoded":
        return parse_qs(text).get("json", [None])[0]
    return text


def parse_callback(body, content_type):
    """The callback's payload. Raises ValueError, in words, for anything else."""
    text = read_json_field(body, content_type)
    if text is None:
        raise ValueError("The body has no field named json.")
    payload = json.loads(text)
    event = payload.get("event") if isinstance(payload, dict) else None
    members = ("event_type", "event_time", "event_hash")
    if not isinstance(event, dict) or not all(isinstance(event.get(member), str) for member in members):
        raise ValueError("The JSON has no event with event_type, event_time and event_hash.")
    return payload


def is_genuine(event, api_key):
    """Whether whoever sent the event knows the API key."""
    message = (event["event_time"] + event["event_type"]).encode("utf-8")
    expected = hmac.new(api_key.encode("utf-8"), message, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode("utf-8"), event["event_hash"].encode("utf-8"))


def line_of(payload):
    event, request = payload["event"], payload.get("signature_request")
    words = [datetime.fromtimestamp(int(event["event_time"]), timezone.utc).isoformat(), event["event_type"]]
    if isinstance(request, dict):
        words += [str(request.get("signature_request_id")), json.dumps(request.get("title"), ensure_ascii=False)]
    message = (event.get("event_metadata") or {}).get("event_message")
    return " ".join(words + ([json.dumps(message, ensure_ascii=False)] if message else []))


class Callbacks(BaseHTTPRequestHandler):
    timeout = SECONDS_TO_SEND
    api_key = ""

    def do_POST(self):
        size = self.headers.get("content-length", "")
        if self.path != "/callbacks":
            return self.answer(404, "Callbacks are received by POST /callbacks.")
        if not size.isdecimal() or int(size) > MOST_BYTES:
            return self.answer(400, "The body needs a Content-Length of at most %d." % MOST_BYTES)
        body = self.rfile.read(int(size))
        try:
            payload = parse_callback(body, self.headers.get("content-type", ""))
        except (ValueError, RecursionError) as error:
            return self.answer(400, str(error))
        if not is_genuine(payload["event"], self.api_key):
            return self.answer(401, "The event_hash was not made with our API key.")
        # Store the event here, then acknowledge: what is acknowledged is not sent again. The same event may come twice.
        print(line_of(payload), flush=True)
        return self.answer(200, ACKNOWLEDGEMENT)

    def answer(self, status, words):
        body = words.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if status != 200:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """One line per event is enough: requests are not logged."""


def main():
    Callbacks.api_key = os.environ.get("COUNTERSIGN_API_KEY", "")
    if Callbacks.api_key == "":
        sys.exit("Set COUNTERSIGN_API_KEY to the account's primary API key: the server prints it at its first start.")
    port = int(os.environ.get("PORT", "4000"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = ThreadingHTTPServer(("127.0.0.1", port), Callbacks)
    print("waiting for callbacks on http://127.0.0.1:%d/callbacks" % server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
