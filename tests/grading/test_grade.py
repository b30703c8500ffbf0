"""From a file to findings, with the real kits of the course, in the real box."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from safetensors.numpy import save_file

from autograder.course import load_course
from autograder.grading.classroom import Grader, HandIn
from autograder.grading.examine import TRIES, Examiner
from autograder.sandbox.box import Box, BoxSession
from autograder.sandbox.ready import Shapes
from autograder.sandbox.session import BoxError
from autograder.submission import pieces_of_script, slice_names
from tests.cli.class_folder import Verbs
from tests.known_mistakes import write_mistake

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def grader(shared_box: Box) -> Grader:
    return Grader(ROOT, load_course(ROOT), shared_box)


def graded(grader: Grader, path: Path, chapter: str) -> dict[str, Any]:
    return grader.renderer.to_json(grader.grade(HandIn(path, chapter, None)), "en")


def statuses(record: dict[str, Any]) -> dict[str, str]:
    return {finding["check"]: finding["staff"]["status"] for finding in record["findings"]}


@pytest.mark.parametrize("chapter", ["reader", "lenet"])
def test_the_stub_scores_nothing(grader: Grader, chapter: str) -> None:
    record = graded(grader, ROOT / "assignments" / chapter / f"{chapter}.ipynb", chapter)
    assert record["score"] == 0
    assert record["repairs"] == []


@pytest.mark.parametrize("chapter", ["reader", "lenet"])
def test_the_solution_passes_every_check(grader: Grader, chapter: str) -> None:
    record = graded(grader, ROOT / "solutions" / chapter / f"{chapter}.ipynb", chapter)
    assert set(statuses(record).values()) <= {"pass", "skipped"}


def test_a_known_mistake_is_told_its_cause(grader: Grader, tmp_path: Path) -> None:
    record = graded(grader, write_mistake(tmp_path, "lenet", "mean_of_batch_means"), "lenet")
    finding = next(f for f in record["findings"] if f["check"] == "train_one_epoch.unequal")
    assert finding["status"] == "fail"
    assert "batch" in finding["hint"]


def test_a_hidden_check_shows_no_values(grader: Grader, tmp_path: Path) -> None:
    record = graded(grader, write_mistake(tmp_path, "lenet", "no_sigmoid_after_conv3"), "lenet")
    hidden = [f for f in record["findings"] if f["hidden"] and f["status"] == "fail"]
    assert hidden
    assert all(f["message"].startswith("A hidden check failed") for f in hidden)


def test_training_at_import_and_a_missing_gpu_cost_nothing(grader: Grader, tmp_path: Path) -> None:
    solution = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    answer = tmp_path / "lenet.py"
    answer.write_text(
        f"import paddle\npaddle.set_device('gpu:0')\n{solution}\nwhile True:\n    print(LeNet(10))\n", "utf-8"
    )
    assert set(statuses(graded(grader, answer, "lenet")).values()) <= {"pass", "skipped"}


def test_a_death_costs_only_its_own_check(grader: Grader, tmp_path: Path) -> None:
    solution = (ROOT / "solutions/reader/reader.py").read_text("utf-8")
    answer = tmp_path / "reader.py"
    answer.write_text(f"{solution}\nimport os\ndef data_loader(*arguments):\n    os._exit(0)\n", "utf-8")
    seen = statuses(graded(grader, answer, "reader"))
    assert seen["data_loader.batches"] == "crashed"
    assert seen["transform_img.values"] == "pass"
    assert seen["valid_data_loader.batches"] == "pass"


def test_objects_that_equal_everything_earn_nothing(grader: Grader, tmp_path: Path) -> None:
    answer = tmp_path / "lenet.py"
    answer.write_text(
        "class Liar(float):\n    def __eq__(self, other): return True\n    def __sub__(self, other): return 0.0\n"
        "    __hash__ = float.__hash__\n    shape = (1, 10)\n"
        "class LeNet:\n    def __init__(self, n): pass\n    def __call__(self, x): return Liar()\n"
        "def train_one_epoch(*a): return Liar()\ndef evaluate(*a): return Liar(), Liar()\n",
        "utf-8",
    )
    assert graded(grader, answer, "lenet")["score"] == 0


def test_a_misspelt_name_is_named(grader: Grader, tmp_path: Path) -> None:
    answer = tmp_path / "lenet.py"
    answer.write_text("import paddle\nclass Lenet(paddle.nn.Layer):\n    pass\n", "utf-8")
    record = graded(grader, answer, "lenet")
    assert "Lenet" in record["findings"][0]["message"]


def test_what_cannot_be_read_is_rejected_with_a_reason(grader: Grader, tmp_path: Path) -> None:
    answer = tmp_path / "lenet.ipynb"
    answer.write_text("{ no", "utf-8")
    record = graded(grader, answer, "lenet")
    assert record["status"] == "rejected"
    assert record["reason"]


def test_weights_of_another_network_are_a_finding(grader: Grader, tmp_path: Path) -> None:
    answer = tmp_path / "lenet.py"
    answer.write_bytes((ROOT / "solutions/lenet/lenet.py").read_bytes())
    save_file({"other": np.zeros((2, 2), np.float32)}, tmp_path / "lenet.safetensors")
    record = graded(grader, answer, "lenet")
    finding = next(f for f in record["findings"] if f["kind"] == "accuracy")
    assert finding["status"] == "fail"
    assert "belongs to another network" in finding["message"]


@pytest.mark.parametrize("trusted", [False, True])
def test_without_a_box_only_trusted_code_is_graded(trusted: bool, tmp_path: Path) -> None:
    answer = tmp_path / "reader.py"
    touched = tmp_path / "touched"
    answer.write_text(f"transform_img = open({str(touched)!r}, 'w').write\n")
    command = [sys.executable, "-m", "autograder", "grade", str(answer), "--chapter", "reader", "--box", "none"]
    done = subprocess.run(
        [*command, *(["--i-trust-this-code"] if trusted else [])], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == (1 if trusted else 2)
    assert touched.exists() == trusted
    assert trusted or "--i-trust-this-code" in done.stderr


def test_the_command_prints_a_list_and_exits_with_one_on_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = str(write_mistake(tmp_path, "lenet", "no_step"))
    done = Verbs(ROOT, monkeypatch, capsys)("grade", answer, "--chapter", "lenet", "--json", "-")
    assert done.code == 1
    assert done.json[0]["chapter"] == "lenet"


def test_an_unknown_chapter_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = Verbs(ROOT, monkeypatch, capsys)("grade", "x.py", "--chapter", "lenett")
    assert done.code == 2
    assert "lenet" in done.err


def test_code_that_hangs_while_it_loads_costs_only_its_own_task(
    grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.grading.examine.LOAD_SECONDS", 2.0)
    solution = (ROOT / "solutions/reader/reader.py").read_text("utf-8")
    answer = tmp_path / "reader.py"
    hang = "def forever():\n    while True: pass\nTABLE = forever()\ndef data_loader(*a):\n    return TABLE\n"
    answer.write_text(f"{solution}\n{hang}", "utf-8")
    result = graded(grader, answer, "reader")
    seen = statuses(result)
    assert {seen[key] for key in seen if key.startswith("data_loader.")} == {"timeout"}
    line = f"{solution}\n{hang}".splitlines().index("    while True: pass") + 1
    told = {f["message"] for f in result["findings"] if f["check"].startswith("data_loader.") and not f["hidden"]}
    ended = f"line {line}, `while True: pass`. Does the loop there ever end?"
    assert any(message.endswith(ended) for message in told), told
    assert {seen[key] for key in seen if key.startswith(("transform_img.", "valid_data_loader."))} == {"pass"}


def test_results_as_tensors_or_arrays_are_as_good_as_floats(grader: Grader, tmp_path: Path) -> None:
    answer = tmp_path / "lenet.py"
    solution = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    wrapped = "\n_right = evaluate\ndef evaluate(model, loader):\n    a, b = _right(model, loader)\n    return [np.array([a]), paddle.to_tensor(b)]\n"
    answer.write_text(f"import numpy as np\n{solution}{wrapped}", "utf-8")
    seen = statuses(graded(grader, answer, "lenet"))
    assert {seen[key] for key in seen if key.startswith("evaluate.")} == {"pass"}


class Struck:
    """A box of which the first sessions are killed from outside while they hold a student's code."""

    def __init__(self, box: Box, times: int) -> None:
        self.box, self.times = box, times

    def of(self, framework: str) -> Struck:
        """Return itself, whatever answers are written with."""
        assert framework == "paddle"
        return self

    def session(self, cpu_seconds: int | None = None, files_mib: int = 0, shapes: Shapes | None = None) -> BoxSession:
        session = self.box.session(cpu_seconds, files_mib, shapes)
        if self.times > 0:
            self.times -= 1
            for box in boxes():
                with suppress(psutil.NoSuchProcess):
                    box.kill()
        return session


def boxes() -> list[psutil.Process]:
    return [one for one in psutil.Process().children(recursive=True) if one.name() == "bwrap"]


@pytest.mark.parametrize(
    ("times", "start"),
    [(1, "warm"), (1, "cold"), (TRIES, "warm"), pytest.param(TRIES, "cold", marks=pytest.mark.long)],
)
def test_a_box_killed_from_outside_costs_no_points(grader: Grader, times: int, start: str) -> None:
    answer = (ROOT / "solutions/reader/reader.py").read_text("utf-8")
    sources = pieces_of_script(answer, "reader.py")
    box = Struck(grader.box if start == "warm" else replace(grader.box, zygote=None), times)
    with closing(
        Examiner(grader.suite("reader"), lambda n: slice_names(sources, list(n)), box, None, None)
    ) as examiner:
        if times < TRIES:
            assert {finding.status for finding in examiner.findings({"transform_img"})} == {"pass"}
        else:
            with pytest.raises(BoxError, match="killed from outside again and again"):
                examiner.findings({"transform_img"})


def test_sizes_are_asked_for_after_the_pass_that_tells_them(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, tuple[int, ...]]] = []
    plain = BoxSession.ask

    def noting(session: BoxSession, operation: str, /, **arguments: Any) -> Any:
        shape = arguments["images"].shape if "images" in arguments else arguments.get("shape", ())
        asked.append((operation, tuple(shape)))
        return plain(session, operation, **arguments)

    monkeypatch.setattr(BoxSession, "ask", noting)
    graded(grader, ROOT / "solutions/lenet/lenet.py", "lenet")
    three = (3, 1, 28, 28)
    assert asked.index(("forward", three)) < asked.index(("sizes", three))


@pytest.mark.slow
def test_the_same_answer_gets_the_same_words(grader: Grader, tmp_path: Path) -> None:
    answer = write_mistake(tmp_path, "resnet", "fc_default_initial")
    first, second = (graded(grader, answer, "resnet") for _ in range(2))
    assert statuses(first)["network.initial"] == "fail"
    assert second["findings"] == first["findings"]
