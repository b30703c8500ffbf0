"""The text of errors, names and numbers is quoted in feedback: HTML, scripts, terminal codes, text that turns around."""


class Loud(Exception):
    pass


Loud.__name__ = "<img src=x onerror=window.PWNED=1>"
TEXT = (
    "<script>window.PWNED=1;document.title='PWNED'</script><img src=x onerror=window.PWNED=1> \x1b[2J\x1b]0;owned\x07"
    "\x1b]8;;http://127.0.0.1:@PORT@/\x07link\x1b]8;;\x07 \u202egnp.exe\u202c \u2066\x00\x08\x9b31m \ud83d\ud800"
    " =HYPERLINK(1) [x](javascript:window.PWNED=1) </pre></script>"
)


def transform_img(img):
    raise Loud(TEXT)


def data_loader(datadir, batch_size=10, mode="train"):
    raise RuntimeError(TEXT)


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    raise ValueError(TEXT)
