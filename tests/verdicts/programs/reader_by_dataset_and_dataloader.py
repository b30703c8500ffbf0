# chapter: reader
# kind: a Dataset and a DataLoader inside
# fails: -
# Right: the habit of PyTorch; DataLoader keeps the last batch and shuffles on each pass.
import csv
from pathlib import Path

import cv2
import numpy as np
import paddle
from paddle.io import DataLoader, Dataset


class Fundus(Dataset):
    def __init__(self, root, samples, transform):
        super().__init__()
        self.root, self.samples, self.transform = Path(root), samples, transform

    def __getitem__(self, idx):
        name, label = self.samples[idx]
        img = cv2.imdecode(np.fromfile(self.root / name, np.uint8), cv2.IMREAD_COLOR)
        return self.transform(img), np.array([label], dtype="float32")

    def __len__(self):
        return len(self.samples)


def _label(name):
    try:
        return {"H": 0, "N": 0, "P": 1}[name[:1]]
    except KeyError:
        raise ValueError(f"cannot tell the class of {name!r}") from None


def _reader(dataset, batch_size, shuffle):
    def reader():
        for images, labels in DataLoader(dataset, batch_size=batch_size, shuffle=shuffle, num_workers=0):
            yield images.numpy(), labels.numpy()

    return reader


def data_loader(datadir, batch_size=10, mode="train"):
    names = sorted(p.name for p in Path(datadir).glob("*") if p.is_file() and p.name[0] != ".")
    dataset = Fundus(datadir, [(n, _label(n)) for n in names], lambda img: transform_img(img))
    return _reader(dataset, batch_size, mode == "train")


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    with open(csvfile, newline="", encoding="utf-8-sig") as f:
        samples = [(r["imgName"], int(r["Label"])) for r in csv.DictReader(f) if r.get("imgName")]
    return _reader(Fundus(datadir, samples, transform_img), batch_size, False)
