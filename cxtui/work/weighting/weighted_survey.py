"""The weight of a survey: computed from its respondents, and added to a copy of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from cxtui.errors import ExportError, TargetsError
from cxtui.messages import tr
from cxtui.survey.edits import set_part
from cxtui.survey.model import Codebook, ExcludedColumn, Survey
from cxtui.survey.sampling import Calibration
from cxtui.survey.suppression import require_all_shown
from cxtui.text import numbered
from cxtui.work.weighting.joint_cells import JointCells, count_cells
from cxtui.work.weighting.targets import Targets
from cxtui.work.weighting.weigh_cells import Weights, weigh_cells
from cxtui.work.weighting.weight_options import Missing
from cxtui.work.weighting.weighting_report import WeightingReport

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True, eq=False)
class Weighting:
    """A weight of a survey that meets targets, and the report on it."""

    survey: Survey
    name: str
    targets: Targets
    cells: JointCells
    weights: Weights
    report: WeightingReport

    def weighted(self) -> Survey:
        """Return a copy of the survey with the weight, which its codebook declares.

        A margin whose answers are not the values of one column gets a column with their codes.
        Raises `ExportError` where another engine has the respondents.
        """
        survey = self.survey
        if survey.is_remote:
            raise ExportError(
                "{} is counted where it is: write it to Parquet there, and weight that file",
                survey.location,
            )
        columns = self._columns()
        added = {name: one for one, name in columns.items() if name not in survey.schema}
        native: pl.LazyFrame = survey.frame.with_columns(*self.cells.keys).to_native()
        keys = self.cells.counted.columns
        table = self._table(added).lazy()
        joined = native.join(table, on=keys, how="left", nulls_equal=True, maintain_order="left")
        return replace(
            survey,
            frame=nw.from_native(joined.drop(keys)),
            schema={**survey.schema, self.name: nw.Float64(), **dict.fromkeys(added, nw.String())},
            codebook=self._codebook(columns, tuple(added)),
        )

    def _columns(self) -> dict[str, str]:
        """Return the column that tells the answers of each question of a margin apart."""
        columns: dict[str, str] = {}
        has_unanswered = any(None in codes for one in self.weights.margins for codes in one.codes)
        for name in dict.fromkeys(name for one in self.targets.margins for name in one.questions):
            at = self.cells.questions.index(name)
            is_unanswered = has_unanswered and any(codes[at] is None for codes in self.cells.codes)
            own = None if is_unanswered else self.cells.columns.get(name)
            taken = {*self.survey.schema, self.name, *columns.values()}
            columns[name] = own or numbered(f"{self.name}_{name}", taken)
        return columns

    def _table(self, added: dict[str, str]) -> pl.DataFrame:
        """Return the weight and the added columns by the keys of respondents."""
        import polars as pl

        cells = self.cells
        codes = {
            column: [codes[cells.questions.index(name)] or "" for codes in cells.codes]
            for column, name in added.items()
        }
        return cells.counted.with_columns(
            pl.Series(self.name, self.weights.by_row).fill_nan(None),
            *(
                pl.Series(column, one, pl.String).gather(cells.cell)
                for column, one in codes.items()
            ),
        )

    def _codebook(self, columns: dict[str, str], added: tuple[str, ...]) -> Codebook:
        margins = tuple(
            tuple(columns[name] for name in one.questions) for one in self.targets.margins
        )
        codebook = set_part(self.survey.codebook, "weight", self.name)
        reason = tr("answers that the weight {} meets targets for", self.name)
        excluded = (ExcludedColumn(name, reason) for name in added)
        return replace(
            codebook,
            calibrated=Calibration(self.targets.base, margins),
            excluded=(*codebook.excluded, *excluded),
        )


def weigh_survey(
    survey: Survey, targets: Targets, name: str = "w", missing: Missing = Missing.REFUSE
) -> Weighting:
    """Return a weight that meets the targets; one query.

    Raises `TargetsError` where the targets do not fit the survey or cannot be met, or the survey
    has a column of this name.
    """
    require_all_shown(survey, "the weighting of respondents")
    if name in survey.schema:
        raise TargetsError(
            "{} has a column {!r} already: take another --name", survey.location, name
        )
    cells = count_cells(survey, targets)
    weights = weigh_cells(cells, targets, missing)
    report = weights.report
    if not targets.base and survey.codebook.weight:
        note = tr(
            "All respondents start from weight 1; to start from the codebook's weight, set "
            'base = "{}" in the targets',
            survey.codebook.weight,
        )
        report = replace(report, notes=(*report.notes, note))
    return Weighting(survey, name, targets, cells, weights, report)
