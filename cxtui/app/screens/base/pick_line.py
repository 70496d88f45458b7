"""One line of several: type letters to narrow the list, enter picks it."""

from __future__ import annotations

from cxtui.app.screens.base.find_line import FindLine


class PickLine(FindLine[int | None], named="pick_line"):
    """Pick one of several lines; answers its position, or `None`."""

    def take(self, place: int) -> None:
        """Answer the line under the cursor."""
        self.dismiss(place)
