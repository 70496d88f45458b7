"""The special functions come without their package, which others still get whole."""

from __future__ import annotations

import subprocess
import sys

from scipy import special

from cxtui.analysis.stats.special_functions import special_functions

_ALONE = """
import sys, threading
from cxtui.analysis.stats.special_functions import are_loaded, special_functions

before = are_loaded()
{before}
found = special_functions().stdtr(9, 1.0)
print(before, are_loaded(), "scipy.special" in sys.modules, "numpy.f2py" in sys.modules)
{after}
import scipy.special
from scipy.special import ndtri
print(found == scipy.special.stdtr(9, 1.0), scipy.special.zeta(2.0) > 1.6)
"""
_BESIDE = """
def other():
    import scipy.special
    whole.append(hasattr(scipy.special, "zeta"))

whole = []
threads = [threading.Thread(target=other) for _ in range(4)]
for one in threads:
    one.start()
"""
_JOINED = """
for one in threads:
    one.join()
assert whole == [True] * 4, whole
"""


def _run(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return done.stdout.split("\n")[:2]


def test_the_functions_load_without_their_package() -> None:
    """Neither it nor what it loads is there; imported later it is whole."""
    assert _run(_ALONE.format(before="", after="")) == ["False True False False", "True True"]


def test_a_thread_that_imports_the_package_meanwhile_gets_it_whole() -> None:
    """Four threads import it while the functions load."""
    assert _run(_ALONE.format(before=_BESIDE, after=_JOINED))[1] == "True True"


def test_they_are_those_of_the_package() -> None:
    """The same objects, so that their numbers are the same."""
    for name in ("chdtrc", "fdtrc", "gammainc", "ndtr", "ndtri", "stdtr", "stdtrit"):
        assert getattr(special_functions(), name) is getattr(special, name)


def test_a_scipy_without_the_compiled_module_serves_by_its_package() -> None:
    """As where a later SciPy keeps its functions elsewhere."""
    moved = (
        "from cxtui.analysis.stats import special_functions as ours\n"
        "ours._COMPILED = 'scipy.special._elsewhere'\n"
        "import scipy\nfound = ours.special_functions()\n"
        "print(found.__name__, float(found.ndtri(0.5)))\nprint(found is scipy.special)\n"
    )
    assert _run(moved) == ["scipy.special 0.0", "True"]
