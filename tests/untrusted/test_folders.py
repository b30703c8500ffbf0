"""What students lay into shared folders is opened from one folder down, and through no link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.untrusted.folders import NotOpened, opened_file, opened_folder, status_of


def opened(base: Path, *parts: str) -> bytes:
    with opened_folder(base, parts[:-1]) as folder, opened_file(folder, parts[-1], parts[:-1]) as file:
        return os.read(file, 100)


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    folder = tmp_path / "submitted" / "anna" / "lenet"
    folder.mkdir(parents=True)
    (folder / "lenet.py").write_bytes(b"x = 1\n")
    return tmp_path / "submitted"


def test_what_is_a_folder_and_a_file_is_opened_also_where_staff_uses_links(submitted: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").symlink_to(submitted)
    for base in (submitted, tmp_path / "elsewhere"):
        assert opened(base, "anna", "lenet", "lenet.py") == b"x = 1\n"


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("target", ["anna", "../submitted/anna", "/", "nowhere", "/proc/self/cwd", "."])
def test_a_link_at_any_place_is_named_and_not_followed(submitted: Path, depth: int, target: str) -> None:
    parts = ["mallory", "lenet", "lenet.py"]
    folder = submitted.joinpath(*parts[:depth])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / parts[depth]).symlink_to(target)
    with pytest.raises(NotOpened, match="is a link") as caught:
        opened(submitted, *parts)
    assert (caught.value.why, caught.value.name) == ("link", parts[depth])


@pytest.mark.parametrize("depth", [1, 2])
def test_pipes_files_and_what_is_missing_are_told_apart(submitted: Path, depth: int) -> None:
    parts = ["anna", "lenet", "lenet.py"][: depth + 1]
    place = submitted.joinpath(*parts)
    with pytest.raises(NotOpened, match="does not exist"):
        opened(submitted, *parts[:-1], "none")
    with pytest.raises(NotOpened, match="does not exist"):
        opened(submitted, *parts[:-1], "nul\0")
    place.rename(submitted / "aside")
    os.mkfifo(place)  # a reader would wait for a writer
    with pytest.raises(NotOpened, match="not a"):
        opened(submitted, *parts, *(["lenet.py"] if depth == 1 else []))


def test_nothing_stays_open(submitted: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    (submitted / "anna" / "link").symlink_to("lenet")
    for _ in range(3):
        opened(submitted, "anna", "lenet", "lenet.py")
        with pytest.raises(NotOpened):
            opened(submitted, "anna", "link", "lenet.py")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_swap_after_opening_does_not_matter(submitted: Path) -> None:
    with opened_folder(submitted, ["anna", "lenet"]) as folder:
        (submitted / "anna").rename(submitted / "away")
        (submitted / "anna").symlink_to("/")
        assert status_of(folder, "lenet.py") is not None
        with opened_file(folder, "lenet.py") as file:
            assert os.read(file, 10) == b"x = 1\n"
