"""The same suite on real Spark: a driver with two executors, one of them killed; then one process.

    python -m tests.engines.real_spark SPARK_PYTHON [--rows 2000000]

It needs Java 17 or newer, what `tests/engines/requirements.txt` names beside the project, and a
Python in another environment (SPARK_PYTHON) with `pip install "pyspark[connect]"`, which brings
Spark and its Connect server. Memory is held to 2 GB for the driver, 1 GB for each executor.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.surveys import Plan, make_survey

CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"
SUITE = "tests/engines/test_same_numbers.py"
_START = 180
_QUESTIONS = 39


def spark_home(python: str) -> Path:
    """Return where the Spark of another Python lies."""
    where = "import pyspark, pathlib; print(pathlib.Path(pyspark.__file__).parent)"
    found = subprocess.run([python, "-c", where], capture_output=True, text=True, check=False)
    if found.returncode:
        sys.exit(f'{python} has no pyspark: {python} -m pip install "pyspark[connect]"')
    return Path(found.stdout.strip())


@contextmanager
def server(home: Path, master: str, folder: Path) -> Iterator[str]:
    """Run a Spark Connect server until the end; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "spark.connect.grpc.binding.port": str(port),
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.executor.memory": "1g",
        "spark.sql.shuffle.partitions": "4",  # two cores: more would only take longer
    }
    command = [str(home / "bin" / "spark-submit"), "--class", CLASS, "--master", master]
    command += ["--driver-memory", "2g"]
    command += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    log = folder / f"{re.sub(r'[^a-z0-9]', '-', master)}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=out,
            start_new_session=True,
            cwd=folder,
            env={**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"},
        )
    try:
        _wait_for(log, process)
        yield f"sc://localhost:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(log: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_START * 2):
        if "Spark Connect server started" in log.read_text("utf-8", "replace"):
            return
        if process.poll() is not None:
            break
        time.sleep(0.5)
    sys.exit(f"Spark did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def run_suite(address: str) -> int:
    """Run the tests of the engines at one server; return the exit code of pytest."""
    begun = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "--timeout=300", SUITE, "-k", "spark"],
        env={**os.environ, "CXTUI_SPARK": address},
        check=False,
    )
    print(f"the suite took {time.monotonic() - begun:.0f} s", flush=True)
    return ended.returncode


def executors() -> list[int]:
    """Return the processes of the executors on this machine, by what they were started as."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"CoarseGrainedExecutorBackend" in words and b"java" in words:
                found.append(int(entry.name))
    return sorted(found)


def kill_one_of_two(address: str, folder: Path, rows: int) -> bool:
    """Count, kill an executor while it counts again, and compare; return whether all agreed."""
    from cxtui.analysis.query.count_cube import compute_cube
    from cxtui.analysis.view.view_options import default_view
    from cxtui.sources.open_survey import open_survey

    path = make_survey(folder, Plan(rows, _QUESTIONS))
    here = open_survey(str(path))
    codebook = folder / "there.codebook.toml"
    from cxtui.survey.codebook.toml_format import write_codebook

    codebook.write_text(write_codebook(here.codebook), "utf-8")
    there = open_survey(f"{address}/parquet:{path}", str(codebook))
    view = default_view(here)
    question = next(one for one in here.codebook.questions if one.kind == "multi")
    view = view.with_question(question.id)
    own = executors()
    expected = compute_cube(here, view)
    same = True
    for kills in (False, True):
        begun = time.monotonic()
        if kills:
            threading.Timer(0.5, os.kill, (own[-1], signal.SIGKILL)).start()
        found = compute_cube(there, view)  # a lost executor is the cluster's own business
        took = time.monotonic() - begun
        worst = float(abs(found.cells.w - expected.cells.w).max() / expected.cells.w.max())
        same &= worst < 1e-9
        what = "an executor killed" if kills else "both executors"
        print(f"{rows:,} rows, {what}: {took:.1f} s, largest difference {worst:.1e}", flush=True)
    print(f"executors before {own}, after {executors()}", flush=True)
    return same


def main() -> None:
    """Run both, and say how they ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", metavar="SPARK_PYTHON")
    parser.add_argument("--rows", type=int, default=2_000_000)
    options = parser.parse_args()
    home = spark_home(options.python)
    with tempfile.TemporaryDirectory(prefix="cxtui-spark-") as name:
        folder = Path(name)
        with server(home, "local-cluster[2,1,1024]", folder) as address:
            print(f"Spark with two executors at {address}", flush=True)
            same = kill_one_of_two(address, folder, options.rows)
            failed = run_suite(address)
        with server(home, "local[2]", folder) as address:
            print(f"Spark local[2] at {address}", flush=True)
            failed = run_suite(address) or failed
    sys.exit(failed or (0 if same else 1))


if __name__ == "__main__":
    main()
