# right: a class with __call__ as reader; os.scandir and sorted; dot files refused
import csv
import os
import random

import cv2
import numpy as np

SIZE = 224


class BatchReader:
    def __init__(self, samples, batch_size, shuffle):
        self.samples = samples
        self.batch_size = batch_size
        self.shuffle = shuffle

    def __call__(self):
        samples = random.sample(self.samples, len(self.samples)) if self.shuffle else self.samples
        batch = []
        for path, label in samples:
            batch.append((transform_img(cv2.imread(path)), label))
            if len(batch) == self.batch_size:
                yield self.collate(batch)
                batch = []
        if batch:
            yield self.collate(batch)

    @staticmethod
    def collate(batch):
        images = np.concatenate([image[None] for image, _ in batch])
        return images, np.float32([label for _, label in batch])[:, None]


def data_loader(datadir, batch_size=10, mode="train"):
    samples = []
    for entry in sorted(os.scandir(datadir), key=lambda entry: entry.name):
        letter = entry.name[0]
        if letter in ("H", "N"):
            samples.append((entry.path, 0))
        elif letter == "P":
            samples.append((entry.path, 1))
        else:
            raise ValueError("Not a PALM file name: %s" % entry.name)
    return BatchReader(samples, batch_size, mode == "train")


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    with open(csvfile, encoding="utf-8-sig", newline="") as stream:
        table = csv.DictReader(stream)
        samples = [(os.path.join(datadir, row["imgName"]), int(row["Label"])) for row in table if row["imgName"]]
    return BatchReader(samples, batch_size, False)


def transform_img(img):
    img = cv2.resize(img, dsize=(SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
    img = img.transpose(2, 0, 1).astype(np.float32)
    img /= 255
    return img * 2 - 1
