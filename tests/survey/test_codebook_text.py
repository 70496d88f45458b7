"""A codebook as TOML: written in full, and unchanged where nothing was decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import CodebookError, ExportError
from cxtui.output.files.survey_files import save_codebook
from cxtui.sources.codebook_location import find_codebook_file, user_codebook_path
from cxtui.sources.open_survey import open_survey
from cxtui.sources.wave_files import codebook_path
from cxtui.survey import edit_sets, edits
from cxtui.survey.codebook.amend import amend_codebook, comment_lines
from cxtui.survey.codebook.toml_entries import toml_value
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.model import PARTS, Codebook, ExcludedColumn
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Category, Item, Kind, Net, Question
from cxtui.survey.sampling import Calibration
from cxtui.text import clean

TEXTS = st.text(max_size=12)
CLEAN = TEXTS.map(clean)
WORDS = TEXTS.filter(bool)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32)


def unique(texts: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(texts, min_size=least, max_size=most, unique=True)


@st.composite
def questions(draw: st.DrawFn, identity: str) -> Question:
    """A question of any kind that a codebook can describe."""
    kind = draw(st.sampled_from(Kind))
    codes = draw(unique(WORDS, 2, 4))
    categories = tuple(
        Category(code, draw(CLEAN), draw(st.booleans()), draw(NUMBERS)) for code in codes
    )
    items: tuple[Item, ...] = ()
    columns: tuple[str, ...] = (draw(WORDS),)
    if kind is Kind.MULTI:
        columns = tuple(draw(unique(WORDS, len(codes), len(codes))))
    if kind is Kind.GRID:
        columns = tuple(draw(unique(WORDS, 2, 3)))
        items = tuple(Item(f"i{place}", draw(CLEAN)) for place in range(len(columns)))
        counted = (replace(one, missing=False) for one in categories[:2])
        categories = (*counted, *categories[2:])
    nets: tuple[Net, ...] = ()
    if kind not in {Kind.GRID, Kind.NUMERIC, Kind.TEXT} and "net" not in codes:
        nets = (Net("net", draw(CLEAN), tuple(codes)),)
    return Question(
        identity,
        draw(CLEAN),
        kind,
        columns,
        categories,
        items,
        section=draw(CLEAN),
        unchosen=tuple(draw(st.lists(TEXTS, max_size=2))) if kind is Kind.MULTI else (),
        nets=nets,
        classes=tuple(sorted(draw(st.sets(NUMBERS, max_size=2)))) if kind is Kind.NUMERIC else (),
        guess=draw(CLEAN),
    )


CALIBRATIONS = st.builds(
    Calibration, TEXTS, st.lists(unique(WORDS, 1, 2).map(tuple), min_size=1, max_size=3).map(tuple)
)


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    """Any codebook; role and wave need not fit the questions."""
    without = tuple(part for part in PARTS if draw(st.booleans()))
    said = {part: draw(WORDS) for part in PARTS if part not in without and draw(st.booleans())}
    guesses = {f"{part}_guess": draw(CLEAN) for part in said}
    codebook = Codebook(
        tuple(draw(questions(f"q{place}")) for place in range(draw(st.integers(0, 3)))),
        title=draw(CLEAN),
        weights=tuple(draw(st.lists(WORDS, max_size=2))),
        respondent=draw(TEXTS),
        excluded=tuple(ExcludedColumn(column, draw(CLEAN)) for column in draw(unique(WORDS, 0, 2))),
        calibrated=draw(st.none() | CALIBRATIONS),
        absent=without,
    )
    return replace(codebook, **said, **guesses)  # type: ignore[arg-type]


@given(codebooks())
def test_written_codebooks_are_read_back_equal(codebook: Codebook) -> None:
    """Guesses stay guesses; without them all is declared, and nothing else changes."""
    assert read_codebook(write_codebook(codebook, keep_guesses=True), "it") == codebook
    declared = replace(
        codebook,
        questions=tuple(replace(one, guess="") for one in codebook.questions),
        excluded=tuple(
            replace(one, reason="the codebook leaves it aside") for one in codebook.excluded
        ),
        **{f"{part}_guess": "" for part in PARTS},  # type: ignore[arg-type] # all are texts
    )
    assert read_codebook(write_codebook(codebook), "it") == declared


@given(codebooks(), codebooks())
def test_any_codebook_is_amended_to_any_other(before: Codebook, after: Codebook) -> None:
    """Reading the amended text gives the edited codebook."""
    text = write_codebook(before, keep_guesses=True)
    found = read_codebook(amend_codebook(text, before, after, "it"), "it")
    assert sorted(found.questions, key=_by_id) == sorted(after.questions, key=_by_id)
    assert replace(found, questions=()) == replace(after, questions=())


@given(codebooks(), codebooks(), CALIBRATIONS)
def test_a_calibration_below_the_questions_stays(
    before: Codebook, after: Codebook, calibrated: Calibration
) -> None:
    """Also where the question above it is removed."""
    above = write_codebook(replace(before, calibrated=None), keep_guesses=True)
    text = f"{above}\n[calibrated]\nmargins = {toml_value(calibrated.margins)}\n"
    kept = Calibration("", calibrated.margins)
    assert read_codebook(text, "it").calibrated == kept
    changed = (replace(before, calibrated=kept), replace(after, calibrated=kept))
    assert read_codebook(amend_codebook(text, *changed, "it"), "it").calibrated == kept


def _by_id(question: Question) -> str:
    return question.id


BY_HAND = """\
# The codebook of the field department.
role = "r"   # who they are

# Asked of everyone.
[[question]]
id = "r"
label = "Role"  # as printed
categories = [
  # the larger group
  { code = "1", label = "Marketing" },  # also sales
  { code = "2", label = "Technology" },
]

# Only since May.
[[question]]
id = "q"
column = "q1"
kind = "scale"
categories = [{ code = "1" }, { code = "2" }]
"""

Edit = Callable[[Codebook], Codebook]


@pytest.mark.parametrize(
    ("edit", "gone", "come"),
    [
        (lambda one: edits.set_label(one, "r", "Job"), '"Role"  #', '"Job"  #'),
        (
            lambda one: edits.toggle_missing(one, "r", "2"),
            '"Technology" }',
            '"Technology", missing = true}',
        ),
        (
            lambda one: edits.set_title(one, "A title"),
            "they are\n",
            'they are\ntitle = "A title"\n',
        ),
        (lambda one: edits.set_part(one, "wave", ""), "they are\n", 'they are\nwave = ""\n'),
        (lambda one: edits.set_part(one, "role", ""), 'role = "r"', 'role = ""'),
    ],
    ids=["label", "missing", "title", "no wave", "no role"],
)
def test_an_edit_changes_only_its_part_of_a_hand_written_codebook(
    edit: Edit, gone: str, come: str
) -> None:
    """Byte for byte."""
    before = read_codebook(BY_HAND, "it")
    assert amend_codebook(BY_HAND, before, edit(before), "it") == BY_HAND.replace(gone, come)


def test_removed_and_added_questions_keep_the_order() -> None:
    """A set follows its predecessor; a split set is removed."""
    before = read_codebook(BY_HAND, "it")
    after = edit_sets.group_questions(before, ["r", "q"], Kind.GRID)
    text = amend_codebook(BY_HAND, before, after, "it")
    assert read_codebook(text, "it") == after
    assert "# The codebook of the field department." in text
    apart = edit_sets.split_set(after, after.questions[0].id)
    assert read_codebook(amend_codebook(text, after, apart, "it"), "it") == apart


def test_an_invalid_codebook_is_refused() -> None:
    """A file that cannot be read is not overwritten."""
    with pytest.raises(CodebookError, match="notes is not valid TOML"):
        amend_codebook("role = ", Codebook(), Codebook(), "notes")


def survey_in(folder: Path) -> Path:
    file = folder / "survey.csv"
    file.write_text("role,goal\n" + "Marketing,High\nTechnology,Low\n" * 10)
    return file


def test_a_codebook_is_saved_beside_the_survey_and_found_again(tmp_path: Path) -> None:
    """The survey file is not changed; guesses that were not decided stay guesses."""
    file = survey_in(tmp_path)
    content = file.read_bytes()
    before = open_survey(str(file)).codebook
    after = edits.set_label(before, "goal", "The goal")
    saved = save_codebook(before, after, codebook_path(str(file)), never=(file,))
    assert (saved.path, saved.backup) == (tmp_path / "survey.codebook.toml", None)
    assert open_survey(str(file)).codebook == after
    assert file.read_bytes() == content
    with pytest.raises(ExportError, match="is the survey itself"):
        save_codebook(before, after, file, never=(file,))


def test_a_removed_comment_leaves_a_backup(tmp_path: Path) -> None:
    """Comments inside a list of answers are lost when its order changes."""
    kept = tmp_path / "it.codebook.toml"
    kept.write_text(BY_HAND)
    before = read_codebook(BY_HAND, "it")
    label = save_codebook(before, edits.set_label(before, "r", "Job"), kept, written=kept)
    assert label.backup is None
    text = kept.read_text()
    moved = edits.move_category(before, "r", "1", 1)
    saved = save_codebook(before, moved, kept, written=kept)
    assert saved.backup == tmp_path / "it.codebook.toml.bak"
    assert saved.backup.read_text() == text
    assert "as printed" in comment_lines(kept.read_text())


def test_the_users_own_codebook_takes_precedence(tmp_path: Path) -> None:
    """A note names it; a codebook given by option takes precedence over both."""
    file = survey_in(tmp_path)
    codebook = open_survey(str(file)).codebook
    for path, label in (
        (codebook_path(str(file)), "beside"),
        (user_codebook_path(str(file)), "own"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        save_codebook(codebook, edits.set_label(codebook, "goal", label), path)
        found = open_survey(str(file)).codebook.find("goal")
        assert found is not None and found.label == label
    (note,) = sentences_of(open_survey(str(file)).notes)
    assert note == f"the codebook is your own, {user_codebook_path(str(file))}"
    assert find_codebook_file(str(file), "other.toml") == Path("other.toml")
    other = tmp_path / "other" / file.name
    assert user_codebook_path(str(other)) != user_codebook_path(str(file))


def test_parts_declared_absent_are_not_inferred(tmp_path: Path) -> None:
    """Role, wave, weight and banner, where the codebook declares that there is none."""
    file = tmp_path / "survey.csv"
    rows = "".join(
        f"{('Marketing', 'Sales')[n % 2]},{2020 + n % 3},{n % 2},{0.5 + n % 4 / 4}\n"
        for n in range(60)
    )
    file.write_text("role,wave,goal,weight\n" + rows)
    guessed = open_survey(str(file)).codebook
    assert (guessed.role, guessed.wave, guessed.weight) == ("role", "wave", "weight")
    codebook_path(str(file)).write_text("".join(f'{part} = ""\n' for part in PARTS))
    found = open_survey(str(file)).codebook
    assert (found.role, found.wave, found.weight, found.banner) == ("", "", "", "")
    assert found.weights == ("weight",)


def test_declared_missing_answers_do_not_replace_the_valid_ones(tmp_path: Path) -> None:
    """A declared missing value follows the answers of the file."""
    file = survey_in(tmp_path)
    text = '[[question]]\nid = "goal"\ncategories = [{ code = "Low", missing = true }]\n'
    codebook_path(str(file)).write_text(text)
    goal = open_survey(str(file)).codebook.find("goal")
    assert goal is not None
    assert [(one.code, one.missing) for one in goal.categories] == [("High", False), ("Low", True)]


NETS = '[[question]]\nid = "goal"\nnets = [{{ code = "some", members = ["{}"] }}]\n'


def test_a_net_may_use_answers_of_the_data(tmp_path: Path) -> None:
    """A question without declared answers has those of its column, and so has its net."""
    file = survey_in(tmp_path)
    codebook_path(str(file)).write_text(NETS.format("High"))
    goal = open_survey(str(file)).codebook.find("goal")
    assert goal is not None
    assert [one.code for one in goal.categories] == ["Low", "High"]
    assert goal.nets == (Net("some", "some", ("High",)),)
    codebook_path(str(file)).write_text(NETS.format("Hihg"))
    with pytest.raises(CodebookError, match="net 'some' of 'goal' has the unknown member 'Hihg'"):
        open_survey(str(file))


def test_a_net_may_use_answers_outside_the_sample(tmp_path: Path) -> None:
    """Respondents outside the sample may have given the answer."""
    file = tmp_path / "long.csv"
    rows = ["Low,1\n"] * 30_000
    rows[7_000] = "Rare,1\n"
    file.write_text("goal,role\n" + "".join(rows))
    codebook_path(str(file)).write_text(NETS.format("Rare"))
    survey = open_survey(str(file))
    some = tabulate(survey, parse_view(survey, "--question goal --full")).rows[-1]
    assert (some.label, some.cells[0].n) == ("some", 1)


def test_a_header_inside_a_text_is_not_the_start_of_a_question() -> None:
    """Questions in one list are refused, and the error says how to write them."""
    text = 'note = """\n[[question]]\n"""\n\n# it\n[[question]]\nid = "a"\n'
    before = read_codebook(text, "it")
    after = edits.set_label(before, "a", "A")
    assert amend_codebook(text, before, after, "it") == text + 'label = "A"\n'
    with pytest.raises(CodebookError, match="notes has its questions in one list"):
        amend_codebook('question = [{ id = "a" }]', before, after, "notes")


def test_an_inferred_question_is_added_to_the_text_when_it_is_edited() -> None:
    """It follows its predecessor; other auto-detected questions are not added."""
    asked = [
        Question(name, name, Kind.SINGLE, (name,), guess="so") for name in ("p", "r", "s", "t")
    ]
    before = Codebook((replace(asked[1], guess=""), asked[0], asked[2], asked[3]), role="r")
    text = 'role = "r"\n\n[[question]]\nid = "r"\n\n# the end'
    after = edits.confirm_question(before, "s")
    found = read_codebook(amend_codebook(text, before, after, "it"), "it")
    assert [one.id for one in found.questions] == ["r", "s"]
    assert "# the end" in amend_codebook(text, before, after, "it")
