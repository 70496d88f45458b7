"""`python -m cxtui` is `cxtui`."""

from cxtui.cli import run

if __name__ == "__main__":
    run()
