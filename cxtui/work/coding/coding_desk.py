"""The open answers to a question and what one coder says of them, written as the coder goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from cxtui.analysis.query.side_queries.written_answers import WrittenAnswer, read_written
from cxtui.errors import CodebookError, ExportError, TemporaryExportError, ViewError
from cxtui.file_locks import unwritable_error
from cxtui.output.files.append_lines import append_lines
from cxtui.output.files.survey_files import change_coding
from cxtui.sources.codebook_location import (
    codes_paths,
    default_codebook_path,
    find_codebook_file,
    user_codebook_path,
)
from cxtui.sources.codes_files import read_codes_file
from cxtui.survey.derive.codes_lines import (
    CUT,
    Answer,
    Assignment,
    Codes,
    header,
    latest,
    line_of,
)
from cxtui.survey.derive.derivation import Code, Derivation
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Question
from cxtui.text import clean, fold
from cxtui.work.coding.coding_frame import (
    coder_name,
    coding_of,
    new_coding,
    with_coder,
    with_label,
    words_alike,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """An open answer, and the respondents who wrote it: identical ones are coded at once.

    `alike` is what other spellings of it share: the words without capitals, accents and signs.
    """

    text: str
    text_hash: str
    respondents: tuple[str, ...]
    alike: str

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What codes are given to."""
        return tuple((one, self.text_hash) for one in self.respondents)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A wording on which coders disagree, and what each of them said."""

    wording: Wording
    codes: Mapping[str, Codes]


def open_desk(survey: Survey, name: str, files: Sequence[str], asked: str = "") -> CodingDesk:
    """Return the desk of an open question or of its coding, to be listed, exported, imported.

    Raises `ViewError` without such a question, or where it has no coding.
    """
    coding = coding_of(survey.codebook, name)
    question = required(survey, coding.sources[0] if coding else name, "question")
    desk = CodingDesk(survey, question, coder_name(), files, asked)
    if coding is None:
        message = (
            "{} has no codes yet: C in the explorer makes them, or a [[coding]] of the codebook"
        )
        raise ViewError(message, question.id)
    return desk


class CodingDesk:
    """The open answers to one question, and the codes of a coder.

    Every change is on the disk when its method returns. The methods that write raise
    `ExportError` or `CodebookError`; then nothing has changed.
    """

    def __init__(
        self, survey: Survey, question: Question, coder: str, files: Sequence[str], asked: str = ""
    ) -> None:
        """Read the answers; `asked` names the codebook, where the user has. Raises `ViewError`."""
        self.question = question
        self.coder = coder
        self.has_written = False
        """Whether anything was written, which the survey does not know yet."""
        self._survey, self._codebook = survey, survey.codebook
        self._files, self._asked = tuple(files), asked
        self._paths = codes_paths(self._files, question.id)
        found = coding_of(survey.codebook, question.id)
        self.coding = found or new_coding(survey.codebook, question)
        self.written = read_written(survey, question)
        self.wordings = tuple(_wordings(self.written))
        self._alike: dict[str, list[Wording]] = {}
        for one in self.wordings:
            self._alike.setdefault(one.alike, []).append(one)
        lines = [
            line for path in dict.fromkeys(self._paths) for line in read_codes_file(path).lines
        ]
        self._codes = {answer: dict(coders) for answer, coders in latest(lines).items()}
        self._earlier = _earlier(lines, coder, self.written)
        self._current = frozenset(one.answer for one in self.written)
        given = [self._own(one) for one in self._current]
        self.done = sum(map(bool, given))
        """The number of respondents whose answers the coder coded."""
        self.counts = Counter(code for codes in given for code in codes)
        """How many respondents have each code, as the coder sees it."""

    # What has been said

    @property
    def codes(self) -> Mapping[Answer, Mapping[str, Codes]]:
        """The codes of the answers as they are now, by coder."""
        current = dict.fromkeys(one.answer for one in self.written)
        return {one: self._codes[one] for one in current if self._codes.get(one)}

    def codes_of(self, wording: Wording) -> Codes:
        """Return the coder's codes of a wording, none where it is not coded."""
        return next(filter(None, map(self._own, wording.answers)), ())

    def is_done(self, wording: Wording) -> bool:
        """Return whether the coder coded all respondents of a wording."""
        return all(map(self._own, wording.answers))

    def earlier_codes(self, wording: Wording) -> Codes:
        """Return the codes of what a respondent wrote before the text changed."""
        if self.codes_of(wording):
            return ()
        return next(filter(None, map(self._earlier.get, wording.respondents)), ())

    @property
    def of(self) -> int:
        """The number of respondents who wrote something."""
        return len(self._current)

    def said_of(self, wording: Wording) -> Mapping[str, Codes]:
        """Return what each coder said of a wording, the coder at the desk first."""
        own = self.codes_of(wording)
        found: dict[str, Codes] = {self.coder: own} if own else {}
        for answer in wording.answers:
            others = self._codes.get(answer, {}).items()
            found |= {coder: codes for coder, codes in others if coder != self.coder}
        return found

    def differs(self, wording: Wording) -> bool:
        """Return whether coders coded a wording differently."""
        return len({frozenset(each) for each in self.said_of(wording).values()}) > 1

    def disagreements(self) -> list[Disagreement]:
        """Return the wordings that coders coded differently."""
        return [Disagreement(one, self.said_of(one)) for one in self.wordings if self.differs(one)]

    def alike(self, wording: Wording) -> list[Wording]:
        """Return the other wordings that differ in capitals, accents and signs alone."""
        return [one for one in self._alike.get(wording.alike, ()) if one is not wording]

    @property
    def said(self) -> Mapping[Answer, Mapping[str, Codes]]:
        """All codes by coder, also those of answers whose text has changed."""
        return self._codes

    # What is written

    def add(self, lines: Sequence[Assignment]) -> None:
        """Write what coders said elsewhere; coders whom the codebook lacks come last in it."""
        coders = sorted({one.coder for one in lines}.difference(self.coding.coders))
        if coders:
            self._change_coding(lambda now: reduce(with_coder, coders, now))
        if lines:
            self._append("".join(map(line_of, lines)))
            for one in lines:
                self._take(one)

    def assign(self, wordings: Iterable[Wording], codes: Codes) -> None:
        """Give codes to wordings; none take back what the coder said of them."""
        if codes and self.coder not in self.coding.coders:
            self._change_coding(lambda now: with_coder(now, self.coder))
        order = {one.code: at for at, one in enumerate(self.coding.codes)}
        sorted_codes = tuple(sorted(codes, key=lambda one: order.get(one, len(order))))
        for wording in wordings:
            lines = [Assignment(*one, self.coder, sorted_codes) for one in wording.answers]
            self._append("".join(map(line_of, lines)))
            for one in lines:
                self._take(one)

    def add_code(self, label: str, key: str = "") -> Code:
        """Return the code of a label, a new one in the codebook unless there is one."""
        self._change_coding(lambda now: with_coder(with_label(now, label, key), self.coder))
        return next(one for one in self.coding.codes if fold(one.label) == fold(label))

    def _own(self, answer: Answer) -> Codes:
        return self._codes.get(answer, {}).get(self.coder, ())

    def _take(self, one: Assignment) -> None:
        before = self._own(one.answer)
        of_answer = self._codes.setdefault(one.answer, {})
        of_answer.pop(one.coder, None)
        if one.codes:
            of_answer[one.coder] = one.codes
        if one.coder == self.coder and one.answer in self._current:
            self.done += bool(one.codes) - bool(before)
            self.counts.update(one.codes)
            self.counts.subtract(before)

    def _append(self, lines: str) -> None:
        """Append to the user's own file where there is one, else beside the survey if possible."""
        *_, beside, own = self._paths
        self.has_written = True
        usual = own if own.exists() else beside
        try:
            append_lines(usual, lines, header(), CUT)
            return
        except OSError as error:
            reason = unwritable_error(usual, error)
            if usual.parent.exists() and isinstance(reason, TemporaryExportError):
                raise reason from None
        try:  # a folder that others look after
            own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            append_lines(own, lines, header(), CUT)
        except OSError:
            raise reason from None

    def _change_coding(self, change: Callable[[Derivation], Derivation]) -> None:
        """Change the coding as it is in the codebook now, where another may have changed it."""

        def changed(now: Derivation | None) -> Derivation:
            return change(now or self.coding)

        written = find_codebook_file(self._files, self._asked)
        target = written or default_codebook_path(self._files)
        try:
            coding = self._save(changed, target, written)
        except ExportError as error:
            own = user_codebook_path(self._files)
            if self._asked or target == own or isinstance(error, TemporaryExportError):
                raise
            coding = self._save(changed, own, written)
        self.has_written = self.has_written or coding != self.coding
        self.coding = coding

    def _save(
        self,
        change: Callable[[Derivation | None], Derivation],
        target: Path,
        written: Path | None,
    ) -> Derivation:
        if target == user_codebook_path(self._files):
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                reason = error.strerror or error
                raise CodebookError("{} could not be made: {}", target.parent, reason) from None
        return change_coding(
            self._codebook, self.coding.id, change, target, written, self._survey.files
        )


def _wordings(written: Iterable[WrittenAnswer]) -> Iterator[Wording]:
    """Yield the different answers, in the order of the file."""
    of_text: dict[str, list[WrittenAnswer]] = {}
    for one in written:
        of_text.setdefault(one.text_hash, []).append(one)
    for text_hash, answers in of_text.items():
        text = clean(answers[0].text)
        respondents = tuple(dict.fromkeys(one.respondent for one in answers))
        alike = words_alike(text) or text
        yield Wording(text, text_hash, respondents, alike)


def _earlier(
    lines: Iterable[Assignment], coder: str, written: Iterable[WrittenAnswer]
) -> Mapping[str, Codes]:
    """Return the last codes of each respondent for a text that no respondent of the id has now."""
    current = {one.answer for one in written}
    found: dict[str, Codes] = {}
    for one in lines:
        if one.coder == coder and one.answer not in current:
            found[one.respondent] = one.codes
    return found
