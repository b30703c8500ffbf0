# chapter: reader
# kind: another way of resizing
# fails: transform_img.values, transform_img.sizes
import cv2
import numpy as np

def transform_img(img):
    small = cv2.resize(img, (224, 224), interpolation=cv2.INTER_AREA)
    return (small.transpose(2, 0, 1) / 255.0 * 2 - 1).astype(np.float32)
