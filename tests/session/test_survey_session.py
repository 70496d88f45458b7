"""A visit to a survey without a screen: operations change its state and tell events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cxtui.analysis.view.view import Measure, Sort, View
from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.cancellation import current_request
from cxtui.session.answers import Answer, Answers
from cxtui.session.events import (
    Answered,
    Cancelled,
    FileChanged,
    Moved,
    Opened,
    OpeningFailed,
    Refused,
    ReloadingFailed,
    SavingFailed,
    Settled,
)
from cxtui.session.saved_view_store import last_view
from cxtui.session.start import Start
from cxtui.session.survey_reading import Failed, Loading, Ready
from cxtui.sources.wave_files import codebook_path
from cxtui.survey.codebook.toml_format import read_codebook
from cxtui.survey.model import Codebook, Survey
from tests.session.visit import ROWS, Held, Visit, survey_file, visit


def entitled(codebook: Codebook) -> Codebook:
    """Decide on a title."""
    return replace(codebook, title="Field")


# Opened


def test_a_session_is_loading_until_its_survey_has_been_read(tmp_path: Path) -> None:
    """Then it is ready, and its first view has been counted."""
    work = Held()
    opened = visit(survey_file(tmp_path), work)
    assert opened.session.state == Loading()
    assert (opened.session.view, opened.session.survey, opened.session.answer) == (None, None, None)
    work.run_all()
    assert opened.ready.view.question == "goal"
    assert [type(one) for one in opened.events][:2] == [Opened, Moved]
    table = opened.session.finished()
    assert table is not None and table.respondents == 40
    assert opened.session.is_at_rest


def test_a_file_that_cannot_be_read_fails_the_session(tmp_path: Path) -> None:
    """The reason is told; nothing can be done but to open it again."""
    file = tmp_path / "field.csv"
    failed = visit(file)
    assert isinstance(failed.session.state, Failed)
    assert failed.told(OpeningFailed) == [OpeningFailed(failed.session.state.reason)]
    assert "does not exist" in failed.session.state.reason
    failed.session.undo()
    assert not failed.session.step("sort")
    assert failed.session.draft() is None
    survey_file(tmp_path)
    failed.session.open()
    assert isinstance(failed.session.state, Ready)


def test_a_view_that_the_survey_does_not_have_fails_the_session(tmp_path: Path) -> None:
    failed = visit(survey_file(tmp_path), options=ViewOptions(question="gone"))
    assert "gone" in failed.told(OpeningFailed)[0].reason


# Views


def test_undo_and_redo_go_through_the_steps(tmp_path: Path) -> None:
    """A step is counted; where there is none to take back, the session says so."""
    made = visit(survey_file(tmp_path))
    first = made.ready.view
    assert made.session.step("sort")
    assert made.ready.view.sort is Sort.PERCENT
    second = made.ready.view
    made.session.undo()
    assert made.ready.view == first
    made.session.undo()
    assert made.told(Refused) == [Refused("nothing to undo")]
    made.session.redo()
    assert made.ready.view == second
    assert made.session.answer is not None and made.session.answer.view == second
    assert [one.is_step for one in made.told(Moved)] == [False, True, False, False]


def test_the_same_view_is_no_step(tmp_path: Path) -> None:
    made = visit(survey_file(tmp_path))
    told = len(made.events)
    made.session.go(made.ready.view)
    assert len(made.events) == told
    assert made.session.answer is not None


def test_a_measure_that_does_not_fit_is_dropped_from_the_kept_view(tmp_path: Path) -> None:
    made = visit(survey_file(tmp_path))
    made.session.go(replace(made.ready.view, show=Measure.MEAN))
    assert made.ready.view.show is Measure.MEAN
    assert made.session.fitted_view is not None and made.session.fitted_view.show is None


def test_a_role_is_switched_off_and_on_again(tmp_path: Path) -> None:
    made = visit(survey_file(tmp_path))
    before = made.ready.view
    made.session.switch_role("Marketing")
    table = made.session.finished()
    assert table is not None and table.respondents == 20
    made.session.switch_role("Marketing")
    assert made.ready.view == before


# Counts


def test_the_newest_view_waits_and_those_before_it_are_not_counted(tmp_path: Path) -> None:
    """One count is under way; a view that was passed meanwhile is neither counted nor told."""
    work = Held()
    made = visit(survey_file(tmp_path), work)
    work.run()  # the survey is read; its first view waits to be counted
    made.session.go(made.ask("tool"))
    made.session.go(replace(made.ask("tool"), sort=Sort.LABEL))
    assert [one.is_counted for one in made.told(Moved)] == [True, False, False]
    newest = made.ready.view
    work.run_all()
    assert {one.answer.view for one in made.told(Answered)} == {newest}
    assert made.told(Answered)[-1].is_final


def test_an_answer_of_the_survey_before_is_dropped(tmp_path: Path) -> None:
    """The survey is read again while its first view is counted: the old numbers are not told."""
    file, work = survey_file(tmp_path), Held()
    made = visit(file, work)
    work.run()
    survey_file(tmp_path, ROWS + "Marketing,High,CRM\n")
    made.session.reload()
    count, read = work.works
    work.works.clear()
    read()
    count()
    assert not made.told(Answered)
    work.run_all()
    table = made.session.finished()
    assert table is not None and table.respondents == 41


def test_numbers_come_before_their_tests_while_those_are_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answers, "tests_are_loaded", False)
    made = visit(survey_file(tmp_path))
    first, second = made.told(Answered)
    assert (first.is_final, second.is_final) == (False, True)
    assert first.answer.view == second.answer.view
    assert len(made.told(Settled)) == 1


def note_cancelled_counts(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that grows with each count: whether its request was cancelled before."""
    cancelled: list[bool] = []
    answer = Answers.answer

    def note(answers: Answers, view: View, *, tested: bool) -> Answer:
        request = current_request()
        cancelled.append(request is not None and request.is_cancelled)
        return answer(answers, view, tested=tested)

    monkeypatch.setattr(Answers, "answer", note)
    return cancelled


def test_the_next_view_cancels_a_slow_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next view is counted in its place, and not cancelled itself."""
    monkeypatch.setattr(Survey, "is_slow", True)
    work = Held()
    made = visit(survey_file(tmp_path), work)
    work.run()
    stopped = note_cancelled_counts(monkeypatch)
    made.session.go(made.ask("tool"))
    work.run_all()
    assert stopped[0] and not stopped[-1]
    assert made.session.answer is not None and made.session.answer.view == made.ready.view


def test_a_count_that_is_cancelled_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The view stays; its table comes when it is asked for again."""
    work = Held()
    made = visit(survey_file(tmp_path), work)
    work.run()
    stopped = note_cancelled_counts(monkeypatch)
    made.session.cancel()
    view = made.ready.view
    work.run_all()
    assert stopped and all(stopped)
    assert made.told(Cancelled) == [Cancelled(view)]
    assert (made.session.answer, made.session.counting) == (None, None)
    assert made.ready.view == view
    made.session.go(made.ask("tool"))
    work.run_all()
    assert made.session.answer is not None


def test_neighbours_are_counted_in_advance(tmp_path: Path) -> None:
    """A move to one then costs no count; nothing is foreseen while a view is counted."""
    work = Held()
    made = visit(survey_file(tmp_path), work)
    work.run()
    made.session.foresee(["tool"])
    assert len(work.works) == 1
    work.run_all()
    cache, tool = made.ready.answers.cache, made.ask("tool")
    assert not cache.knows(tool)
    made.session.foresee(["tool"])
    work.run_all()
    assert cache.knows(tool)
    made.session.go(tool)
    work.run_all()
    assert made.session.answer is not None and made.session.answer.milliseconds == 0


def test_foresight_gives_way_to_a_count(tmp_path: Path) -> None:
    work = Held()
    made = visit(survey_file(tmp_path), work)
    work.run_all()
    made.session.foresee(["tool"])
    made.session.step("sort")
    work.run()
    assert not made.ready.answers.cache.knows(made.ask("tool"))


# The file


def test_a_survey_that_is_read_again_keeps_the_view_and_tells_what_is_new(tmp_path: Path) -> None:
    """Undo goes on; what the view no longer finds is named."""
    file = survey_file(tmp_path)
    made = visit(file, options=ViewOptions(question="goal", where=("tool=CRM",)))
    made.session.step("sort")
    before = made.ready
    file.write_text("role,goal,extra\n" + "Marketing,High,x\nTechnology,Low,y\n" * 21)
    made.session.reload()
    news = made.told(Opened)[-1].news
    assert news[0] == "read again"
    assert any(one.startswith("+2 respondents") for one in news)
    assert "no longer there: filter tool=CRM" in news
    assert (made.ready.view.question, made.ready.view.filters) == ("goal", ())
    assert (made.ready.view.sort, made.ready.first) == (Sort.PERCENT, before.first)
    made.session.undo()
    assert made.ready.view.sort is Sort.QUESTIONNAIRE


def test_a_file_that_cannot_be_read_again_leaves_the_numbers(tmp_path: Path) -> None:
    file = survey_file(tmp_path)
    made = visit(file)
    before = made.session.ready
    file.unlink()
    made.session.reload()
    assert len(made.told(ReloadingFailed)) == 1
    assert made.session.ready == before
    assert made.session.finished() is not None


def test_a_view_asked_of_the_survey_before_is_refitted(tmp_path: Path) -> None:
    file = survey_file(tmp_path)
    made = visit(file)
    asked_of, view = made.ready.survey, made.ask("tool")
    file.write_text("role,goal\n" + "Marketing,High\nTechnology,Low\n" * 20)
    made.session.reload()
    made.session.go(view, asked_of)
    assert made.ready.view.question in {"role", "goal"}


def test_changes_of_the_file_are_told_and_not_read(tmp_path: Path) -> None:
    """With `follow` they are read at the second look that finds the file unchanged."""
    file = survey_file(tmp_path)
    watched = visit(file)
    followed = Visit(Start((str(file),), follow=True))
    followed.session.open()
    for made in (watched, followed):
        made.session.look_at_files()
        assert not made.told(FileChanged)
    survey_file(tmp_path, ROWS * 2)
    for made in (watched, followed):
        made.session.look_at_files()
        assert made.told(FileChanged) == [FileChanged()]
        made.session.look_at_files()
    assert [made.ready.survey.respondents for made in (watched, followed)] == [40, 80]
    file.unlink()
    watched.session.look_at_files()
    assert "does not exist" in watched.told(FileChanged)[-1].problem


def test_a_change_while_the_survey_is_read_is_read_once_more(tmp_path: Path) -> None:
    """And until then the codebook, which may be an old one, is not edited."""
    file, work = survey_file(tmp_path), Held()
    made = visit(file, work)
    assert made.session.draft() is None
    work.run_all()
    made.session.reload()
    assert made.session.draft() is None
    read = work.works.popleft()
    read_again = made.session.reload
    codebook_path(str(file)).write_text('title = "Later"\n')
    read_again()
    assert not work.works
    read()
    work.run_all()
    assert len(made.told(Opened)) == 3
    assert made.ready.survey.codebook.title == "Later"
    assert [one.reason for one in made.told(Refused)] == [
        "the survey is not open yet: its codebook comes with it",
        "the survey is being read again: its codebook comes with it",
    ]


# The codebook


def test_a_draft_is_saved_and_the_survey_read_with_it(tmp_path: Path) -> None:
    """The view stays; the news says where the codebook is."""
    file = survey_file(tmp_path)
    made = visit(file)
    view, draft = made.ready.view, made.session.draft()
    assert draft is not None
    assert draft.decide(entitled) == ""
    made.session.save(draft)
    beside = codebook_path(str(file))
    assert read_codebook(beside.read_text(), "it").title == "Field"
    assert made.told(Opened)[-1].news == (f"saved {beside}",)
    assert (made.ready.survey.codebook.title, made.ready.view) == ("Field", view)


def test_a_codebook_saved_elsewhere_is_named_from_then_on(tmp_path: Path) -> None:
    file, other = survey_file(tmp_path), tmp_path / "other.toml"
    made = visit(file)
    draft = made.session.draft()
    assert draft is not None and draft.decide(entitled) == ""
    made.session.save(draft, other)
    assert made.session.start.codebook == str(other)
    assert f"--codebook {other}" in made.session.start.opened.table(made.ready.view)
    assert made.ready.survey.codebook.title == "Field"


def test_a_draft_that_cannot_be_written_is_handed_back(tmp_path: Path) -> None:
    """With every decision, and why."""
    made = visit(survey_file(tmp_path))
    draft = made.session.draft()
    assert draft is not None and draft.decide(entitled) == ""
    made.session.save(draft, tmp_path / "no" / "folder.toml")
    (failed,) = made.told(SavingFailed)
    assert failed.draft is draft and failed.draft.is_changed
    assert "folder" in failed.reason
    assert not made.session.is_reading


# The next visit


def test_the_next_visit_offers_the_last_view(tmp_path: Path) -> None:
    """Until a step is taken; with `fresh` it does not, with `resume` it begins there."""
    file = survey_file(tmp_path)
    first = visit(file)
    first.session.resume()
    assert first.told(Refused) == [Refused("this survey has not been looked at before")]
    first.session.go(first.ask("tool"))
    first.session.keep_view()
    left = first.ready.view
    assert last_view([str(file)], first.ready.survey) == left
    again = visit(file)
    assert again.session.offered == left
    again.session.step("sort")
    assert again.session.offered is None
    again.session.resume()
    assert again.ready.view == left
    start = Start((str(file),))
    for options, view, offered in (
        (replace(start, fresh=True), again.ready.first.question, None),
        (replace(start, resume=True), "tool", None),
    ):
        other = Visit(options)
        other.session.open()
        assert (other.ready.view.question, other.session.offered) == (view, offered)


def test_a_visit_without_a_step_keeps_the_view_of_the_one_before(tmp_path: Path) -> None:
    file = survey_file(tmp_path)
    first = visit(file)
    first.session.go(first.ask("tool"))
    first.session.keep_view()
    second = visit(file)
    second.session.keep_view()
    assert last_view([str(file)], second.ready.survey) == first.ready.view


def test_saved_views_are_those_that_fit(tmp_path: Path) -> None:
    """A file that holds no views gives none."""
    made = visit(survey_file(tmp_path))
    views = tmp_path / "field.views.toml"
    views.write_text(
        '[[view]]\nname = "Tools"\nview = "--question tool"\n'
        '[[view]]\nname = "Gone"\nview = "--question gone"\n'
    )
    assert [(name, view.question) for name, view in made.session.saved_views()] == [
        ("Tools", "tool")
    ]
    views.write_text("nonsense")
    assert made.session.saved_views() == ()
