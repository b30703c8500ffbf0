# chapter: reader
# kind: tensors for arrays
# fails: -
# Right: the text asks for float32 [B, 3, 224, 224] and [B, 1]; it does not say that they are NumPy arrays.
import os
import random

import cv2
import paddle


def data_loader(datadir, batch_size=10, mode="train"):
    names = sorted(n for n in os.listdir(datadir) if not n.startswith("."))
    wrong = [n for n in names if n[0] not in "HNP"]
    if wrong:
        raise ValueError(f"unknown names: {', '.join(wrong)}")

    def reader():
        order = random.sample(names, k=len(names)) if mode == "train" else names
        for k in range(0, len(order), batch_size):
            part = order[k : k + batch_size]
            x = paddle.stack([paddle.to_tensor(transform_img(cv2.imread(os.path.join(datadir, n)))) for n in part])
            y = paddle.to_tensor([[n.startswith("P")] for n in part]).astype("float32")
            yield x, y

    return reader
