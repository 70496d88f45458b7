"""Stacking of the respondents of several waves in one lazy frame with common columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import SourceError
from cxtui.fingerprint import fingerprint_of
from cxtui.sources.column_storage import cast_column, common_type
from cxtui.survey.file_columns import column_pattern
from cxtui.survey.model import ExcludedColumn, Survey
from cxtui.survey.waves.combine_waves import combine_waves
from cxtui.survey.waves.unite_answers import unique_name
from cxtui.survey.waves.unite_question import CopiedColumn, PrefixedColumn, TickColumn, WaveColumn


def stack_waves(waves: Sequence[Survey], labels: Sequence[str], location: str) -> Survey:
    """Return one lazy survey of `waves`; raises `SourceError` if one shares no question."""
    together = combine_waves(waves, labels)
    added = together.wave_column
    _require_shared_question(waves, together.columns, added)
    columns = dict(together.columns)
    aside = _add_unmatched_columns(columns, waves, labels)
    frames = [_AlignedWave(wave, place, columns) for place, wave in enumerate(waves)]
    types = {
        name: common_type(map(_AlignedWave.type_of, frames, places)) or pl.String()
        for name, places in columns.items()
    }
    parts = [
        one.frame.select(
            pl.lit(label, pl.String).alias(name)
            if added and name == added
            else one.expression(places[one.place], types[name]).alias(name)
            for name, places in columns.items()
        )
        for one, label in zip(frames, labels, strict=True)
    ]
    frame = nw.from_native(pl.concat(parts, how="vertical"))
    files = tuple(file for wave in waves for file in wave.files)
    return Survey(
        frame=frame,
        schema=dict(frame.collect_schema()),
        codebook=replace(together.codebook, excluded=(*together.codebook.excluded, *aside)),
        location=location,
        fingerprint=fingerprint_of(files),
        respondents=sum(wave.respondents for wave in waves),
        notes=together.notes,
        files=files,
    )


class _AlignedWave:
    """One wave, with expressions for the columns of the combined survey.

    `frame` has a helper column "was asked" for each multiple response; `asked` are their names.
    """

    def __init__(
        self, wave: Survey, place: int, columns: Mapping[str, Sequence[WaveColumn]]
    ) -> None:
        """Take the wave with index `place` in each of `columns`."""
        native: pl.LazyFrame = wave.frame.to_native()
        self.place, self.schema = place, native.collect_schema()
        sets = dict.fromkeys(
            one.beside
            for places in columns.values()
            if isinstance(one := places[place], TickColumn) and not one.unchosen
        )
        self.asked = {names: f"\0asked {number}" for number, names in enumerate(sets)}
        self.frame = native.with_columns(
            pl.any_horizontal(map(self.answer_in, names)).alias(column)
            for names, column in self.asked.items()
        )

    def expression(self, place: WaveColumn, common: pl.DataType) -> pl.Expr:
        """Return the expression of a column of the combined survey in this wave."""
        match place:
            case None:
                return pl.lit(None, common)
            case PrefixedColumn(column, wave):
                return pl.concat_str(pl.lit(f"{wave}: "), self.text_of(column))
            case TickColumn():
                return cast_column(self.ticked(place), self.type_of(place), common)
            case CopiedColumn(column, codes) if codes:
                return self.rewritten(column, codes)
        return cast_column(pl.col(column_pattern(place.column)), self.schema[place.column], common)

    def rewritten(self, column: str, codes: Mapping[str, str]) -> pl.Expr:
        """Return a column with its texts replaced by codes; unknown texts stay unchanged."""
        old, new = list(codes), list(codes.values())
        if isinstance(self.schema[column], pl.List):
            lists = pl.col(column_pattern(column)).cast(pl.List(pl.String))
            return lists.list.eval(pl.element().replace(old, new))
        return self.text_of(column).replace(old, new)

    def ticked(self, place: TickColumn) -> pl.Expr:
        """Return 1 where the answer was ticked, 0 where it was not, null where it was not asked."""
        answer = self.answer_in(place.column)
        text = self.text_of(place.column)
        if place.unasked:
            answer &= ~text.is_in(list(place.unasked))
        chosen = ~text.is_in([*place.unchosen, *place.reasons])
        if place.unchosen:
            ticks = pl.when(answer).then(chosen.cast(pl.Int8))
        else:
            ticks = pl.when(pl.col(self.asked[place.beside])).then((answer & chosen).cast(pl.Int8))
        if not place.reasons:
            return ticks
        said = pl.when(text.is_in(list(place.reasons)))
        return said.then(text.replace(place.reasons)).otherwise(ticks.cast(pl.String))

    def answer_in(self, column: str) -> pl.Expr:
        """Return whether a column has a value; NaN is none."""
        values = pl.col(column_pattern(column))
        there = values.is_not_null()
        return there & values.is_not_nan() if self.schema[column].is_float() else there

    def text_of(self, column: str) -> pl.Expr:
        return cast_column(pl.col(column_pattern(column)), self.schema[column], pl.String())

    def type_of(self, place: WaveColumn) -> pl.DataType:
        match place:
            case None:
                return pl.Null()
            case TickColumn():
                return pl.String() if place.reasons else pl.Int8()
            case PrefixedColumn():
                return pl.String()
            case CopiedColumn(column, codes) if codes:
                is_list = isinstance(self.schema[column], pl.List)
                return pl.List(pl.String()) if is_list else pl.String()
        return self.schema[place.column]


def _require_shared_question(
    waves: Sequence[Survey], columns: Mapping[str, Sequence[WaveColumn]], added: str
) -> None:
    """Raise `SourceError` if a file shares no question with the others."""
    shared = [
        places for name, places in columns.items() if name != added and sum(map(bool, places)) > 1
    ]
    for place, wave in enumerate(waves):
        if not any(places[place] for places in shared):
            raise SourceError(
                "{} has no question in common with the other files: "
                "name the files of the waves only",
                wave.location,
            )


def _add_unmatched_columns(
    columns: dict[str, tuple[WaveColumn, ...]], waves: Sequence[Survey], labels: Sequence[str]
) -> tuple[ExcludedColumn, ...]:
    """Add the columns of the waves that no question uses; return the excluded ones of them."""
    left: dict[str, dict[int, pl.DataType]] = {}
    for wave, survey in enumerate(waves):
        used = {name for places in columns.values() for name in _columns_read(places[wave])}
        for name, dtype in survey.frame.to_native().collect_schema().items():
            if name not in used:
                left.setdefault(name, {})[wave] = dtype
    named: dict[tuple[int, str], str] = {}
    for name, types in left.items():
        is_common = common_type(types.values()) is not None
        for group in [list(types)] if is_common else [[wave] for wave in types]:
            new = unique_name(name, labels[group[0]], columns)
            columns[new] = tuple(
                CopiedColumn(name) if wave in group else None for wave in range(len(waves))
            )
            named |= {(wave, name): new for wave in group}
    reasons: dict[str, dict[str, list[str]]] = {}
    for wave, survey in enumerate(waves):
        for aside in survey.codebook.excluded:
            if (wave, aside.column) in named:
                reason = reasons.setdefault(named[wave, aside.column], {})
                reason.setdefault(aside.reason, []).append(labels[wave])
    return tuple(
        ExcludedColumn(name, _join_reasons(found, len(waves))) for name, found in reasons.items()
    )


def _columns_read(place: WaveColumn) -> tuple[str, ...]:
    match place:
        case None:
            return ()
        case TickColumn(column, _, beside):
            return (column, *beside)
    return (place.column,)


def _join_reasons(reasons: Mapping[str, Sequence[str]], waves: int) -> str:
    if len(reasons) == 1 and len(next(iter(reasons.values()))) == waves:
        return next(iter(reasons))
    return "; ".join(f"{', '.join(labels)}: {reason}" for reason, labels in reasons.items())
