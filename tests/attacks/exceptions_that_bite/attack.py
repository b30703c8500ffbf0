"""What reads an exception runs the student's code."""

COUNT = [0]


class Biting(BaseException):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__
    __mro__ = property(lambda self: 1 / 0)


class Loud(Exception):
    def __str__(self):
        return "\x1b[31m" + "A" * 10**7 + "\ud800\x00"


def act():
    COUNT[0] += 1
    raise (Biting, Loud, KeyboardInterrupt, GeneratorExit, SystemExit)[COUNT[0] % 5]


def transform_img(img):
    return act()


def data_loader(datadir, batch_size=10, mode="train"):
    return act()


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return act()
