"""The photographs as a learner's own reader gives them."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograder.data.pictures import scaled
from autograder.text import Language, Text
from autograder.training.images import ImageSet, ImageSets, is_rehearsal, sets_of
from autograder.training.wording import chosen_language

from .folders import PalmFolders
from .photographs import NAME_COLUMN, LabelledImage, training_images, validation_images

if TYPE_CHECKING:
    from . import Palm

NEARLY = 0.05  # what may lie between two right ways of resizing and scaling
BATCH = 10
READ = Text(
    zh="你的读取器读出了 {training} 张训练照片、{validation} 张验证照片，训练就用它们。",
    en="Your reader gave {training} training and {validation} validation photographs; they are what is trained on.",
)
NOT_READ = Text(
    zh="{name} 读不出训练用的照片：{why}。先改好它；这里用课程自带的读取器。",
    en="{name} does not give the photographs: {why}. Correct it; the course's own reader is used here.",
)
FAILED = Text(zh="它报错 {error}", en="it raised {error}")
COUNT = Text(zh="给出 {got} 张，文件夹里有 {wanted} 张", en="{got} images, and the folder has {wanted}")
FORM = Text(
    zh="图像和标签应为 float32 [N, 3, 224, 224] 和 [N, 1]，得到 {images} 和 {labels}",
    en="images and labels should be float32 [N, 3, 224, 224] and [N, 1], and are {images} and {labels}",
)
LABEL = Text(zh="{file} 的标签是 {got}，应为 {wanted}", en="the label of {file} is {got}, and should be {wanted}")
VALUES = Text(
    zh="{file} 的数值与应有的相差 {apart:.2f}：检查颜色顺序、缩放和 [-1, 1]",
    en="the numbers of {file} are up to {apart:.2f} off: look at the order of colours, the resizing and [-1, 1]",
)


class _Wrong(Exception):
    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def reader_sets(
    palm: Palm,
    data_loader: Callable[..., Any] | None,
    valid_data_loader: Callable[..., Any] | None,
    language: Language | None = None,
) -> ImageSets:
    """Return the photographs that a learner's own loaders give, for `fit`; training ones that leak into validation are left out.

    data_loader, valid_data_loader: those of the chapter `reader`, None for the course's own. They are run once, in sorted
    order; `fit` chooses the order of each epoch, so that a run can go on. A rehearsal has them read the few photographs that
    it uses. A loader that gives something else is named, and
    the course's own takes its place: a mistake of an earlier chapter must not spoil a later one.
    """
    shown, rehearsed = chosen_language(language), is_rehearsal()
    sets, folders = sets_of(palm, rehearsed=rehearsed), palm.folders
    with few_photographs(folders, sets) if rehearsed else nullcontext(folders) as read:
        return _own_sets(read, sets, data_loader, valid_data_loader, shown)


@contextmanager
def few_photographs(folders: PalmFolders, sets: ImageSets) -> Iterator[PalmFolders]:
    """Yield folders with only the photographs of `sets`, for a loader that reads all that it finds; they go afterwards."""
    with TemporaryDirectory(prefix="rehearsal-") as made:
        few = replace(folders, root=Path(made))
        for source, target, part in (
            (folders.training, few.training, sets.training),
            (folders.validation, few.validation, sets.validation),
        ):
            target.mkdir()
            for name in part.names:
                shutil.copyfile(source / name, target / name)
        few.labels.parent.mkdir(parents=True, exist_ok=True)
        with (
            folders.labels.open(encoding="utf-8-sig", newline="") as every,
            few.labels.open("w", encoding="utf-8", newline="") as file,
        ):
            rows = csv.DictReader(every)
            table = csv.DictWriter(file, rows.fieldnames or (), extrasaction="ignore")
            table.writeheader()
            table.writerows(row for row in rows if row[NAME_COLUMN] in sets.validation.names)
        yield few


def _own_sets(
    folders: PalmFolders,
    sets: ImageSets,
    data_loader: Callable[..., Any] | None,
    valid_data_loader: Callable[..., Any] | None,
    shown: Language,
) -> ImageSets:
    """Return `sets` with what the loaders give of the photographs in `folders`."""
    parts: dict[str, ImageSet] = {}
    every = training_images(folders, leave_out_leaks=False)
    listed = {"training": every, "validation": validation_images(folders)}
    loaders: dict[str, tuple[str, Callable[..., Any] | None, tuple[Path, ...]]] = {
        "training": ("data_loader", data_loader, (folders.training,)),
        "validation": ("valid_data_loader", valid_data_loader, (folders.validation, folders.labels)),
    }
    for split, (name, loader, places) in loaders.items():
        if loader is None:
            continue
        try:
            images, labels = _drained(loader, places)
            own: ImageSet = getattr(sets, split)
            parts[split] = _compared(images, labels, listed[split], own)
        except _Wrong as problem:
            print(NOT_READ.to(shown).format(name=name, why=problem.text.to(shown)))
    new = replace(
        sets, training=parts.get("training", sets.training), validation=parts.get("validation", sets.validation)
    )
    if len(parts) == len(loaders):
        print(READ.to(shown).format(training=len(new.training), validation=len(new.validation)))
    return new


def _drained(loader: Callable[..., Any], places: Iterable[Path]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return all that a loader gives in one pass; an exact photograph is kept as bytes, in a quarter of the memory."""
    images, labels = [], []
    try:
        for batch, truth in loader(*map(str, places), BATCH, "valid")():
            images += [_as_bytes(np.asarray(image)) for image in batch]
            labels += list(np.asarray(truth))
    except Exception as error:
        raise _Wrong(FAILED.format(error=f"{type(error).__name__}: {error}"[:120])) from error
    try:
        return np.stack(images), np.stack(labels)
    except ValueError:  # no image at all, images of several sizes, some of them not exact
        mixed = [scaled(image) if image.dtype == np.uint8 else image for image in images]
        if len({(image.shape, image.dtype) for image in mixed}) != 1 or len({np.shape(label) for label in labels}) != 1:
            raise _Wrong(COUNT.format(got=len(images), wanted="1+")) from None
        return np.stack(mixed), np.stack(labels)


def _as_bytes(image: NDArray[Any]) -> NDArray[Any]:
    """Return an image float32 [3, H, W] in [-1, 1] as uint8 [H, W, 3] where that loses nothing, else as it is."""
    if image.ndim != 3 or image.dtype != np.float32 or image.shape[0] != 3:
        return image
    whole = np.rint((image.transpose(1, 2, 0) + 1) * 127.5)
    if whole.min() < 0 or whole.max() > 255 or not np.allclose(scaled(whole.astype(np.uint8)), image, atol=1e-5):
        return image
    return whole.astype(np.uint8)


def _compared(images: NDArray[Any], labels: NDArray[Any], listed: tuple[LabelledImage, ...], own: ImageSet) -> ImageSet:
    """Return a learner's images that are in the course's own set, in its order; raises _Wrong for others."""
    if len(images) != len(listed):
        raise _Wrong(COUNT.format(got=len(images), wanted=len(listed)))
    fed = (len(images), 3, *images.shape[1:3]) if images.dtype == np.uint8 else images.shape
    if fed[1:] != (3, 224, 224) or images.dtype.kind not in "uf" or labels.shape != (len(listed), 1):
        kind = "float32" if images.dtype == np.uint8 else images.dtype
        raise _Wrong(FORM.format(images=f"{kind} {list(fed)}", labels=f"{labels.dtype} {list(labels.shape)}"))
    place = {image.path.name: index for index, image in enumerate(listed)}
    learnt = ImageSet(images, labels.astype(np.float32), tuple(place), own.classes)
    chosen = learnt.subset([place[name] for name in own.names])
    for index, name in enumerate(own.names):
        got, wanted = float(chosen.labels[index, 0]), float(own.labels[index, 0])
        if got != wanted:
            raise _Wrong(LABEL.format(file=name, got=f"{got:g}", wanted=f"{wanted:g}"))
        apart = float(np.abs(chosen.prepared(index) - own.prepared(index)).max())
        if not apart <= NEARLY:
            raise _Wrong(VALUES.format(file=name, apart=apart))
    return chosen
