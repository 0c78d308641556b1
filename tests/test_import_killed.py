"""An import that is killed has stored what it said, and run again it completes without doubling."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from competent_data.store import Store

RECORDS = 30_000
COMMAND = [sys.executable, "-c", "from matcher.cli import main; main()", "import", "vacancies"]


def started(file: Path, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, str(file)],
        env={**os.environ, "MATCHER_STORE": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("lines", [1, 3])
def test_a_killed_import_keeps_what_it_acknowledged_and_is_simply_run_again(
    tmp_path: Path, lines: int
) -> None:
    """A transaction takes 2,000 vacancies: after n lines at least 2,000 n are stored."""
    file = tmp_path / "vacancies.jsonl"
    with file.open("w") as out:
        for n in range(RECORDS):
            text = f"Je rijdt met de heftruck in hal {n}. " * 5
            out.write(json.dumps({"id": f"v{n:05}", "title": "Magazijnier", "text": text}) + "\n")
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with started(file, url) as process:
        assert process.stderr is not None
        said = [process.stderr.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        said += process.stderr.readlines()
    assert process.returncode == -signal.SIGKILL
    acknowledged = [int(found[1]) for line in said if (found := re.search(r"(\d+) stored", line))]
    assert acknowledged == [2_000 * n for n in range(1, len(said) + 1)]
    with Store(url) as store:
        kept = [vacancy.id for vacancy in store.vacancies()]
    assert acknowledged[-1] <= len(kept) < RECORDS
    assert kept == [f"v{n:05}" for n in range(len(kept))]

    with started(file, url) as again:
        out_text, _ = again.communicate(timeout=120)
    assert (again.returncode, f"{RECORDS:,} vacancies" in out_text) == (0, True)
    with Store(url) as store:
        assert [vacancy.id for vacancy in store.vacancies()] == [f"v{n:05}" for n in range(RECORDS)]
