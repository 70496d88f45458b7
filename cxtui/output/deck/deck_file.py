"""Open and save a PowerPoint file: what was not changed keeps its bytes, and nothing has a time."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from string import digits
from typing import IO, Any

from lxml import etree
from pptx import Presentation
from pptx.exc import PythonPptxError
from pptx.opc.packuri import PackURI

from cxtui.errors import ExportError
from cxtui.output.deck.chart_workbook import MADE
from cxtui.output.deck.house_look import give_house_look

_OLD = b"\xd0\xcf\x11\xe0"
_TYPES = "[Content_Types].xml"
_MAIN = b"application/vnd.openxmlformats-officedocument.presentationml."
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TOO_LARGE = 1 << 30


_DAMAGE = (
    *(PythonPptxError, etree.LxmlError, zlib.error, struct.error, EOFError, RecursionError),
    *(ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError),
    StopIteration,
)
"""What python-pptx and its libraries raise over a damaged file."""


class Deck:
    """An open deck; `presentation` and `slides` are those of python-pptx.

    The names of the slides' parts are kept: python-pptx numbers them anew whenever it lists them.
    """

    def __init__(self, content: bytes | None, name: str = "") -> None:
        self._name = name
        self._before = _members(content, name) if content is not None else {}
        with self.refusing_damage():
            self._open(None if content is None else packed(_mended(self._before)))

    def _open(self, content: IO[bytes] | None) -> None:
        self.presentation = Presentation(content)
        if content is None:
            give_house_look(self.presentation)
        part = self.presentation.part
        listed = self.presentation.element.sldIdLst
        parts = [part.related_part(one.rId) for one in (() if listed is None else listed)]
        names = [one.partname for one in parts]
        self.slides = self.presentation.slides
        for one, before in zip(parts, names, strict=True):
            one.partname = before

    @contextmanager
    def refusing_damage(self) -> Iterator[None]:
        """Raise `ExportError` where what is in a person's file stops the library that reads it.

        In a new deck nothing can be damaged: an error is ours.
        """
        try:
            yield
        except _DAMAGE as error:
            if not self._before:
                raise
            message = "{} cannot be read as a PowerPoint file: save it again as .pptx"
            raise ExportError(message, self._name) from error

    def add_slide(self, layout: Any) -> Any:
        """Return a new slide behind the others."""
        return self.slides.add_slide(layout)

    def set_properties(self, title: str) -> None:
        """Give a new deck a title, and no author or time."""
        core = self.presentation.core_properties
        core.title, core.author, core.last_modified_by = title[:255], "", "cxtui"
        core.created = core.modified = MADE
        core.revision = 1

    def saved(self) -> bytes:
        """Return the file; a part that means what it meant before has the bytes it had."""
        content = io.BytesIO()
        _name_apart(list(self.presentation.part.package.iter_parts()))
        self.presentation.save(content)
        after = _members(content.getvalue(), "")
        kept = {name: self._before[name] for name in after if self._is_same(name, after)}
        if after.keys() == self._before.keys():
            kept[_TYPES] = self._before[_TYPES]
        return packed(after | kept).getvalue()

    def _is_same(self, name: str, after: Mapping[str, bytes]) -> bool:
        before, now = self._before.get(name), after[name]
        if before is None or name == _TYPES:
            return False
        return before == now or (name.endswith((".xml", ".rels")) and _meant(before) == _meant(now))


def _members(content: bytes, name: str) -> dict[str, bytes]:
    """Return the members of a file in their order; raises `ExportError` where it is none."""
    if content.startswith(_OLD):
        message = "{} is encrypted, or a .ppt of an old PowerPoint: save it as .pptx, no password"
        raise ExportError(message, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > _TOO_LARGE:
                raise ExportError("{} is too large for a deck", name)
            members = {one: archive.read(one) for one in archive.namelist()}
    except (zipfile.BadZipFile, RuntimeError, OSError, *_DAMAGE):
        raise ExportError("{} is not a PowerPoint file (.pptx)", name) from None
    types = members.get(_TYPES, b"")
    if b"presentation.macroEnabled" in types or b"template.macroEnabled" in types:
        raise ExportError("{} has macros: save it as .pptx without them", name)
    return members


def _name_apart(parts: Sequence[Any]) -> None:
    """Give a part whose name an earlier one has a name of its own.

    python-pptx numbers a slide by those that are listed; one that a script took off the list is
    still in the file. It adds properties beside those to which an unknown relationship leads.
    """
    taken, seen = {one.partname for one in parts}, set[str]()
    for one in parts:
        if (name := one.partname) in seen:
            stem = name.removesuffix(f".{name.ext}").rstrip(digits)
            names = (PackURI(f"{stem}{number}.{name.ext}") for number in count(2))
            one.partname = next(each for each in names if each not in taken)
            taken.add(one.partname)
        seen.add(name)


def _mended(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a file that python-pptx can read: a template as a deck, no ends that lead nowhere."""
    mended = dict(members)
    mended[_TYPES] = members.get(_TYPES, b"").replace(
        _MAIN + b"template.main+xml", _MAIN + b"presentation.main+xml"
    )
    for name in members:
        if name.endswith(".rels"):
            mended[name] = _without_lost_targets(name, members)
    return mended


def _without_lost_targets(name: str, members: Mapping[str, bytes]) -> bytes:
    """Return the relationships of a part without those whose target is no part of the file."""
    try:
        tree = etree.fromstring(members[name], etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:
        return members[name]
    folder = "/" + name.rpartition("_rels/")[0].rstrip("/")
    lost = [one for one in tree if one.get("TargetMode") != "External"]
    lost = [one for one in lost if not _is_part(_target(folder, one.get("Target") or ""), members)]
    for one in lost:
        tree.remove(one)
    whole: bytes = etree.tostring(tree, encoding="UTF-8", standalone=True)
    return whole if lost else members[name]


def _is_part(name: str, members: Mapping[str, bytes]) -> bool:
    """Return whether a member is a part: types and relationships are written anew, as such."""
    return name in members and name != _TYPES and not name.endswith(".rels")


def _target(folder: str, reference: str) -> str:
    return str(PackURI.from_rel_ref(folder, reference))[1:]


def _meant(xml: bytes) -> object:
    """Return what XML means: in one order of attributes, relationships in any order."""
    try:
        tree = etree.fromstring(xml, _READER)
    except etree.XMLSyntaxError:
        return xml
    if etree.QName(tree).localname == "Relationships":
        return {tuple(sorted(one.attrib.items())) for one in tree}
    return etree.tostring(tree, method="c14n")


_READER = etree.XMLParser(remove_blank_text=True, resolve_entities=False)
"""As python-pptx reads: blanks between elements mean nothing."""


def packed(members: Mapping[str, bytes]) -> io.BytesIO:
    """Return the members of a file, by their names, as a file without times."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    content.seek(0)
    return content


def layouts_of(deck: Deck) -> Iterator[Any]:
    """Yield the layouts of a deck, those of its first master first."""
    for master in deck.presentation.slide_masters:
        yield from master.slide_layouts
