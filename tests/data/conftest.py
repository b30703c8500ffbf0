"""Small data folders, made for one test or shared by those that only read them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from autograder.data.location import DATA_VARIABLE
from tests.data_sets import PalmFolders, generate_mnist, generate_palm


@pytest.fixture
def unset_data_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)


@pytest.fixture(scope="session")
def small_palm(tmp_path_factory: pytest.TempPathFactory) -> PalmFolders:
    """Generated: 8 training and 6 validation images. Read only."""
    return generate_palm(tmp_path_factory.mktemp("generated"), training=8, validation=6)


@pytest.fixture(scope="session")
def small_mnist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated: 40 training and 20 test digits. Read only."""
    return generate_mnist(tmp_path_factory.mktemp("generated"), train=40, test=20)


@pytest.fixture
def made_palm(tmp_path: Path) -> PalmFolders:
    """Four training images (P0002 equals V0001 byte for byte) and two validation images, 8 x 10 pixels each."""
    folders = PalmFolders(tmp_path / "palm")
    folders.training.mkdir(parents=True)
    folders.validation.mkdir()
    for level, name in enumerate(("P0002", "N0001", "H0001", "P0001"), start=1):
        cv2.imwrite(str(folders.training / f"{name}.png"), np.full((8, 10, 3), 20 * level, dtype=np.uint8))
    (folders.validation / "V0001.png").write_bytes((folders.training / "P0002.png").read_bytes())
    cv2.imwrite(str(folders.validation / "V0002.png"), np.full((8, 10, 3), 200, dtype=np.uint8))
    folders.labels.write_text("ID,imgName,Label,Fovea_X,Fovea_Y\n1,V0002.png,0,1.5,2\n2,V0001.png,1,0,0\n")
    return folders
