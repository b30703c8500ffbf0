"""`make crash`: the long form, 200 kills over a class of 60, with what came of it."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.crash.campaign import Campaign, doubled, grade, is_sound, make_class, mark_by_hand, marks, results

SIZE, KILLS = 60, 200


def main(size: int = SIZE, kills: int = KILLS) -> int:
    """Run it; return 0 when nothing was lost."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "course"
        make_class(root, size)
        start = time.monotonic()
        print("undisturbed:", grade(root).returncode, f"{time.monotonic() - start:.0f} s", flush=True)
        mark_by_hand(root)
        grade(root)
        expected, points = results(root), marks(root)
        campaign = Campaign(root, kills)
        campaign.run()
        print("kills:", dict(campaign.done), "ends:", dict(campaign.codes), "class graded:", campaign.asked, flush=True)
        print("last words:", *sorted(campaign.last_words), sep="\n  ")
        print("afterwards:", grade(root).returncode, f"{time.monotonic() - start:.0f} s in all")
        found = results(root)
        different = sorted(student for student in expected if found.get(student) != expected[student])
        problems = {
            "different from the undisturbed run": different,
            "more results than gradings, or not done": doubled(root, campaign.asked),
            "points or marks changed": [] if marks(root) == points else ["yes"],
            "database": [] if is_sound(root) else ["damaged"],
        }
        for what, who in problems.items():
            print(f"{what}: {', '.join(who) or 'none'}")
        return int(any(problems.values()))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
