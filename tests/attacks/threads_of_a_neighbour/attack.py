"""Takes all threads before it is asked anything, and keeps them; the honest answer afterwards must not notice."""

import threading
import time

HELD = []


def hold():
    try:
        while True:
            thread = threading.Thread(target=time.sleep, args=(10**6,), daemon=True)
            thread.start()
            HELD.append(thread)
    except RuntimeError:
        return len(HELD)


COUNT = hold()


def transform_img(img):
    if COUNT > 64:
        raise RuntimeError("more than its share")
    time.sleep(10**6)
