"""Draw the README's pictures from the running app: `python examples/make_picture.py [FOLDER]`."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from cxtui.app.app import Explorer
from cxtui.shell.parser import build_parser

HERE = Path(__file__).parent
EXAMPLE = HERE / "cmo-benchmark-2016.parquet"
_WEB_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)


PICTURES = {
    "cxtui.svg": ((110, 30), ()),
    "cxtui-chart.svg": ((110, 30), ("p", "3", "down", "down", "down")),
    "cxtui-gaps.svg": ((110, 24), ("g",)),
}
"""Files, columns and lines of the terminal, and the keys that lead to what they show."""


async def picture(size: tuple[int, int], keys: Sequence[str]) -> str:
    """Return the screen of the example after some keys as SVG, without fonts from elsewhere."""
    options = build_parser().parse_args(["explore", "--fresh", str(EXAMPLE)])
    app = Explorer(options)
    async with app.run_test(size=size) as pilot:
        for _ in range(3):  # open, count, mark
            await pilot.pause()
            await app.workers.wait_for_complete()
        await pilot.press(*keys)
        await app.workers.wait_for_complete()
        await pilot.pause()
        svg = app.export_screenshot(title="cxtui cmo-benchmark-2016.parquet")
    fontless = _WEB_FONT.sub("", svg).replace("Fira Code, monospace", "monospace")
    return re.sub(r"terminal-\d+", "terminal", fontless)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, (size, keys) in PICTURES.items():
        (folder / name).write_text(asyncio.run(picture(size, keys)), "utf-8")
