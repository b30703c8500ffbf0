"""Who lacks threads through no fault of their own is asked again: once, alone, and for no points."""


def transform_img(img):
    raise RuntimeError("can't start new thread")


def data_loader(datadir, batch_size=10, mode="train"):
    raise BlockingIOError(11, "Resource temporarily unavailable")


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    raise MemoryError("pthread_create failed for thread 1 of 1: Resource temporarily unavailable")
