"""Decides where in a conversation the cache is told to look and to write, beside its end: from each such place the API looks
only twenty blocks back for what it has, and turns of the rules or of another model may have added more since."""

from collections.abc import Sequence

APART, MOST = 15, 2
_HEARD, _END = b'{"role":"user"', b"}]}"


def with_breakpoints(pieces: Sequence[bytes], blocks: Sequence[int], mark: bytes) -> list[bytes]:
    """The messages, of so many blocks each, with a mark on the newest few places. Where they stand is counted from the
    beginning, so that they stay where they are while the conversation grows."""
    marked, due, told = list(pieces), [], 0
    for number, (piece, size) in enumerate(zip(pieces, blocks, strict=True)):
        told += size
        if told >= APART and piece.startswith(_HEARD):
            due.append(number)
            told = 0
    for number in due[-MOST:]:
        marked[number] = b'%b,"cache_control":%b%b' % (pieces[number][: -len(_END)], mark, _END)
    return marked
