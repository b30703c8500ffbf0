"""What is said of the digits, in both languages. `{place}` is a file, `{names}` a short list of them."""

from __future__ import annotations

from autograder.text import Text

NO_DIGITS = Text(
    zh="在 {place} 里没有找到 {names}。请把 MNIST 的四个 idx 文件放进去（.gz 或解开的都可以）。",
    en="{place} lacks {names}; put the four idx files of MNIST there, as .gz or unpacked.",
)
NOT_THE_ORIGINAL = Text(
    zh="{place} 与原版 MNIST 不同（解开后 {found} 字节，原版 {expected} 字节）。请重新下载。",
    en="{place} differs from the original MNIST ({found} bytes unpacked, {expected} in the original); download it again.",
)
BAD_GZIP = Text(
    zh="{place} 不完整，或者不是 gzip 文件（{cause}）。请重新下载。",
    en="{place} is cut short or not a gzip archive ({cause}); download it again.",
)
DIGITS_DIFFER = Text(zh="与原版 MNIST 不同", en="differs from the original MNIST")
