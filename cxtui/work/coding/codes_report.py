"""The codes of a question as a document: how many answers have each, and how coders agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rich.cells import cell_len

from cxtui.messages import tr, tr_count
from cxtui.number_signs import count_text
from cxtui.output.document import Document, Section, Values
from cxtui.output.drawing.fit import TEXT_WIDTH, ellipsis, fitted
from cxtui.output.drawing.number_text import rounded
from cxtui.output.grid import Columns, list_grid
from cxtui.output.writers.registry import Content
from cxtui.survey.derive.codes_lines import counted_codes
from cxtui.survey.derive.derivation import Code
from cxtui.work.coding.coding_desk import CodingDesk
from cxtui.work.coding.kappa import FEWEST, Agreement, agreements

COLUMNS = ("code", "label", "key", "answers", "kappa")
"""The columns of the exported list, in their order; other programs rely on them."""

_LISTED = Columns(
    COLUMNS, texts=frozenset({"code", "label", "key"}), digits={"answers": 0, "kappa": 2}
)
_WIDEST_LABEL = 50


@dataclass(frozen=True, slots=True)
class CodesReport:
    """The codes of a question: `answers` has the respondents of each, by the codes that count.

    `coded` of `written` respondents are coded by anybody; `coders` has how many each coded.
    """

    question: str
    label: str
    codes: tuple[Code, ...]
    answers: Counter[str]
    coded: int
    written: int
    coders: Counter[str]
    agreements: tuple[Agreement, ...]

    def kappa(self, code: Code) -> float | None:
        """Return the kappa of the first two coders on a code."""
        return self.agreements[0].kappas[code.code] if self.agreements else None


def report_on(desk: CodingDesk) -> CodesReport:
    """Return how many answers have each code, and how far the coders agree."""
    codes, coding = desk.codes, desk.coding
    known = {one.code for one in coding.codes}
    counted = [
        set(counted_codes(codes.get(one.answer, {}), coding.coders)) & known for one in desk.written
    ]
    return CodesReport(
        question=desk.question.id,
        label=desk.question.label,
        codes=coding.codes,
        answers=Counter(code for one in counted for code in one),
        coded=sum(map(bool, counted)),
        written=len(desk.written),
        coders=Counter(coder for one in desk.written for coder in codes.get(one.answer, {})),
        agreements=agreements(coding, codes),
    )


def document_of_codes(report: CodesReport, title: str) -> Document:
    """Return the codes of a question, a row each."""
    rows: list[Values] = [
        (one.code, one.label, one.key, float(report.answers[one.code]), report.kappa(one))
        for one in report.codes
    ]
    notes = tuple(_notes(report))
    section = Section(
        id="codes",
        title=report.label,
        name="codes",
        notes=notes,
        rows=lambda: rows,
        grid=partial(list_grid, _LISTED, rows, notes),
        text=partial(_text, report),
        record=partial(_record, report),
    )
    return Document(title, Content.LIST, _LISTED, (section,))


def _record(report: CodesReport) -> dict[str, Any]:
    """Return everything that the report knows, for JSON."""
    return {
        "question": report.question,
        "coded": report.coded,
        "answers": report.written,
        "coders": [{"coder": one, "answers": n} for one, n in report.coders.items()],
        "codes": [
            {
                **{"code": one.code, "label": one.label, "key": one.key},
                **{"answers": report.answers[one.code], "kappa": report.kappa(one)},
            }
            for one in report.codes
        ],
        "agreements": [
            {"coders": one.coders, "n": one.n, "mean_kappa": one.mean, "kappas": dict(one.kappas)}
            for one in report.agreements
        ],
    }


def _notes(report: CodesReport) -> Iterator[str]:
    coders = ", ".join(f"{one} {count_text(n)}" for one, n in report.coders.items())
    said = tr("{:,} of {:,} answers coded", report.coded, report.written)
    yield tr("{}: {}", said, coders) if coders else said
    for one in report.agreements:
        yield _agreement(one)


def _agreement(one: Agreement) -> str:
    both = tr_count(one.n, "{:,} answer coded by both", "{:,} answers coded by both")
    named = tr("{} and {}", *one.coders)
    if one.mean is None:
        return tr("Kappa of {}: none, {} ({} are needed)", named, both, FEWEST)
    n = sum(each is not None for each in one.kappas.values())
    mean = rounded(one.mean, 2)
    return tr_count(
        n,
        "Kappa of {1}: {2}, {0} code, {3}",
        "Kappa of {1}: mean {2} of {0} codes, {3}",
        named,
        mean,
        both,
    )


def _text(report: CodesReport) -> Iterator[str]:
    yield ellipsis(report.label, TEXT_WIDTH)
    yield ""
    yield from _lines(report, [one.label for one in report.codes])


def _lines(report: CodesReport, labels: Sequence[str]) -> Iterator[str]:
    width = min(max(map(cell_len, labels), default=0), _WIDEST_LABEL)
    code_width = max(cell_len(one.code) for one in report.codes)
    for one in report.codes:
        kappa = report.kappa(one)
        line = f"{one.key or ' '}  {fitted(one.code, code_width)}  {fitted(one.label, width)}"
        agreed = "" if kappa is None else tr("  kappa {}", rounded(kappa, 2))
        yield f"{line} {report.answers[one.code]:>7,}{agreed}"
