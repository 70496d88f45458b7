"""A coder's way through the answers of a question: one wording after the other, each written."""

from __future__ import annotations

from collections.abc import Sequence

from cxtui.survey.derive.codes_lines import Codes
from cxtui.survey.derive.derivation import Code
from cxtui.text import fold
from cxtui.work.coding.code_proposals import CodeProposals
from cxtui.work.coding.coding_desk import CodingDesk, Wording


class CodingWalk:
    """Stands at one wording, whose codes are a `draft` until the coder goes on.

    The methods that go on write the draft first, where it says something new; they raise as those
    of the desk, and stay then.
    """

    def __init__(self, desk: CodingDesk) -> None:
        self.desk = desk
        self.words: tuple[str, ...] = ()
        """The words that the wordings in the walk contain."""
        self.walked: Sequence[Wording] = desk.wordings
        self.draft: Codes = ()
        self._place = 0
        self._visited: list[Wording] = []
        self._is_touched = False
        self._proposals = CodeProposals(one.text for one in desk.wordings)
        for one in desk.wordings:
            if desk.is_done(one):
                self._proposals.learn(one.text, desk.codes_of(one))
        self._stand(self._next_open(0, len(self.walked)))

    @property
    def wording(self) -> Wording | None:
        """The wording that is being coded, `None` where nothing is found."""
        return self.walked[self._place] if self.walked else None

    @property
    def is_to_confirm(self) -> bool:
        """Whether the draft is from the time before the text changed."""
        one = self.wording
        is_earlier = one is not None and bool(self.desk.earlier_codes(one))
        return is_earlier and not self._is_touched

    @property
    def proposal(self) -> Code | None:
        """The code that is proposed, unless the draft has codes already."""
        one = self.wording
        if one is None or self.draft:
            return None
        code = self._proposals.propose(one.text)
        return next((each for each in self.desk.coding.codes if each.code == code), None)

    @property
    def place(self) -> int:
        """The place of the wording among those walked, from 1 on."""
        return self._place + 1

    def switch(self, code: str) -> None:
        """Give a code to the wording, or take it back."""
        others = tuple(one for one in self.draft if one != code)
        self.draft = others if code in self.draft else (*self.draft, code)
        self._is_touched = True

    def next(self) -> None:
        """Go to the next wording that is not coded, else to the next one."""
        self.keep(confirms=True)
        if self.wording is not None:
            self._visited.append(self.wording)
            following = (self._place + 1) % len(self.walked)
            self._stand(self._next_open(following, len(self.walked) - 1))

    def back(self) -> None:
        """Go to the wording where the coder was before, else to the one above."""
        self.keep()
        while self._visited:
            before = self._visited.pop()
            if before in self.walked:
                self._stand(self.walked.index(before))
                return
        self._stand(max(self._place - 1, 0))

    def go_to(self, wording: Wording) -> None:
        """Go to a wording, among all of them."""
        self.keep()
        if self.wording is not None:
            self._visited.append(self.wording)
        self.words, self.walked = (), self.desk.wordings
        self._stand(self.walked.index(wording))

    def spread(self) -> int:
        """Give the draft to the wordings alike as well, and go on; return how many those are."""
        one = self.wording
        others = self.desk.alike(one) if one is not None and self.draft else []
        if others:
            self.desk.assign(others, self.draft)
            for each in others:
                self._proposals.learn(each.text, self.draft)
        self.next()
        return len(others)

    def find(self, text: str) -> None:
        """Walk through the wordings that contain all words, from the first; without words, all."""
        self.keep()
        words = tuple(fold(text).split())
        if words != self.words:
            here, self.words = self.wording, words
            self.walked = [
                one for one in self.desk.wordings if all(word in fold(one.text) for word in words)
            ]
            stays = here in self.walked and not words
            found = self.walked.index(here) if here and stays else None
            self._stand(self._next_open(0, len(self.walked)) if found is None else found)

    def add(self, label: str, key: str = "") -> Code:
        """Give the wording a code of this label, a new one unless there is one."""
        code = self.desk.add_code(label, key)
        if code.code not in self.draft:
            self.switch(code.code)
        return code

    def keep(self, *, confirms: bool = False) -> None:
        """Write the draft where it says something new; with `confirms` also one from earlier."""
        one = self.wording
        if one is None:
            return
        is_open = confirms and bool(self.draft) and not self.desk.is_done(one)
        is_new = self._is_touched and set(self.draft) != set(self.desk.codes_of(one))
        if is_open or is_new:
            self.desk.assign([one], self.draft)
            self._proposals.learn(one.text, self.draft)
        self._is_touched = False

    def _stand(self, place: int) -> None:
        self._place, self._is_touched = place, False
        one = self.wording
        self.draft = (self.desk.codes_of(one) or self.desk.earlier_codes(one)) if one else ()

    def _next_open(self, first: int, most: int) -> int:
        """Return the place of the first of `most` wordings from `first` on that is not coded."""
        for step in range(most):
            place = (first + step) % len(self.walked)
            if not self.desk.is_done(self.walked[place]):
                return place
        return first if first < len(self.walked) else 0
