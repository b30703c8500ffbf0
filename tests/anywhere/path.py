"""A student's whole path with a bundle alone: `python path.py BUNDLE.zip ANSWER.py` in the Python that is to be tried.

It needs the standard library alone, and Paddle where that is not installed with the bundle. Every step must come out as named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# Paddle comes first, as in a notebook: version 2.6 on Linux brings a zlib of its own, in which Python's ends the process.
TRAIN = """
import paddle
from autograder import open_data
mnist = open_data("mnist")
images, labels = mnist.load("training")
from safetensors.numpy import save_file
from lenet import LeNet, train_one_epoch
model = LeNet(num_classes=10)
optimizer = paddle.optimizer.Adam(learning_rate=0.002, parameters=model.parameters())
print("loss", train_one_epoch(model, [(images[k : k + 32], labels[k : k + 32]) for k in range(0, 640, 32)], optimizer))
save_file({key: value.numpy() for key, value in model.state_dict().items()}, "lenet.safetensors", {"data": mnist.origin})
"""


def step(place: Path, words: list[str], wanted: int, says: str = "") -> None:
    """Run a command and compare its exit code and what it says; no traceback may be shown."""
    done = subprocess.run([sys.executable, *words], cwd=place, capture_output=True, check=False, timeout=1500)
    encoding = os.environ.get("PYTHONIOENCODING") or "utf-8"
    said = (done.stdout + done.stderr).decode(encoding, "replace")
    print(f"$ {' '.join(words)[:80]}\n{said}", flush=True)
    if done.returncode != wanted or says not in said or "Traceback" in said:
        raise SystemExit(f"exit code {done.returncode}, expected {wanted} and {says!r}")


def main(bundle: Path, answer: Path, options: list[str]) -> None:
    """Unpack, install, check, fix, train, hand in. options: of start.py."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "张 三"
        with zipfile.ZipFile(bundle) as archive:
            archive.extractall(home)
        place = next(path for path in home.iterdir() if path.is_dir())
        step(place, ["start.py", *options], 0)
        step(place, ["-m", "autograder", "doctor"], 0, "Paddle")
        step(place, ["-m", "autograder", "check", "lenet"], 1)
        shutil.copy(answer, place / "lenet.py")
        step(place, ["-m", "autograder", "check", "lenet", "lenet.py"], 0, "network.shape")
        step(place, ["-c", TRAIN], 0, "!!! mnist")
        step(place, ["-m", "autograder", "submit", "lenet", "lenet.py", "--student", "张三"], 0)
        handed_in = sorted(path.name for path in (place / "submitted" / "张三" / "lenet").iterdir())
        if handed_in != ["lenet.py", "lenet.safetensors"]:
            raise SystemExit(f"handed in: {handed_in}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3:])
