"""Draw the README's picture from the running app: `python examples/make_picture.py [OUT.svg]`."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from pathlib import Path

from cxtui.analysis.options import add_question_option, add_view_options
from cxtui.app.app import Explorer

HERE = Path(__file__).parent
SIZE = (110, 30)
_WEB_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)


async def picture() -> str:
    """Return the first screen of the example as SVG, without fonts from elsewhere."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--codebook", default="")
    add_question_option(parser)
    add_view_options(parser)
    app = Explorer(parser.parse_args([str(HERE / "cmo-benchmark-2016.parquet")]))
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(3):  # open, count, mark
            await pilot.pause()
            await app.workers.wait_for_complete()
        await pilot.pause()
        svg = app.export_screenshot(title="cxtui cmo-benchmark-2016.parquet")
    fontless = _WEB_FONT.sub("", svg).replace("Fira Code, monospace", "monospace")
    return re.sub(r"terminal-\d+", "terminal", fontless)


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "cxtui.svg"
    out.write_text(asyncio.run(picture()), "utf-8")
