# right: two Sequentials with layers of activation, an adaptive pool that changes nothing; cv2.flip
import cv2
import numpy as np
from paddle import nn


class AlexNet(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2D(3, 96, 11, 4, 5),
            nn.ReLU(),
            nn.MaxPool2D(2),
            nn.Conv2D(96, 256, 5, padding='SAME'),
            nn.ReLU(),
            nn.MaxPool2D(2),
            nn.Conv2D(256, 384, 3, padding='SAME'),
            nn.ReLU(),
            nn.Conv2D(384, 384, 3, padding=1),
            nn.ReLU(),
            nn.Conv2D(384, 256, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2D(2),
        )
        self.avgpool = nn.AdaptiveAvgPool2D((7, 7))
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(256 * 7 * 7, 4096),
            nn.ReLU(),
            nn.Dropout(),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Dropout(),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        return self.classifier(self.avgpool(self.features(x)))


def augment(img, rng):
    h, w = img.shape[1:]
    pixels = np.ascontiguousarray(np.moveaxis(img, 0, -1))
    if rng.choice([True, False]):
        pixels = cv2.flip(pixels, 1)
    part = np.sqrt(rng.uniform(CROP_LEAST, CROP_MOST))
    new_h, new_w = int(h * part), int(w * part)
    y, x = int(rng.random() * (h - new_h)), int(rng.random() * (w - new_w))
    pixels = cv2.resize(pixels[y : y + new_h, x : x + new_w], (w, h), interpolation=cv2.INTER_LINEAR)
    pixels = np.minimum(np.maximum(pixels + rng.uniform(-0.1, 0.1), -1), 1)
    return np.moveaxis(pixels, -1, 0).astype(np.float32)
