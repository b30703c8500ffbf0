# chapter: reader
# kind: workers of a loader
# fails: -
import os

import cv2
import numpy as np
import paddle


def transform_img(img):
    img = cv2.resize(img, (224, 224)).transpose(2, 0, 1).astype("float32")
    return img / 127.5 - 1.0


class Photographs(paddle.io.Dataset):
    def __init__(self, folder):
        super().__init__()
        self.folder = folder
        self.names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
        for name in self.names:
            if name[0] not in "HNP":
                raise ValueError(f"unknown name: {name}")

    def __getitem__(self, place):
        name = self.names[place]
        label = np.array([1.0 if name[0] == "P" else 0.0], "float32")
        return transform_img(cv2.imread(os.path.join(self.folder, name))), label

    def __len__(self):
        return len(self.names)


def data_loader(datadir, batch_size=10, mode="train"):
    photographs = Photographs(datadir)

    def reader():
        loader = paddle.io.DataLoader(photographs, batch_size=batch_size, shuffle=mode == "train")
        for images, labels in loader:
            yield images.numpy(), labels.numpy()

    return reader
