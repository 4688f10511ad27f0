"""A publisher's web server on this machine, which can be told to misbehave."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Publisher:
    """What it serves, and how.

    Attributes:
        files: contents by path.
        breaks_after: bytes of a file after which the connection ends, once; None for never.
        knows_ranges: whether it goes on where a file broke off.
        status: with which it refuses everything; 0 where it does not.
        is_hub: whether large files are answered as the Hugging Face hub does, by a redirect and the hash.
        asked: the Range of each request for a file, "" where it had none.
        tokens: the Authorization that came with each request, by its path.
    """

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    breaks_after: int | None = None
    knows_ranges: bool = True
    status: int = 0
    is_hub: bool = False
    lies: bool = False
    asked: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)


@contextmanager
def publishing(publisher: Publisher) -> Iterator[Publisher]:
    """Serve until the block ends."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            content = self._content()
            if content is None:
                return
            if publisher.is_hub and self.path.endswith((".safetensors", ".bin")):
                self.send_response(302)
                self.send_header("X-Linked-Etag", f'"{hashlib.sha256(b"" if publisher.lies else content).hexdigest()}"')
                # Another name of this machine stands for another host.
                self.send_header("Location", publisher.address.replace("127.0.0.1", "localhost") + self.path)
            else:
                self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            content = self._content()
            if content is None:
                return
            asked = self.headers.get("Range", "")
            publisher.asked.append(asked)
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and publisher.knows_ranges else 0
            if start >= len(content) > 0:
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            end = publisher.breaks_after
            publisher.breaks_after = None
            self.wfile.write(content[start:end])
            self.close_connection = True

        def _content(self) -> bytes | None:
            publisher.tokens[f"{self.headers['Host'].partition(':')[0]}{self.path}"] = self.headers.get(
                "Authorization", ""
            )
            if publisher.status or self.path not in publisher.files:
                self.send_error(publisher.status or 404)
                return None
            return publisher.files[self.path]

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        publisher.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield publisher
        finally:
            server.shutdown()
            thread.join()
