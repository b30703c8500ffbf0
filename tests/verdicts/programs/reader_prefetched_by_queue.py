# chapter: reader
# kind: threads that read ahead
# fails: -
# Right: a queue between the thread that reads and the one that trains.
import os
import queue
import threading

import cv2
import numpy as np


def data_loader(datadir, batch_size=10, mode="train"):
    names = sorted(name for name in os.listdir(datadir) if not name.startswith("."))
    for name in names:
        if not name.startswith(("H", "N", "P")):
            raise ValueError(name)
    generator = np.random.default_rng()

    def batches():
        order = list(generator.permutation(names)) if mode == "train" else names
        for k in range(0, len(order), batch_size):
            part = [str(name) for name in order[k : k + batch_size]]
            yield (
                np.stack([transform_img(cv2.imread(os.path.join(datadir, name))) for name in part]),
                np.array([[name[0] == "P"] for name in part], dtype=np.float32),
            )

    def reader():
        waiting, end = queue.Queue(maxsize=2), object()

        def work():
            for batch in batches():
                waiting.put(batch)
            waiting.put(end)

        threading.Thread(target=work, daemon=True).start()
        while (batch := waiting.get()) is not end:
            yield batch

    return reader
