"""A small tree of a web page, by the standard library: enough to find elements by their class."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from tocsin.domain.text import tamed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_BLOCKS = frozenset("blockquote br div h1 h2 h3 h4 li ol p pre table tr ul".split())
_SILENT = frozenset({"script", "style", "template", "noscript"})
_MAX_DEPTH = 100
_MAX_NODES = 400_000
_BREAK = "\0"


class Node:
    __slots__ = ("attrs", "children", "classes", "tag")

    def __init__(self, tag: str, attrs: dict[str, str]) -> None:
        self.tag = tag
        self.attrs = attrs
        self.classes = frozenset(attrs.get("class", "").split())
        self.children: list[Node | str] = []


class _Builder(HTMLParser):
    def __init__(self, apart: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._apart = frozenset(apart)
        self.root = Node("", {})
        self._open = [self.root]
        self._count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs).get("class")
        if names and not self._apart.isdisjoint(names.split()):
            self._end(next((at for at, node in enumerate(self._open) if node.classes & self._apart), None))
        node = self._add(tag, attrs)
        if node and tag not in _VOID and len(self._open) < _MAX_DEPTH:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Node | None:
        self._count += 1
        if self._count > _MAX_NODES:
            return None
        node = Node(tag, {name: value or "" for name, value in reversed(attrs)})  # of doubled attributes the first
        self._open[-1].children.append(node)
        return node

    def handle_endtag(self, tag: str) -> None:
        self._end(next((at for at in range(len(self._open) - 1, 0, -1) if self._open[at].tag == tag), None))

    def _end(self, position: int | None) -> None:
        if position is not None:
            del self._open[position:]

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def tree(html: str, *, apart: Collection[str] = ()) -> Node:
    """Never raises; what is broken is read as far as it goes. An element of a class in ``apart`` is never inside
    another such: it ends the one whose end tag is missing."""
    builder = _Builder(apart)
    try:
        builder.feed(tamed(html))
        builder.close()
    except Exception:  # noqa: BLE001 html.parser asserts on some broken markup; what was read so far is wanted
        return builder.root
    return builder.root


def every(node: Node, name: str, *, outside: Collection[str] = ()) -> Iterator[Node]:
    """Elements of this class below ``node`` in the page's order, but not inside one of a class in ``outside``."""
    waiting = list(reversed(node.children))
    while waiting:
        child = waiting.pop()
        if isinstance(child, str) or not child.classes.isdisjoint(outside):
            continue
        if name in child.classes:
            yield child
        waiting.extend(reversed(child.children))


def first(node: Node, name: str, *, outside: Collection[str] = ()) -> Node | None:
    return next(every(node, name, outside=outside), None)


def tags(node: Node, tag: str) -> Iterator[Node]:
    waiting = list(reversed(node.children))
    while waiting:
        child = waiting.pop()
        if not isinstance(child, str):
            if child.tag == tag:
                yield child
            waiting.extend(reversed(child.children))


def text(node: Node | None, *, outside: Collection[str] = ()) -> str:
    """What a person reads there, with the line breaks that tags make."""
    parts: list[str] = []
    waiting: list[Node | str] = [node] if node else []
    while waiting:
        child = waiting.pop()
        if isinstance(child, str):
            parts.append(child)
        elif child.tag in _SILENT or not child.classes.isdisjoint(outside):
            continue
        elif child.tag in _BLOCKS:
            parts.append(_BREAK)
            waiting.append(_BREAK)
            waiting.extend(reversed(child.children))
        else:
            waiting.extend(reversed(child.children))
    lines = (" ".join(line.split()) for line in "".join(parts).split(_BREAK))
    return "\n".join(line for line in lines if line)


def line(node: Node | None, *, outside: Collection[str] = ()) -> str:
    return " ".join(text(node, outside=outside).split())
