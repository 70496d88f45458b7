"""The C library gives freed memory back; OpenBLAS starts no threads."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

_THREADS_LET_GO = """
import ctypes, os, re, tempfile, threading

from cxtui.native_libraries import use_one_heap

use_one_heap()

all_are_alive, turn = threading.Barrier(4), threading.Lock()

def work():
    all_are_alive.wait()
    with turn:
        bytearray(16_000_000)
        for _ in range(3):
            [bytearray(100_000) for _ in range(200)]
    all_are_alive.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
for one in threads:
    one.start()
for one in threads:
    one.join()

libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
for name in ("malloc_info", "fclose"):
    getattr(libc, name).argtypes = [*[ctypes.c_int] * (name == "malloc_info"), ctypes.c_void_p]
with tempfile.TemporaryFile() as file:
    stream = libc.fdopen(os.dup(file.fileno()), b"w")
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    file.seek(0)
    told = file.read().decode()
print(told.count("<heap nr="), re.findall(r'<system type="current" size="(\\d+)"', told)[-1])
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="not glibc")
def test_memory_freed_by_threads_is_not_kept_by_each() -> None:
    """Four threads share one heap, which keeps less than the 20 MB that each of them freed."""
    ran = subprocess.run([sys.executable, "-c", _THREADS_LET_GO], capture_output=True, check=True)
    heaps, size = map(int, ran.stdout.split())
    assert heaps == 1
    assert size < 20_000_000


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="not Linux")
@pytest.mark.parametrize(("setting", "threads"), [({}, 1), ({"OMP_NUM_THREADS": "2"}, 2)])
def test_openblas_has_the_threads_that_the_user_asked_for(
    setting: dict[str, str], threads: int
) -> None:
    """One thread, or as many as a variable of the user's says, if there are such processors."""
    code = (
        "from cxtui.native_libraries import keep_blas_to_one_thread\n"
        "keep_blas_to_one_thread()\nimport numpy, os\nprint(len(os.listdir('/proc/self/task')))"
    )
    others = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, capture_output=True, check=True, env=others | setting)
    assert int(ran.stdout) == min(threads, len(os.sched_getaffinity(0)))
