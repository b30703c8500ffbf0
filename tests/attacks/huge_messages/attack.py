"""What is quoted is cut: messages, type names, reprs, lists of batches."""


class Long(Exception):
    pass


Long.__name__ = "N" * 10**6


def transform_img(img):
    raise Long("A" * 10**7)


def data_loader(datadir, batch_size=10, mode="train"):
    return type("T" * 10**6, (), {})()


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    import numpy as np

    return lambda: iter([(np.zeros((1, 3, 2, 2), "float32"), np.zeros((1,) * 20))] * 100)
