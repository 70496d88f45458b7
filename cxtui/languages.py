"""The language of texts and the signs of numbers: by options, else by the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cxtui.messages import tr, use_catalogue
from cxtui.number_signs import ENGLISH, signs_of, use_signs
from cxtui.options import option

_ENGLISH = "en"
_PLAIN = frozenset({"", "C", "POSIX"})
_HANDED_ON = ("CXTUI_LANGUAGE", "CXTUI_LOCALE")
"""Variables that tell a process started by this one which language and locale are used."""

_used = (_ENGLISH, _ENGLISH)
"""The language and the locale of this process."""


def languages() -> tuple[str, ...]:
    """Return the languages that texts can be in."""
    from cxtui.catalogues import catalogue_files

    return (_ENGLISH, *catalogue_files())


def _as_language(text: str) -> str:
    known = languages()
    if text not in known:
        raise ValueError(tr("takes {}, not {!r}", ", ".join(known), text))
    return text


def _as_locale(text: str) -> str:
    if signs_of(text) is None:
        raise ValueError(tr("takes a locale, such as de_DE, fr_FR or C, not {!r}", text))
    return text


@dataclass(frozen=True, slots=True)
class LanguageOptions:
    """What language texts are in, and whose signs numbers have; empty as the environment says."""

    language: str = option(
        "",
        "of texts, as en or de (default: as LANGUAGE, LC_MESSAGES or LANG says)",
        "LANGUAGE",
        read=_as_language,
        is_configurable=True,
    )
    locale: str = option(
        "",
        "of numbers for people, as de_DE, fr_FR or C (default: as LC_NUMERIC or LANG says)",
        "LOCALE",
        read=_as_locale,
        is_configurable=True,
    )


def speak(wanted: LanguageOptions, environment: Mapping[str, str] = os.environ) -> None:
    """Use a language and a locale in this process from now on; English loads nothing.

    Raises `SourceError` where a catalogue cannot be read.
    """
    global _used  # noqa: PLW0603 - one language a process
    language = wanted.language or _language_of(environment)
    locale = wanted.locale or _locale_of(environment) or language
    if (language, locale) == _used:
        return
    catalogue = None
    if language != _ENGLISH:
        from cxtui.catalogues import catalogue_files, load_catalogue

        catalogue = load_catalogue(catalogue_files()[language])
    use_catalogue(catalogue)
    use_signs(signs_of(locale) or ENGLISH)
    _used = (language, locale)


def used_language() -> str:
    """Return the language that texts are in."""
    return _used[0]


def speak_english() -> None:
    """Use English and its signs of numbers, as programs expect them."""
    speak(LanguageOptions(_ENGLISH, "C"))


def handed_on() -> dict[str, str]:
    """Return the variables by which a process that this one starts speaks like it."""
    return dict(zip(_HANDED_ON, _used, strict=True))


def speak_as_told(environment: Mapping[str, str] = os.environ) -> None:
    """Speak as the process that started this one."""
    speak(LanguageOptions(*(environment.get(name, "") for name in _HANDED_ON)), environment)


def _language_of(environment: Mapping[str, str]) -> str:
    """Return the language of the environment for which there is a catalogue, as gettext does."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next(filter(None, map(environment.get, names)), "")
    if locale.partition(".")[0] in _PLAIN:
        return _ENGLISH
    for wished in (*environment.get("LANGUAGE", "").split(":"), locale):
        for language in _languages_in(wished):
            if language == _ENGLISH:
                return language
            from cxtui.catalogues import catalogue_files

            if language in catalogue_files():
                return language
    return _ENGLISH


def _languages_in(locale: str) -> Iterator[str]:
    """Yield `pt_BR` and `pt` of a locale like `pt_BR.UTF-8@x`."""
    name = locale.partition(".")[0].partition("@")[0]
    if name:
        yield from dict.fromkeys((name, name.partition("_")[0]))


def _locale_of(environment: Mapping[str, str]) -> str:
    """Return the locale of numbers; empty where only `LANG` says so, and says nothing."""
    named = environment.get("LC_ALL") or environment.get("LC_NUMERIC")
    if named:
        return named
    locale = environment.get("LANG", "")
    return "" if locale.partition(".")[0] in _PLAIN else locale
