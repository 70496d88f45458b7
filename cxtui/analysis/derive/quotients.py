"""Quotients of two columns, which not every server divides as narwhals asks it to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw


@dataclass(frozen=True, slots=True)
class Quotient:
    """A column divided by a count, null where that is under `least`, which is 1 or more."""

    total: str
    count: str
    least: int

    @property
    def expression(self) -> nw.Expr:
        """Return the quotient as an expression."""
        count = nw.col(self.count)
        return nw.when(count >= self.least).then(nw.col(self.total) / count.cast(nw.Float64))


def with_values(
    frame: nw.LazyFrame[Any], values: Mapping[str, nw.Expr | Quotient]
) -> nw.LazyFrame[Any]:
    """Return a frame with columns more, made of those that it has.

    Spark is asked for quotients in SQL: narwhals' `try_divide` is for whole numbers alone on some
    servers.
    """
    quotients = {name: one for name, one in values.items() if isinstance(one, Quotient)}
    added = {name: one for name, one in values.items() if not isinstance(one, Quotient)}
    if frame.implementation.is_spark_like():
        sql = (
            f"CASE WHEN `{one.count}` >= {one.least} THEN `{one.total}` / `{one.count}` END "
            f"AS `{name}`"
            for name, one in quotients.items()
        )
        if quotients:
            frame = nw.from_native(frame.to_native().selectExpr("*", *sql))
    else:
        added |= {name: one.expression for name, one in quotients.items()}
    if not added:
        return frame
    return frame.with_columns(*(one.alias(name) for name, one in added.items()))
