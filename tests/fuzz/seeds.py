"""Small valid files of every readable format, as bytes to damage."""

from __future__ import annotations

import datetime
import gzip
import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Literal

import polars as pl
import pyreadstat
import xlsxwriter

from tests.shared import FOLDER

HEBREW = "\u05e9\u05dc\u05d5\u05dd"
CODEBOOK = """\
title = "Made"
role = "role"
weight = "w"
ignore = [{ column = "at", reason = "a date" }]
[[question]]
id = "role"
kind = "single"
categories = [{ code = "Marketing", label = "M" }, { code = "Technology", label = "T" }]
nets = [{ code = "all", label = "All", members = ["Marketing", "Technology"] }]
[[question]]
id = "goal"
kind = "scale"
categories = [
  { code = "1", score = 1.5 }, { code = "2", score = 2 }, { code = "9", missing = true },
]
[[question]]
id = "spent"
kind = "numeric"
classes = [1, 2.5]
"""

_MANIFEST = (
    '<?xml version="1.0"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)


def respondents(rows: int = 30) -> pl.DataFrame:
    """A survey with a role, codes, a number with nulls, texts, dates and a weight."""
    return pl.DataFrame(
        {
            "role": ["Marketing", "Technology", "Technology"] * (rows // 3),
            "goal": [1.0, 2.0, 9.0, 1.0, 2.0] * (rows // 5),
            "spent": [None, 1.5, 2.25] * (rows // 3),
            "why": ["", "because it is so", HEBREW, "x" * 300, "no"] * (rows // 5),
            "at": [datetime.date(2020, 1, 1 + one % 28) for one in range(rows)],
            "w": [0.5 + one % 4 for one in range(rows)],
        }
    )


@cache
def seeds() -> Mapping[str, tuple[bytes, ...]]:
    """Return some files of each ending; those of SAS are shared ones: no library writes them."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "made"
        return {
            "parquet": _parquet(file),
            "arrow": _arrow(file),
            "feather": _stream(file),
            "csv": _texts(","),
            "tsv": _texts("\t"),
            "csv.gz": tuple(map(gzip.compress, _texts(";"))),
            "xlsx": (_workbook(),),
            "ods": (_open_document(),),
            "sav": (_sav(file), _sav(file, row_compress=True)),
            "zsav": (_sav(file, compress=True),),
            "por": _por(file),
            "dta": tuple(_dta(file, version) for version in (8, 12, 14, 15)),
            "xpt": (_xpt(file, 5), _xpt(file, 8)),
            "sas7bdat": _borrowed("sas7bdat"),
        }


def _parquet(file: Path) -> tuple[bytes, ...]:
    made = []
    for compression in ("zstd", "uncompressed", "snappy"):
        respondents().write_parquet(file, compression=compression)
        made.append(file.read_bytes())
    return tuple(made)


def _arrow(file: Path) -> tuple[bytes, ...]:
    made = []
    for compression in ("uncompressed", "zstd", "lz4"):
        respondents().write_ipc(file, compression=compression)
        made.append(file.read_bytes())
    return tuple(made)


def _stream(file: Path) -> tuple[bytes, ...]:
    respondents().write_ipc_stream(file)
    return (file.read_bytes(),)


def _texts(separator: str) -> tuple[bytes, ...]:
    text = respondents().write_csv(separator=separator)
    return text.encode(), text.encode("utf-16"), text.replace("\n", "\r\n").encode("utf-8-sig")


def _workbook() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        workbook.add_worksheet("Cover").write(0, 0, "A survey")
        sheet = workbook.add_worksheet("Answers")
        frame = respondents()
        for place, name in enumerate(frame.columns):
            sheet.write(0, place, name)
            for row, cell in enumerate(frame[name], 1):
                sheet.write(row, place, cell)
        sheet.write_formula(1, 6, "=1/0", None, "#DIV/0!")
        sheet.merge_range(40, 0, 40, 3, "merged")
    return file.getvalue()


def _open_document() -> bytes:
    """An OpenDocument workbook; no library at hand writes it."""
    frame = respondents().cast(pl.String).fill_null("")
    rows = "".join(map(_document_row, (frame.columns, *frame.rows())))
    names = {
        one: f"urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"
        for one in ("office", "table", "text")
    }
    spaces = " ".join(f'xmlns:{one}="{name}"' for one, name in names.items())
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Answers">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    return file.getvalue()


def _document_row(cells: Sequence[str]) -> str:
    """A row of a table; equal cells that follow each other are one with their number."""
    found = []
    for cell, same in groupby(cells):
        number, kind = len(list(same)), "string"
        value = ""
        if cell.replace(".", "", 1).isdigit():
            kind, value = "float", f' office:value="{cell}"'
        found.append(
            f'<table:table-cell table:number-columns-repeated="{number}" '
            f'office:value-type="{kind}"{value}><text:p>{cell}</text:p></table:table-cell>'
        )
    return f"<table:table-row>{''.join(found)}</table:table-row>"


def _plain() -> pl.DataFrame:
    """The respondents with texts that every old format can hold."""
    return respondents().with_columns(
        pl.col("why").str.replace_all(r"[^ -~]", "e").str.slice(0, 200),
        pl.col("goal").cast(pl.Int32),
    )


def _short() -> pl.DataFrame:
    return _plain().with_columns(pl.col("why").str.slice(0, 8)).rename(str.upper)


def _sav(file: Path, *, compress: bool = False, row_compress: bool = False) -> bytes:
    pyreadstat.write_sav(
        respondents(),
        file,
        compress=compress,
        row_compress=row_compress,
        missing_ranges={"goal": [9.0, {"lo": 90.0, "hi": 99.0}], "role": ["Refused"]},
        variable_value_labels={"goal": {1.0: "Grow", 2.0: "Save", 9.0: "Don't know"}},
        column_labels={"goal": "Main goal of the work", "why": "Why? " + "really " * 40},
    )
    return file.read_bytes()


def _por(file: Path) -> tuple[bytes, ...]:
    pyreadstat.write_por(_short(), file)
    return (file.read_bytes(),)


def _dta(file: Path, version: int) -> bytes:
    pyreadstat.write_dta(
        _plain(),
        file,
        version=version,
        column_labels={"goal": "Main goal"},
        variable_value_labels={"goal": {1: "Grow", 2: "Save"}},
    )
    return file.read_bytes()


def _xpt(file: Path, version: Literal[5, 8]) -> bytes:
    pyreadstat.write_xport(_short(), file, file_format_version=version)
    return file.read_bytes()


def _borrowed(ending: str) -> tuple[bytes, ...]:
    files = sorted((FOLDER / "data/spss_stata_edge").rglob(f"*.{ending}"))
    return tuple(content for file in files if len(content := file.read_bytes()) < 200_000)
