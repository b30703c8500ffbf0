# chapter: reader
# kind: a picture in other words
# fails: -
from paddle.vision import transforms as T

PIPELINE = T.Compose([T.Resize((224, 224)), T.Transpose(), T.Normalize(mean=[127.5] * 3, std=[127.5] * 3)])


def transform_img(img):
    return PIPELINE(img).astype("float32")
