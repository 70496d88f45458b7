"""A whole survey as one Parquet file that carries its codebook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cxtui.errors import ExportError, engine_errors, first_line
from cxtui.output.files.write_file import target_of, write_through
from cxtui.survey.codebook.toml_format import METADATA_KEY, read_codebook, write_codebook
from cxtui.survey.model import Survey
from cxtui.user_directories import expand_home

ENDINGS = (".parquet", ".pq")


def check_target(path: Path, locations: Iterable[str], *, replace: bool) -> None:
    """Refuse a file that could not become the survey, before anything is read for it.

    Raises `ExportError` where the ending is no Parquet file's, the file is there already, or it
    would become one more part of the survey itself.
    """
    if path.suffix.lower() not in ENDINGS:
        raise ExportError(f"{path}: a survey is converted to Parquet; let the name end in .parquet")
    target = target_of(path, replace=replace)
    for location in locations:
        source = expand_home(location)
        if source.is_dir() and target.parent.resolve().is_relative_to(source.resolve()):
            raise ExportError(f"{path} would be one more part of {location}: write it elsewhere")


def save_parquet(survey: Survey, path: Path, *, replace: bool = False) -> Path:
    """Write all rows and columns of `survey`, and its codebook with the guesses still guesses.

    Raises `ExportError` where it cannot be written, or the codebook could not be read back as
    it is: the tables of the new file would not be those of the old one.
    """
    if survey.is_remote:
        raise ExportError(
            f"{survey.location} is counted where it is: write it to Parquet there, "
            "and the codebook with `cxtui codebook`"
        )
    text = write_codebook(survey.codebook, keep_guesses=True)
    if read_codebook(text, f"the codebook inside {path}") != survey.codebook:
        raise ExportError(f"{path}: the codebook of {survey.location} would not survive in it")

    def write(draft: Path) -> None:
        try:
            # the engine reads and writes a part at a time, also of surveys beyond the memory
            survey.frame.to_native().sink_parquet(draft, metadata={METADATA_KEY: text})
        except OSError:
            raise
        except engine_errors() as error:
            raise ExportError(f"{path} could not be written: {first_line(error)}") from None

    return write_through(path, write, replace=replace)
