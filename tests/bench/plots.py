"""The curves of growth as one picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench.figures import Point

_LINES = {"key": "#0b7285", "query": "#e8590c", "raw": "#868e96"}
_WORDS = {"key": "key to table", "query": "our query", "raw": "raw Polars, from the file"}


def draw(points: Sequence[Point], file: Path) -> None:
    """Draw a panel for each thing that grows; both axes are logarithmic."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "growth", "font.size": 9})
    from matplotlib import pyplot

    axes = list(dict.fromkeys(one.axis for one in points))
    figure, panels = pyplot.subplots(1, len(axes), figsize=(11, 3.1), sharey=True, squeeze=False)
    for axis, panel in zip(axes, panels[0], strict=True):
        some = [one for one in points if one.axis == axis]
        for name, colour in _LINES.items():
            heights = [getattr(one, name) for one in some]
            sizes = [one.size for one in some]
            panel.plot(sizes, heights, "o-", color=colour, label=_WORDS[name], markersize=3)
        panel.set(xscale="log", yscale="log", xlabel=axis)
        panel.grid(visible=True, which="major", color="#e9ecef")
        panel.spines[["top", "right"]].set_visible(False)
    panels[0][0].set_ylabel("milliseconds")
    panels[0][0].legend(frameon=False, loc="upper left", fontsize=8)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")
