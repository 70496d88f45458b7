"""What `cxtui plan` is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from cxtui.options import option


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """The tab plan, which of its tables are made, and whether it is only checked."""

    plan: str = option("", "the tab plan, as TOML", "PLAN", place="1")
    tables: str = option("", "only these tables (default: all)", "3,7-9")
    template: str = option(
        "", "the PowerPoint file whose layouts, colours and slides a new deck begins with", "PPTX"
    )
    into: str = option("", "update the charts of this deck by their data, into -o", "PPTX")
    check: bool = option(False, "write no table: say what each would be, and whether they add up")
