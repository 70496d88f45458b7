"""What `cxtui codes` is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from cxtui.options import as_file, option


@dataclass(frozen=True, slots=True)
class CodesOptions:
    """Files of codes to write or to read."""

    export: str = option(
        "",
        "write the codes of every answer to this file: respondent, text_hash, coder, code",
        "CSV",
        read=as_file,
    )
    text: bool = option(False, "with --export: the answers themselves, too")
    import_: str = option(
        "", "add the codes in a file of the same columns", "CSV", read=as_file, rival="export"
    )
