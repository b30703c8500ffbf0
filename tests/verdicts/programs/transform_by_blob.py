# chapter: reader
# kind: a picture in other words
# fails: -
import cv2
import numpy as np

def transform_img(img):
    return cv2.dnn.blobFromImage(img, 1 / 127.5, (224, 224), (127.5, 127.5, 127.5))[0]
