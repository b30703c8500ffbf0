"""One time-out for the network, not one for each of its five checks; one for each of the two loops."""

import time


class LeNet:
    def __init__(self, num_classes=10):
        time.sleep(10**6)


def train_one_epoch(model, loader, optimizer):
    time.sleep(10**6)


def evaluate(model, loader):
    time.sleep(10**6)
