"""The language of texts and the signs of numbers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
import pytest

from cxtui.catalogues import read_catalogue
from cxtui.cli.command_line import main
from cxtui.languages import LanguageOptions, speak, speak_english, used_language
from cxtui.messages import fill, tr, tr_count, use_catalogue
from cxtui.number_signs import NumberSigns, localized, signs_of, typed_number, used_signs
from cxtui.output.drawing.number_text import p_text, rounded, short_p, signed

PO = r"""
# A catalogue.
msgid ""
msgstr ""
"Language: xx\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\n"

#, python-brace-format
msgid "{} of {}"
msgstr "{1}: {0}"

#, fuzzy
msgid "guessed"
msgstr "geraten"

msgid "empty"
msgstr ""

msgid ""
"two\n"
"lines \"x\""
msgstr ""
"zwei\n"
"Zeilen \\ \"x\""

msgid "{:,} row"
msgid_plural "{:,} rows"
msgstr[0] "{:,} one"
msgstr[1] "{:,} few"
msgstr[2] "{:,} many"
"""


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """English before and after."""
    yield
    use_catalogue(None)
    speak_english()


def test_a_catalogue_is_read_as_gettext_reads_it() -> None:
    """Escapes, several lines, plurals by their rule; what is fuzzy or empty is not used."""
    found = read_catalogue(PO)
    assert found.gettext("{} of {}") == "{1}: {0}"
    assert found.gettext("guessed") == "guessed"
    assert found.gettext("empty") == "empty"
    assert found.gettext('two\nlines "x"') == 'zwei\nZeilen \\ "x"'
    forms = [found.ngettext("{:,} row", "{:,} rows", n) for n in (1, 3, 5, 11, 21)]
    assert forms == ["{:,} one", "{:,} few", "{:,} many", "{:,} many", "{:,} one"]
    assert found.ngettext("gone", "all gone", 1) == "gone"


@pytest.mark.parametrize("wrong", ['msgid "a\nmsgstr "b"', "msgid a\nmsgstr b", "nonsense"])
def test_what_is_no_catalogue_is_refused(wrong: str) -> None:
    """A string without its quotes, or a line of something else."""
    with pytest.raises(ValueError, match=r"^(\"a|a|)$"):
        read_catalogue(wrong)


def test_a_translation_that_takes_other_values_is_not_used() -> None:
    """The English text is said instead: a user's own catalogue cannot end the program."""
    assert fill("{2} {name}", "{} of {}", (1, 2)) == "1 of 2"
    assert fill("{0.x}", "{} of {}", (1, 2)) == "1 of 2"


@pytest.mark.parametrize(
    ("environment", "language", "number"),
    [
        ({}, "en", "1,234.5"),
        ({"LANG": "de_DE.UTF-8"}, "de", "1.234,5"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "xx:de_AT:en"}, "de", "1,234.5"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "de"}, "en", "1,234.5"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en", "1.234,5"),
        ({"LANG": "en_GB", "LC_NUMERIC": "fr_FR.UTF-8"}, "en", "1\u202f234,5"),
        ({"LANG": "sv_SE"}, "en", "1\u00a0234,5"),
        ({"LANG": "de_DE", "LC_NUMERIC": "C"}, "de", "1,234.5"),
        ({"LANG": "de_DE", "LC_ALL": "C"}, "en", "1,234.5"),
        ({"LANG": "de_CH.UTF-8"}, "de", "1’234.5"),
        ({"LANG": "tlh_XX"}, "en", "1,234.5"),
    ],
)
def test_the_environment_chooses(
    environment: Mapping[str, str], language: str, number: str
) -> None:
    """The language as gettext does, the signs by LC_NUMERIC."""
    speak(LanguageOptions(), environment)
    assert (used_language(), rounded(1234.5)) == (language, number)


def test_options_choose_before_the_environment() -> None:
    """A language brings its signs where no locale is named."""
    speak(LanguageOptions(language="de"), {"LANG": "C.UTF-8"})
    assert (tr("Base (n)"), rounded(0.5)) == ("Basis (n)", "0,5")
    speak(LanguageOptions("de", "C"), {"LANG": "fr_FR"})
    assert (tr("Base (n)"), rounded(0.5)) == ("Basis (n)", "0.5")
    speak(LanguageOptions("en", "fr_FR"), {})
    assert (tr("Base (n)"), rounded(0.5)) == ("Base (n)", "0,5")


def test_numbers_of_texts_have_the_signs_too() -> None:
    """Within messages, signed, and as probabilities; words and codes keep theirs."""
    speak(LanguageOptions("en", "de_DE"), {})
    assert tr("{:,} of {:.1f}, {:g}% {}", 1234, 2.55, 97.5, "a.b,c") == "1.234 of 2,5, 97,5% a.b,c"
    assert tr_count(1200, "{:,} row", "{:,} rows") == "1.200 rows"
    assert (signed(-1234.5), signed(0.04), short_p(0.0004)) == ("−1.234,5", "0,0", "<,001")
    assert (short_p(0.5), p_text(0.00001)) == (",500", "1,0e−05")


def test_a_typed_number_may_have_the_decimal_comma() -> None:
    """Where it is unambiguous: one comma and no point, for who has such a comma."""
    assert typed_number("97,5") == "97,5"
    speak(LanguageOptions("en", "de_DE"), {})
    typed = [typed_number(one) for one in ("97,5", "1,234", "1,2,3", "1.5", "1.234,5")]
    assert typed == ["97.5", "1.234", "1,2,3", "1.5", "1.234,5"]


def test_locales_are_known_by_language_and_country() -> None:
    """With or without an encoding; an unknown one is none."""
    assert signs_of("de_DE.UTF-8@euro") == signs_of("de") == NumberSigns(",", ".")
    assert signs_of("POSIX") == signs_of("en_US") == NumberSigns(".", ",")
    assert signs_of("tlh") is None
    assert signs_of("../de") is None
    assert localized("1,2.3") == "1,2.3"
    assert used_signs() == NumberSigns(".", ",")


WORDS = ("--language", "de")


def printed(capsysbinary: pytest.CaptureFixture[bytes], *words: str) -> str:
    assert main(list(words)) == 0
    return capsysbinary.readouterr().out.decode()


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "svg"])
def test_what_people_read_is_german(
    example: Path, capsysbinary: pytest.CaptureFixture[bytes], format_: str
) -> None:
    """With a decimal comma."""
    words = ("table", str(example), "cx_goal", "--format", format_)
    told = printed(capsysbinary, *words, *WORDS)
    assert "Gesamt" in told
    assert "55,9" in told
    assert "55.9" not in told
    assert "55.9" in printed(capsysbinary, *words)


@pytest.mark.parametrize("format_", ["csv", "tsv"])
@pytest.mark.parametrize("shape", ["wide", "tidy"])
def test_numbers_for_programs_have_a_point(
    example: Path, capsysbinary: pytest.CaptureFixture[bytes], format_: str, shape: str
) -> None:
    """The same digits in every locale."""
    words = ("table", str(example), "cx_goal", "--format", format_, "--shape", shape)
    other = printed(capsysbinary, *words, "--locale", "fr_FR")
    assert other == printed(capsysbinary, *words)


def test_parquet_has_the_same_numbers(example: Path, tmp_path: Path) -> None:
    """Whatever the language."""
    frames = []
    for name, more in (("en", ()), ("de", WORDS)):
        file = tmp_path / f"{name}.parquet"
        assert main(["table", str(example), "cx_goal", "-o", str(file), *more]) == 0
        frames.append(pl.read_parquet(file).select(pl.selectors.numeric()))
    assert frames[0].equals(frames[1])


def test_json_is_english(
    example: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results and errors, whatever the environment says."""
    words = ("table", str(example), "cx_goal", "--format", "json")
    english = printed(capsysbinary, *words)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert printed(capsysbinary, *words) == english
    assert main([*words[:2], "nope", *words[3:]]) == 1
    assert "has no question" in json.loads(capsysbinary.readouterr().err)["error"]


def test_an_unknown_language_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The line names those that there are."""
    assert main(["table", "x.csv", "q", "--language", "xx"]) == 2
    assert capsys.readouterr().err == "cxtui: --language takes en, de, not 'xx'\n"
    assert main(["table", "x.csv", "q", "--locale", "x/y"]) == 2
    assert "de_DE" in capsys.readouterr().err


def test_a_user_can_bring_a_language(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file in the folder of the configuration."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "cxtui" / "translations"
    folder.mkdir(parents=True)
    (folder / "fr.po").write_text(
        'msgid "print one comparison table"\nmsgstr "imprimer un tableau"\n', encoding="utf-8"
    )
    assert "imprimer un tableau" in printed(capsysbinary, "table", "--help", "--language", "fr")


def test_a_damaged_catalogue_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the file, in English."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "cxtui" / "translations" / "fr.po"
    file.parent.mkdir(parents=True)
    file.write_bytes(b'msgid "a\nmsgstr "b"\n')
    assert main(["table", "--help", "--language", "fr"]) == 1
    assert capsys.readouterr().err == f"cxtui: {file} is no catalogue of gettext: put it right\n"
    assert used_language() == "en"


def test_english_loads_no_catalogue() -> None:
    """The start is as quick as without other languages."""
    code = (
        "import sys; from cxtui.cli.command_line import main; main(['--version']);"
        "print([one for one in ('cxtui.catalogues', 'gettext') if one in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert ended.stdout.splitlines()[-1] == "[]"
