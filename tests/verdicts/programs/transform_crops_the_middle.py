# chapter: reader
# kind: another way of resizing
# fails: transform_img.values, transform_img.sizes
import cv2
import numpy as np

def transform_img(img):
    h, w = img.shape[:2]
    side = min(h, w)
    top, left = (h - side) // 2, (w - side) // 2
    img = cv2.resize(img[top : top + side, left : left + side], (224, 224))
    return (img.transpose(2, 0, 1) / 127.5 - 1).astype(np.float32)
