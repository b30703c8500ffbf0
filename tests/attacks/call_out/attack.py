"""Reach a listener on this machine, a name server, the metadata service of a cloud."""

import socket
import urllib.request


def loot():
    found = []
    for host, port in (("127.0.0.1", int("@PORT@")), ("::1", int("@PORT@")), ("169.254.169.254", 80), ("8.8.8.8", 53)):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
            try:
                sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)
                sock.settimeout(0.3)
                sock.connect((host, port))
                sock.send(b"x")
                found.append(f"{host} {kind}")
            except OSError:
                continue
    try:
        urllib.request.urlopen("http://127.0.0.1:@PORT@/", timeout=0.3)
        found.append("http")
    except OSError:
        pass
    try:
        socket.getaddrinfo("example.org", 80)
        found.append("dns")
    except OSError:
        pass
    return ["SENT", *found] if found else []


FOUND = str(loot())[:290]


def transform_img(img):
    raise RuntimeError(FOUND)


def data_loader(datadir, batch_size=10, mode="train"):
    raise RuntimeError(FOUND)


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    raise RuntimeError(FOUND)
