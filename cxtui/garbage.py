"""How often garbage is collected: hardly ever while modules load, for they leave none."""

import gc

_LOADING = 250_000
"""New objects before a collection at the start, which makes fewer until its first table."""
_LOADED = 50_000
"""New objects before a collection later: it takes 10 ms, which a key does not notice."""


def collect_hardly_ever() -> None:
    """Collect nothing while modules load: of 125,000 objects fewer than 1,000 are garbage."""
    gc.set_threshold(_LOADING)


def skip_what_is_loaded() -> None:
    """Leave the objects that there are out of later collections, which then take less time."""
    gc.freeze()
    gc.set_threshold(_LOADED)
