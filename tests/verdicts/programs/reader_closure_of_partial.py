# chapter: reader
# kind: a partial function for reader
# fails: -
# Right: a functools.partial is a function that can be called without arguments.
import csv
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np


class UnknownPhotograph(ValueError):
    pass


def _read(samples, batch_size, shuffle) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    order = list(samples)
    if shuffle:
        order.sort(key=lambda _: np.random.rand())
    for batch in iter(functools.partial(_take, order_iter := iter(order), batch_size), []):
        paths, labels = zip(*batch)
        images = np.concatenate([transform_img(cv2.imread(str(path)))[np.newaxis] for path in paths])
        yield images, np.asarray(labels, dtype="f4").reshape(len(labels), 1)


def _take(iterator, n):
    return [item for _, item in zip(range(n), iterator)]


def data_loader(datadir, batch_size=10, mode="train"):
    samples = []
    for path in sorted(Path(datadir).iterdir(), key=lambda path: path.name):
        if path.name.startswith("."):
            continue
        if not (found := re.match("[HNP]", path.name)):
            raise UnknownPhotograph(f"{path.name}")
        samples.append((path, "HNP".index(found.group()) // 2))
    return functools.partial(_read, samples, batch_size, mode == "train")


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    with Path(csvfile).open(encoding="utf-8-sig", newline="") as file:
        header, *rows = filter(None, csv.reader(file))
    name, label = header.index("imgName"), header.index("Label")
    samples = [(Path(datadir, row[name]), row[label] == "1") for row in rows]
    return functools.partial(_read, samples, batch_size, False)
