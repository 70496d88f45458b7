"""cxtui: a terminal explorer for survey data, and its library.

>>> import cxtui
>>> survey = cxtui.open("examples/cmo-benchmark-2016.parquet").where("wave=2016")
>>> survey.table("cx_goal", by="role").to_polars().columns[:3]
['question', 'row_code', 'row']
"""

__version__ = "0.1.0"
TYPE_CHECKING = False  # that of `typing` would be loaded before ctrl+c is heeded

if TYPE_CHECKING:
    from cxtui.library import *  # noqa: F403
else:

    def __getattr__(name: str) -> object:
        """Load the library when one of its names is first used: the command line starts without."""
        public = _library()
        if name == "__all__" or name in public["__all__"]:
            return public[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return ["__version__", *_library()["__all__"]]

    def _library() -> dict[str, object]:
        import sys
        from importlib import import_module

        if sys.platform == "win32":
            message = "cxtui runs on Linux and macOS; on Windows, install and run it inside WSL"
            raise ImportError(message)
        return vars(import_module("cxtui.library"))
