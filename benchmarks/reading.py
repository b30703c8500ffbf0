"""What reading a submission costs: `python benchmarks/reading.py [--chapter lenet] [--rounds 60]`.

CPU time of this process and of those that read for it, interleaved: in this process, in a process for each submission, and
in one that lasts. Every submission differs from the others.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from pathlib import Path

from measuring import ROOT, machine

from autograder.grading.classroom import kit_of
from autograder.grading.grade import asked, release_of, understand, understood
from autograder.submission import RawSubmission
from autograder.untrusted.limited import WITHIN, Lasting


def seconds(pids: set[int]) -> float:
    """Return the CPU seconds of this process, of children that have ended, and of those that live."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    alive = sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in pids)
    return time.process_time() + ended.ru_utime + ended.ru_stime + alive / 1e9


def main() -> None:
    """Measure, and print what came of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--chapter", default="lenet")
    options.add_argument("--rounds", type=int, default=60)
    given = options.parse_args()
    suite, release = kit_of(ROOT, given.chapter), release_of(ROOT, given.chapter)
    solution = ROOT / "solutions" / given.chapter / given.chapter
    reader = Lasting(understand, WITHIN)
    print(machine())
    for kind, suffix in (("notebook", ".ipynb"), ("script", ".py")):
        content = solution.with_suffix(suffix).read_text("utf-8")
        took: dict[str, list[float]] = {"here": [], "each": [], "lasting": []}
        for number in range(given.rounds + 1):
            own = content.replace("def ", f"student = {number}  # mine\\ndef " if suffix == ".ipynb" else "def ", 1)
            own = own + f"\n# {number}\n" if suffix == ".py" else own
            raw = RawSubmission(Path(), "notebook" if suffix == ".ipynb" else "script", f"a{suffix}", own.encode())
            for way, found in took.items():
                before, pids = seconds(reader.pids), reader.pids
                if way == "here":
                    understand(asked(suite, raw, release))
                else:
                    understood(suite, raw, release, reader=reader if way == "lasting" else None)
                if number and reader.pids == pids:  # the first has to be started, and so has one that is replaced
                    found.append(seconds(pids) - before)
        shown = ", ".join(f"{way} {1000 * statistics.median(found):.1f}" for way, found in took.items())
        print(f"{kind}, milliseconds of CPU, medians: {shown}")
    reader.close()


if __name__ == "__main__":
    main()
