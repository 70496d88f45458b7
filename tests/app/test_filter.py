"""`f` builds filters; the title, the table and the roles follow."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import given
from rich.cells import cell_len
from textual.pilot import Pilot

from cxtui.app.explorer import Explorer
from cxtui.app.panes.roles_pane import Roles
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.screens.select.choose_answers import Choose, entries_of
from cxtui.app.screens.select.filter_chips import chips_of
from cxtui.app.screens.select.filter_draft import Draft, Term, picked
from cxtui.app.screens.select.filter_screen import Filters
from cxtui.output.drawing.fit import fitted_chips as fitted
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition, Filter
from tests.app.screen import (
    explorer,
    exploring,
    lines_of,
    painted,
    press,
    screen_text,
    whole_lines_of,
)
from tests.making import BUDGET, GOAL, QUESTIONS, TOOLS, known, made

MARKETING = Filter("role", "=", ("1",))
WAVE = Filter("wave", "=", ("2016",))
TEN, THIRTY = Filter("budget", ">=", ("10",)), Filter("budget", "<=", ("30",))


async def pressed(pilot: Pilot[str], *keys: str) -> None:
    """Press keys; what was asked for while a count was under way is counted after it."""
    await press(pilot, *keys)
    for _ in range(2):
        await painted(pilot)


def title_of(pilot: Pilot[str]) -> str:
    return whole_lines_of(pilot)[0]


def roles_of(app: Explorer) -> list[tuple[str, int, bool]]:
    roles = [one for one in app.query_one(Roles).entries if not isinstance(one, str)]
    return [(one.label, int(known(one.n)), one.on) for one in roles]


def respondents_of(app: Explorer) -> float:
    table = app.query_one(Comparison).table
    assert table is not None
    return table.respondents


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_filter_built_by_picking(example: Path, size: tuple[int, int]) -> None:
    """One category: the title has its chip, the table its respondents, undo takes it back."""
    app = explorer(example)
    async with app.run_test(size=size) as pilot:
        await painted(pilot)
        before = app.session.view
        assert respondents_of(app) == 198 and "filter none" in title_of(pilot)
        await pressed(pilot, "f")
        assert "keeps 198 of 378 respondents" in screen_text(pilot)
        await pressed(pilot, *"seniority")
        await pressed(pilot, "enter")
        assert "seniority is …" in screen_text(pilot)
        await pressed(pilot, "space")
        assert isinstance(app.screen, Choose)
        kept = next(line for line in whole_lines_of(pilot) if "keeps " in line)
        n = int(kept.partition("keeps ")[2].split()[0])
        ticked = next(line for line in whole_lines_of(pilot) if "[x] " in line and "│" in line)
        assert str(n) in ticked
        await pressed(pilot, "enter", "enter")
        assert app.session.view is not None and len(app.session.view.filters) == 2
        assert app.session.view.filters[1].mentions("seniority")
        assert respondents_of(app) == n
        assert "[seniority: " in title_of(pilot)
        assert sum(count for _, count, _ in roles_of(app)) == n
        await pressed(pilot, "u")
        assert app.session.view == before


async def test_exclusions_alternatives_and_ranges_are_combined(example: Path) -> None:
    """All kinds of conditions in one visit give the expected filters of the view."""
    app = explorer(example, "--wave", "all")
    async with app.run_test(size=(120, 40)) as pilot:
        await painted(pilot)
        await pressed(pilot, "f", *"role")
        await pressed(pilot, "enter", "space", "exclamation_mark", "enter")
        assert "role ≠ Marketing" in screen_text(pilot)
        await pressed(pilot, *"budget_share")
        await pressed(pilot, "enter", "1", "5", "backspace", "0", "down", "3", "0", "vertical_line")
        assert "role ≠ Marketing or budget_share >= 10" in screen_text(pilot)
        await pressed(pilot, "enter", "enter")
        technology = Filter("role", "!=", ("1",))
        assert app.session.view is not None
        assert app.session.view.filters == (
            AnyOf((technology, Filter("budget_share", ">=", ("10",)))),
            AnyOf((technology, Filter("budget_share", "<=", ("30",)))),
        )
        assert app.session.view.all_waves
        kept = sum(n for _, n, _ in roles_of(app))
        assert respondents_of(app) == kept


async def test_letters_are_typed_and_tab_marks(example: Path) -> None:
    """An answer is kept, excluded, or neither in turn; another joins it."""
    app = explorer(example)
    async with app.run_test(size=(80, 24)) as pilot:
        await painted(pilot)
        await pressed(pilot, "f", *"c-l", "tab")
        assert "[+] C-level" in screen_text(pilot)
        await pressed(pilot, "tab")
        assert "[−] C-level" in screen_text(pilot) and "keeps 153 of" in screen_text(pilot)
        await pressed(pilot, "tab")
        assert "[ ] C-level" in screen_text(pilot) and "keeps 198 of" in screen_text(pilot)
        await pressed(pilot, "tab", *["backspace"] * 3, *"director", "tab")
        assert "keeps " in screen_text(pilot)
        await pressed(pilot, *["backspace"] * 8)
        assert "seniority = C-level or Director" in screen_text(pilot)
        await pressed(pilot, *"qqzz")
        assert "nothing found" in screen_text(pilot)
        await pressed(pilot, "enter")
        assert isinstance(app.screen, Filters)
        await pressed(pilot, *["backspace"] * 4, "enter")
        assert app.session.view is not None
        assert "seniority=" in str(app.session.view.filters[1])
        assert len(app.session.view.filters) == 2


async def test_an_answer_that_was_found_is_kept_by_enter(example: Path) -> None:
    """Without a mark; one typing error is forgiven."""
    app = explorer(example)
    async with app.run_test(size=(80, 24)) as pilot:
        await painted(pilot)
        await pressed(pilot, "f", *"directr", "enter")
        assert app.session.view is not None
        assert len(app.session.view.filters) == 2
        assert "[seniority: Director" in title_of(pilot)


async def test_roles_follow_the_other_filters(example: Path) -> None:
    """A filter on the role switches roles off; the counts stay those of the other filters."""
    app = explorer(example, "--where", "role=Marketing", "--where", "budget_share>=30")
    async with app.run_test(size=(80, 24)) as pilot:
        await painted(pilot)
        (_, marketing, on), (_, technology, other) = roles_of(app)
        assert on and not other and technology > 0
        assert respondents_of(app) == marketing
        await pressed(pilot, "2", "down", "space")
        assert [one[2] for one in roles_of(app)] == [True, True]
        assert respondents_of(app) == marketing + technology


async def test_lines_are_removed_and_left(example: Path) -> None:
    """`delete` takes one away, and so does backspace; `esc` leaves everything as it was."""
    app = explorer(example, "--where", "role=Marketing")
    async with app.run_test(size=(80, 24)) as pilot:
        await painted(pilot)
        before = app.session.view
        await pressed(pilot, "f", "delete", "backspace")
        assert "no filter: all respondents" in screen_text(pilot)
        assert "keeps 378 of 378" in screen_text(pilot)
        await pressed(pilot, "escape")
        assert app.session.view == before
        await pressed(pilot, "f", "up", "delete", "exclamation_mark", "enter")
        assert app.session.view is not None
        assert [str(one) for one in app.session.view.filters] == ["wave!=2016"]
        assert "wave not 2016" in title_of(pilot)
        await pressed(pilot, "f", "delete", "delete", "enter")
        assert app.session.view.filters == () and app.session.view.all_waves
        assert "wave all" in title_of(pilot)


async def test_what_is_typed_must_be_a_number(example: Path) -> None:
    """The screen says so and stays."""
    app = explorer(example)
    async with app.run_test(size=(80, 24)) as pilot:
        await painted(pilot)
        await pressed(pilot, "f", *"budget_share")
        await pressed(pilot, "enter", "enter")
        assert "type a number, or tick an answer" in screen_text(pilot)
        await pressed(pilot, "1", "minus", "enter")
        assert "'1-' is not a number" in screen_text(pilot)
        await pressed(pilot, "escape")
        assert isinstance(app.screen, Filters)


async def test_hostile_text(tmp_path: Path) -> None:
    """Ids and labels are shown as they are, never read as markup."""
    survey = tmp_path / "hostile.csv"
    rows = ["[@click=app.quit]x[/],or", *(["[/b] or,a=b", '"x, ""y""",""'] * 20)]
    survey.write_text("\n".join(rows), "utf-8")
    app = explorer(survey)
    async with app.run_test(size=(80, 24)) as pilot:
        await painted(pilot)
        await pressed(pilot, "f", *"click", "enter")
        assert "[@click=app.quit]x[/]" in screen_text(pilot)
        await pressed(pilot, "space", "exclamation_mark", "enter", "enter")
        assert "[[@click=app.quit]x[/]: not [/b] or]" in title_of(pilot)
        assert respondents_of(app) == 20


@pytest.mark.parametrize("size", [(40, 12), (1, 1)])
async def test_a_small_terminal(example: Path, size: tuple[int, int]) -> None:
    """The visible part works."""
    app = explorer(example)
    async with app.run_test(size=size) as pilot:
        await painted(pilot)
        await pressed(pilot, "f", *"role")
        await pressed(pilot, "enter", "space", "enter", "enter")
        assert app.session.view is not None and len(app.session.view.filters) == 2


@pytest.mark.parametrize(
    ("low", "high", "codes", "negated", "clauses"),
    [
        ("", "", [], False, ()),
        ("", "", [], True, ()),
        ("10", "30", [], False, ((TEN,), (THIRTY,))),
        ("10", "", [], True, ((TEN.opposite,),)),
        ("10", "30", [], True, ((TEN.opposite, THIRTY.opposite),)),
        (
            "10",
            "30",
            [NO_ANSWER],
            False,
            (
                (TEN, Filter("budget", "=", (NO_ANSWER,))),
                (THIRTY, Filter("budget", "=", (NO_ANSWER,))),
            ),
        ),
        (
            "10",
            "",
            ["998", NO_ANSWER],
            True,
            ((TEN.opposite,), (Filter("budget", "!=", ("998", NO_ANSWER)),)),
        ),
    ],
)
def test_picked_answers_become_conditions(
    low: str, high: str, codes: list[str], negated: bool, clauses: tuple[tuple[Filter, ...], ...]
) -> None:
    """A range is two comparisons, outside it is either; ticked answers count beside it."""
    assert picked("budget", low, high, codes, negated=negated) == clauses


FILTERS = st.builds(
    Filter,
    st.sampled_from(["role", "goal"]),
    st.sampled_from(["=", "!="]),
    st.tuples(st.sampled_from(["1", "2"])),
)
CONDITIONS = st.one_of(
    FILTERS, st.lists(FILTERS, min_size=2, max_size=3).map(lambda several: AnyOf(tuple(several)))
)


@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.data())
def test_a_draft_keeps_its_lines_together(conditions: list[Condition], data: st.DataObject) -> None:
    """It is the conditions that it came from; each change is of one line."""
    draft = Draft.of(conditions)
    assert draft.conditions == tuple(conditions)
    position = data.draw(st.integers(0, len(draft.terms) - 1))
    assert draft.negated(position).negated(position) == draft
    assert draft.switched(position).switched(position) == draft
    less = draft.removed(position)
    assert [one.filter for one in less.terms] == [
        one.filter for place, one in enumerate(draft.terms) if place != position
    ]
    assert not less.terms or not less.terms[0].joined
    group = draft.group_at(position)
    assert draft.terms[position].filter in draft.groups[group]
    assert len(less.groups) == len(draft.groups) - (len(draft.groups[group]) == 1)
    assert draft.without_group(group).conditions == (*conditions[:group], *conditions[group + 1 :])


def test_a_mark_goes_to_the_line_of_its_question() -> None:
    """Kept and excluded are never the same answer; alternatives stay as they are."""
    either = AnyOf((MARKETING, TEN))
    draft = Draft.of([WAVE, either])
    assert draft.sign_of("role", "1") == ""
    kept = draft.marked("role", "1", "=").marked("role", "2", "=")
    assert kept.conditions == (WAVE, either, Filter("role", "=", ("1", "2")))
    turned = kept.marked("role", "1", "!=")
    assert turned.sign_of("role", "1") == "!="
    assert turned.conditions[2:] == (Filter("role", "=", ("2",)), Filter("role", "!=", ("1",)))
    assert kept.marked("role", "1", "").marked("role", "2", "") == draft


def test_an_alternative_to_a_range() -> None:
    """What was picked is an alternative to the group; each end of a range stands with it."""
    draft = Draft((Term(WAVE), Term(MARKETING)))
    assert draft.joined(1, ((TEN,), (THIRTY,))).conditions == (
        WAVE,
        AnyOf((MARKETING, TEN)),
        AnyOf((MARKETING, THIRTY)),
    )
    assert draft.with_groups(((TEN,), (THIRTY,))).conditions == (WAVE, MARKETING, TEN, THIRTY)


def test_the_choices_list_answers_and_missing() -> None:
    """Answers, user-missing ones marked, and missing as a choice of its own."""
    assert [one.label for one in entries_of(GOAL)][2:] == [
        "High",
        "Don't know (missing)",
        "No answer",
        "is missing: no answer or a missing one",
    ]
    assert entries_of(GOAL)[-1].codes == ("4", NO_ANSWER)
    assert [one.label for one in entries_of(BUDGET)][:3] == ["from", "to", "Don't know (missing)"]
    assert [one.codes for one in entries_of(TOOLS)] == [("1",), ("2",), ("3",), (NO_ANSWER,)]


def test_chips_show_labels() -> None:
    """The two ends of a range share a chip."""
    codebook = made([]).codebook
    assert codebook.questions == QUESTIONS
    conditions = (
        Filter("role", "!=", ("2",)),
        TEN,
        THIRTY,
        AnyOf((MARKETING, Filter("goal", "=", (NO_ANSWER,)))),
        Filter("goal", "!=", (NO_ANSWER,)),
        Filter("budget", "<", ("5",)),
    )
    assert chips_of(codebook, conditions) == (
        "role: not Technology",
        "budget 10–30",
        "role: Marketing or goal: no answer",
        "goal: answered",
        "budget < 5",
    )


@given(st.lists(st.text("ab日 ", min_size=1), min_size=1, max_size=6), st.integers(2, 100))
def test_as_many_chips_are_shown_as_fit(chips: list[str], room: int) -> None:
    """Those that do not fit are counted."""
    line = fitted(chips, room)
    assert cell_len(line) <= room
    left_out = len(chips) - line.count("[")
    assert line.endswith(f"+{left_out}") if left_out else line.endswith("]")


def test_a_chip_that_does_not_fit_is_cut() -> None:
    """The rest of them is a number."""
    chips = ["role: Marketing", "goal: not Low or Middle or High", "budget 10–30"]
    assert fitted(chips, 80) == "[role: Marketing] [goal: not Low or Middle or High] [budget 10–30]"
    assert fitted(chips, 62) == "[role: Marketing] [goal: not Low or Middle or…] [budget 10–30]"
    assert fitted(chips, 50) == "[role: Marketing] [goal: not Low or Middle or…] +1"
    assert fitted(chips, 24) == "[role: Marketing] +2"
    assert fitted(chips, 17) == "[role: Marke…] +2"
    assert fitted(chips, 10) == "+3"


async def test_the_items_of_a_grid_are_told_apart_by_their_names(tmp_path: Path) -> None:
    """Their wording is the same, and longer than the box."""
    names = ["Han Solo", "Luke Skywalker", "Lando Calrissian"]
    items = ", ".join(f'{{ code = "{at}", label = "{one}" }}' for at, one in enumerate(names))
    wording = "How do you view the following characters of the films that you have seen so far?"
    frame = pl.DataFrame({f"q{at}": ["Well", "Badly"] * 10 for at in range(3)})
    frame.write_csv(tmp_path / "films.csv")
    (tmp_path / "films.codebook.toml").write_text(
        f'[[question]]\nid = "q"\nlabel = "{wording}"\nkind = "grid"\n'
        f'columns = ["q0", "q1", "q2"]\nitems = [{items}]\n'
        'categories = [{ code = "Well" }, { code = "Badly" }]\n'
    )
    async with exploring(tmp_path / "films.csv") as pilot:
        await press(pilot, "f", *"view")
        shown = [line for line in lines_of(pilot) if "How do" in line and "›" in line]
        assert all(any(name in line for line in shown) for name in names)
        await press(pilot, "backspace", "backspace", "backspace", "backspace", *"badly")
        shown = [line for line in lines_of(pilot) if "[ ] Badly" in line]
        assert all(any(name in line for line in shown) for name in names)
