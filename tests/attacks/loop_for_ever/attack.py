"""One task loops; the time limit of each of its checks is all that it costs."""


def transform_img(img):
    while True:
        pass
