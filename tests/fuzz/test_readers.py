"""A short run of the fuzz test; `python -m tests.fuzz.readers` runs ten thousand cases."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

from tests.fuzz.cases import TARGETS
from tests.fuzz.mutations import damaged
from tests.fuzz.readers import Child
from tests.fuzz.seeds import seeds
from tests.fuzz.structures import LAYOUTS, Layout, restructured

CASES = 5


def test_damaged_input_is_read_or_refused_in_one_line(tmp_path: Path, seed: int) -> None:
    """No damaged file, codebook, view, header or text raises another exception, hangs or prints.

    A process of its own runs the cases: a damaged file may corrupt the memory of a native reader.
    """
    targets = [one for one in sorted(TARGETS) if seeds().get(one, True)]
    with closing(Child(seed, tmp_path)) as child:
        said = {f"{one}:{n}": child.ask(one, n) for one in targets for n in range(CASES)}
    defects = {case: one for case, one in said.items() if one.startswith("defect")}
    assert not defects, f"python -m tests.fuzz.readers --seed {seed} --case CASE shows {defects}"


def test_the_structure_of_every_format_is_found(seed: int) -> None:
    """Numbers or records of each file, all inside it; what is changed differs."""
    chance = random.Random(seed)
    for target, find in LAYOUTS.items():
        for content in seeds().get(target, ()):
            layout = Layout()
            find(content, layout)
            places = [place + size for place, size, _ in layout.numbers]
            assert len(layout.numbers) + len(layout.records) > 8, target
            assert max(places, default=0) <= len(content) + 64, target
            changed = {restructured(target, content, chance) for _ in range(40)}
            assert len(changed) > 10, target


def test_a_case_is_repeated_by_its_seed_and_number(seed: int) -> None:
    files = [b"one file of some length", b"another"]

    def damaged_cases() -> list[bytes]:
        chances = [random.Random(f"{seed}/x/{number}") for number in range(20)]
        return [damaged(files[0], files, chance) for chance in chances]

    assert damaged_cases() == damaged_cases() != files[:1] * 20
