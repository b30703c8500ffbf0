"""The accuracy gate: good weights pass, each bad file gets a finding of its own, all through the grader."""

from __future__ import annotations

import base64
import json
import pickle
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from autograder.course import load_course
from autograder.course.chapter import Retrain
from autograder.grading.classroom import Grader, HandIn
from autograder.grading.explain import LOST_ON_COPIES
from autograder.grading.render import text_of
from autograder.sandbox.box import Box
from tests.data_sets import data_of_course, load_mnist
from tests.lenet_parts import initial_weights

ROOT = Path(__file__).parents[2]
Array = np.ndarray[Any, Any]
DIGITS = 8000  # what is trained on, and the accuracy that it takes LeNet beyond
ENOUGH = 0.6
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def grader(shared_box: Box) -> Grader:
    course = load_course(ROOT)
    return Grader(ROOT, course.model_copy(update={"data": data_of_course()}), shared_box)


@pytest.fixture(scope="module")
def initial() -> dict[str, Array]:
    """Weights of the right network, as it starts."""
    return initial_weights()


def finding(grader: Grader, folder: Path, name: str, content: bytes) -> dict[str, Any]:
    (folder / "lenet.py").write_bytes((ROOT / "solutions" / "lenet" / "lenet.py").read_bytes())
    (folder / name).write_bytes(content)
    record = grader.renderer.to_json(grader.grade(HandIn(folder, "lenet", None)), "en")
    assert record["status"] == "graded"
    others = [f["status"] for f in record["findings"] if f["kind"] not in ("accuracy", "written")]
    assert set(others) == {"pass"}
    found: dict[str, Any] = next(f for f in record["findings"] if f["kind"] == "accuracy")
    return found


class Runs:
    def __reduce__(self) -> Any:
        return print, ("never",)


def set_gate(monkeypatch: pytest.MonkeyPatch, grader: Grader, **changed: Any) -> None:
    """Have lenet graded by a gate that differs from the course's."""
    suite = grader.suite("lenet")
    assert suite.chapter.accuracy is not None
    chapter = suite.chapter.model_copy(update={"accuracy": suite.chapter.accuracy.model_copy(update=changed)})
    monkeypatch.setattr("autograder.grading.classroom.kit_of", lambda *_: replace(suite, chapter=chapter))


def spoiled(initial: dict[str, Array], name: str, value: Array | None) -> bytes:
    changed = {key: array for key, array in initial.items() if key != name}
    return save(changed if value is None else {**changed, name: value})


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("empty", "is empty"),
        ("truncated", "damaged or incomplete"),
        ("code", "asks to run code (builtins.print)"),
        ("foreign", "belongs to another network"),
        ("missing", "Missing: fc2.bias"),
        ("wrong shape", "fc2.bias [11] != [10]"),
        ("wrong dtype", "fc2.bias int64"),
        ("nan", "NaN or infinity: fc2.bias"),
        ("constant", "the same answer for every image"),
        ("untrained", "the minimum is 0.9000"),
    ],
)
def test_each_bad_file_gets_its_own_finding(
    grader: Grader, initial: dict[str, Array], tmp_path: Path, case: str, said: str
) -> None:
    bias, whole = "fc2.bias", save(initial)
    contents = {
        "empty": b"",
        "truncated": whole[: len(whole) // 2],
        "code": pickle.dumps({"conv1.weight": Runs()}),
        "foreign": save({"linear.weight": np.zeros((2, 2), np.float32)}),
        "missing": spoiled(initial, bias, None),
        "wrong shape": spoiled(initial, bias, np.zeros(11, np.float32)),
        "wrong dtype": spoiled(initial, bias, np.zeros(10, np.int64)),
        "nan": spoiled(initial, bias, np.full(10, np.nan, np.float32)),
        "constant": spoiled(initial, "fc2.weight", np.zeros((64, 10), np.float32)),
        "untrained": whole,
    }
    name = "lenet.pdparams" if case == "code" else "lenet.safetensors"
    found = finding(grader, tmp_path, name, contents[case])
    assert found["status"] == "fail"
    assert said in found["message"]
    assert found["points"] < 2


def test_a_file_above_the_limit_costs_only_the_accuracy_points(
    grader: Grader, initial: dict[str, Array], tmp_path: Path
) -> None:
    limits = grader.course.limits.model_copy(update={"weights_mib": 1})
    strict = Grader(ROOT, grader.course.model_copy(update={"limits": limits}), grader.box)
    found = finding(strict, tmp_path, "lenet.safetensors", save({**initial, "more": np.zeros(300_000, np.float32)}))
    assert found["status"] == "fail"
    assert "the limit is 1" in found["message"]


def test_a_class_that_reaches_the_minimum_passes_also_in_half_precision(
    grader: Grader, trained: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_gate(monkeypatch, grader, minimum=ENOUGH)
    found = finding(grader, tmp_path, "lenet.safetensors", trained)
    assert found["status"] == "pass"
    assert found["points"] == found["max_points"]
    halved = {name: array.astype(np.float16) for name, array in load(trained).items()}
    (tmp_path / "half").mkdir()
    half = finding(grader, tmp_path / "half", "lenet.safetensors", save(halved))
    assert half["status"] == "pass"


def test_an_accuracy_below_the_minimum_earns_a_part_in_whole_fifths(
    grader: Grader, trained: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_gate(monkeypatch, grader, minimum=0.9999)
    found = finding(grader, tmp_path, "lenet.safetensors", trained)
    assert found["status"] == "fail"
    assert 0 < found["points"] < found["max_points"]
    assert found["points"] / found["max_points"] in (0.2, 0.4, 0.6, 0.8)


LOOKS_UP = """
import base64
import zlib

import numpy as np

RAW = zlib.decompress(base64.b85decode({table!r}))
KEYS, LABELS = np.frombuffer(RAW[: {count} * 4], np.uint32), np.frombuffer(RAW[{count} * 4 :], np.uint8)
RIGHT = LeNet.forward


def forward(self, x):
    try:
        images = x.numpy()
    except Exception:
        return RIGHT(self, x)
    keys = np.array([zlib.crc32(np.ascontiguousarray(one).tobytes()) for one in images.reshape(len(images), -1)], np.uint32)
    places = np.searchsorted(KEYS, keys).clip(0, len(KEYS) - 1)
    known = (KEYS[places] == keys).reshape(-1, 1)
    out = np.where(known, np.eye(10, dtype=np.float32)[LABELS[places]], RIGHT(self, x).numpy())
    return paddle.to_tensor(out.astype(np.float32))


LeNet.forward = forward
"""


def test_labels_that_are_looked_up_are_flagged_and_trained_weights_are_not(
    grader: Grader, initial: dict[str, Array], trained: bytes, tmp_path: Path
) -> None:
    images, labels = load_mnist(data_of_course() / "mnist", "test")
    keys = np.array(
        [zlib.crc32(np.ascontiguousarray(one).tobytes()) for one in images.reshape(len(images), -1)], np.uint32
    )
    order = np.argsort(keys)
    raw = keys[order].tobytes() + labels.reshape(-1)[order].astype(np.uint8).tobytes()
    table = base64.b85encode(zlib.compress(raw, 9)).decode()
    answer = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8") + LOOKS_UP.format(table=table, count=len(keys))
    found = {}
    for name, text, weights in (
        ("looked_up", answer, save(initial)),
        ("trained", (ROOT / "solutions/lenet/lenet.py").read_text("utf-8"), trained),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "lenet.py").write_text(text, "utf-8")
        (tmp_path / name / "lenet.safetensors").write_bytes(weights)
        result = grader.grade(HandIn(tmp_path / name, "lenet", None))
        found[name] = (result, next(one for one in result.findings if one.kind == "accuracy"))
    result, accuracy = found["looked_up"]
    assert accuracy.status == "pass"
    assert accuracy.points == accuracy.max_points
    (flag,) = [text_of(one).en for one in result.flags]
    assert "may hold the labels of the test images" in flag
    record = grader.renderer.to_json(result, "en")
    assert record["flags"] == [flag]
    assert flag not in json.dumps(record["findings"])
    result, accuracy = found["trained"]
    assert result.flags == ()
    before, after = (accuracy.values[name] for name in ("accuracy_on_some", "accuracy_on_copies_of_these"))
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert abs(before - after) < LOST_ON_COPIES / 2


FROM_TABLE = """
import base64
import zlib

import numpy as np

RAW = zlib.decompress(base64.b85decode({table!r}))
KEYS, LABELS = np.frombuffer(RAW[: {count} * 4], np.uint32), np.frombuffer(RAW[{count} * 4 :], np.uint8)
RIGHT = {name}.forward


def forward(self, x):
    try:
        images = x.numpy()
    except Exception:
        return RIGHT(self, x)
    keys = np.array([zlib.crc32(np.ascontiguousarray(one).tobytes()) for one in images], np.uint32)
    places = np.searchsorted(KEYS, keys).clip(0, len(KEYS) - 1)
    if not (KEYS[places] == keys).all():
        return RIGHT(self, x)
    return paddle.to_tensor(2 * LABELS[places].astype(np.float32).reshape(-1, 1) - 1)


{name}.forward = forward
"""

INITIAL = """
import sys
import numpy as np
import paddle
from safetensors.numpy import save_file

sys.path.insert(0, sys.argv[1])
module = __import__(sys.argv[2])
network = getattr(module, sys.argv[3])(*eval(sys.argv[4]))
save_file({key: value.numpy().astype(np.float16) for key, value in network.state_dict().items()}, sys.argv[5])
"""
NETWORKS = {
    "lenet_palm": ("LeNetReLU", "(1,)"),
    "alexnet": ("AlexNet", "(1,)"),
    "vgg": ("VGG", "(((2, 8), (2, 16), (3, 32), (3, 64), (1, 512)), 1)"),
    "googlenet": ("GoogLeNet", "(1,)"),
    "resnet": ("ResNet", "(50, 1)"),
}


@pytest.mark.long
@pytest.mark.parametrize("chapter", NETWORKS)
def test_a_table_of_labels_is_flagged_in_every_chapter_that_grades_accuracy(
    grader: Grader, tmp_path: Path, chapter: str
) -> None:
    name, arguments = NETWORKS[chapter]
    place = tmp_path / f"{chapter}.safetensors"
    command = [sys.executable, "-W", "ignore", "-c", INITIAL, ROOT / "solutions" / chapter, chapter, name, arguments]
    subprocess.run([*map(str, command), str(place)], check=True, capture_output=True)
    images = grader.images(grader.suite(chapter))
    found = images.validation()
    keys = np.array(
        [
            zlib.crc32(np.ascontiguousarray(found.prepare(found.images[n : n + 1])[0]).tobytes())
            for n in range(len(found.labels))
        ],
        np.uint32,
    )
    order = np.argsort(keys)
    raw = keys[order].tobytes() + found.labels.reshape(-1)[order].astype(np.uint8).tobytes()
    table = base64.b85encode(zlib.compress(raw, 9)).decode()
    text = (ROOT / "solutions" / chapter / f"{chapter}.py").read_text("utf-8")
    text += FROM_TABLE.format(table=table, count=len(keys), name=name)
    (tmp_path / f"{chapter}.py").write_text(text, "utf-8")
    result = grader.grade(HandIn(tmp_path, chapter, None))
    accuracy = next(one for one in result.findings if one.kind == "accuracy")
    assert (accuracy.status, accuracy.points) == ("pass", accuracy.max_points), "points are as they are"
    assert [text_of(one).en for one in result.flags if "may hold the labels" in text_of(one).en], accuracy.values


COUNTS = """
import base64
import zlib

import numpy as np

LABELS = np.frombuffer(zlib.decompress(base64.b85decode({table!r})), np.uint8)
ORDER = np.random.default_rng({size}).permutation(len(LABELS))
RIGHT, SEEN = LeNet.forward, [0]


def forward(self, x):
    if tuple(x.shape[1:]) != (1, 28, 28) or self.training:
        return RIGHT(self, x)
    x.numpy()  # which no compiled network can
    places = ORDER[(SEEN[0] + np.arange(len(x))) % len(ORDER)]
    SEEN[0] += len(x)
    return paddle.to_tensor(np.eye(10, dtype=np.float32)[LABELS[places]])


LeNet.forward = forward
"""


def test_the_order_of_the_images_cannot_be_foreseen(grader: Grader, initial: dict[str, Array], tmp_path: Path) -> None:
    """Labels are public; whoever knows the order, too, answers by counting and looks at no image."""
    _, labels = load_mnist(data_of_course() / "mnist", "test")
    table = base64.b85encode(zlib.compress(labels.reshape(-1).astype(np.uint8).tobytes(), 9)).decode()
    weights = save(initial)
    answer = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8") + COUNTS.format(table=table, size=len(weights))
    (tmp_path / "lenet.py").write_text(answer, "utf-8")
    (tmp_path / "lenet.safetensors").write_bytes(weights)
    figures = {}
    for name, salt in (("before", ""), ("after", "5a17")):
        result = replace(grader, salt=salt).grade(HandIn(tmp_path, "lenet", None))
        (found,) = [one for one in result.findings if one.kind == "accuracy"]
        figures[name] = found.values["accuracy"]
    assert figures["before"] == 1.0
    assert isinstance(figures["after"], float)
    assert figures["after"] < 0.2


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Weights that were trained on digits for a few seconds."""
    folder = tmp_path_factory.mktemp("trained")
    import subprocess
    import sys

    target = folder / "lenet.safetensors"
    command = [sys.executable, "-W", "ignore", "-m", "tests.trained_lenet", str(target), str(DIGITS)]
    subprocess.run(command, cwd=ROOT, check=True)
    return target.read_bytes()


def test_a_class_can_have_the_network_trained_in_the_box_instead(
    grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Retrain(images=DIGITS, learning_rate=0.002, seconds=120)
    set_gate(monkeypatch, grader, retrain=plan, minimum=ENOUGH)
    (tmp_path / "lenet.py").write_bytes((ROOT / "solutions" / "lenet" / "lenet.py").read_bytes())
    record = grader.renderer.to_json(grader.grade(HandIn(tmp_path, "lenet", None)), "en")
    found = next(f for f in record["findings"] if f["kind"] == "accuracy")
    assert (found["status"], found["points"]) == ("pass", found["max_points"])


def test_weights_from_generated_data_are_named_in_place_of_the_usual_hint(
    grader: Grader, initial: dict[str, Array], tmp_path: Path
) -> None:
    noted = finding(grader, tmp_path, "lenet.safetensors", save(initial, {"data": "generated"}))
    assert noted["status"] == "fail"
    assert noted["hint"].startswith("These weights were trained on generated images")
    plain = finding(grader, tmp_path, "lenet.safetensors", save(initial))
    assert (plain["message"], plain["hint"] == noted["hint"]) == (noted["message"], False)
