"""A client that follows streamed answers on the page's way, in a process of its own so that nobody pays for it.

Usage: python -m benchmarks.follower URL TOKEN TURNS. It follows so many answers one after the other and prints the seconds to
the first word of each."""

import http.client
import json
import sys
import time
from urllib.parse import urlsplit

WORDS = "tell me something nice about kites in the wind"


def follow(url: str, token: str, turns: int) -> list[float]:
    """Seconds to the first word of each answer."""
    firsts = []
    connection = http.client.HTTPConnection(str(urlsplit(url).hostname), urlsplit(url).port or 80, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for number in range(turns):
        began, first = time.perf_counter(), 0.0
        connection.request("POST", "/agent/stream", json.dumps({"message": f"{WORDS} ({number})"}), headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"message {number} was answered {answer.status}: {answer.read()[:300]!r}")
        while line := answer.readline():
            if not first and line.startswith(b"event: delta"):
                first = time.perf_counter() - began
        firsts.append(first)
    return firsts


if __name__ == "__main__":
    sys.stdout.write(json.dumps(follow(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
