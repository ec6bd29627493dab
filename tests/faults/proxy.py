"""A way to a node that can be slow, broken, mendacious or closed, as a test says."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Mood = Callable[["Proxy", bytes], bytes | None]
"""Gives the answer to a request; None: hangs up without one."""


class Proxy:
    """
    Passes requests on to a node, as its mood is.

    Args:
        node: Address of the node.
    """

    def __init__(self, node: str) -> None:
        self.node = node
        self.mood: Mood = Proxy.passed
        self.asked = 0

    def passed(self, body: bytes) -> bytes:
        """Ask the node."""
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self.node, body, headers)
        with urllib.request.urlopen(request, timeout=60) as reply:
            found: bytes = reply.read()
        return found

    def rewritten(self, body: bytes, change: Callable[[dict[str, Any], Any], Any]) -> bytes:
        """Ask the node, and change each of its answers."""
        asked, said = json.loads(body), json.loads(self.passed(body))
        calls = asked if isinstance(asked, list) else [asked]
        answers = {one["id"]: one for one in (said if isinstance(said, list) else [said])}
        for call in calls:
            one = answers[call["id"]]
            if "result" in one:
                one["result"] = change(call, one["result"])
        return json.dumps(said).encode()


@contextmanager
def between(node: str) -> Iterator[tuple[Proxy, str]]:
    """Stand between a worker and its node, and give the proxy with its address."""
    proxy = Proxy(node)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            proxy.asked += 1
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                answer = proxy.mood(proxy, body)
            except OSError:
                answer = None
            if answer is None:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield proxy, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
