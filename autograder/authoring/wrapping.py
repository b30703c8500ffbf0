"""Lines of Chinese prose, joined: a line end inside a sentence would be shown as a gap between two characters."""

from __future__ import annotations

import re

APART = re.compile(r"\s*([-*+] |\d+[.)] |#|\||>|```|~~~|\$\$|!\[|\[[^\]]+\]:|\{\{|<|### )")
FENCE = re.compile(r"\s*(```|~~~|\$\$\s*$)")
WHOLE = re.compile(r"\s*(#|\||!\[|\{\{\w+:[\w.]+\}\}\s*$|</?\w)")  # lines that no other is joined to
FIRST_WIDE = 0x2E80  # Chinese characters, their punctuation and full-width forms lie above
WIDE = "“”‘’…—·"


def unwrapped(text: str) -> str:
    """Return Markdown with each paragraph and list entry in one line; code, formulas on their own and tables stay."""
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        fence = FENCE.match(line)
        before = lines[-1] if lines else ""
        joins = not (fenced or fence or not line.strip() or not before.strip() or APART.match(line))
        if joins and not WHOLE.match(before) and not FENCE.match(before) and not before.endswith("  "):
            lines[-1] = _joined(before.rstrip(), line.strip())
        else:
            lines.append(line)
        fenced ^= bool(fence)
    return "\n".join(lines)


def _joined(before: str, after: str) -> str:
    """Return two lines as one: with a space, but not between two Chinese characters or beside Chinese punctuation."""
    left, right = (before.rstrip("*_") or before)[-1], (after.lstrip("*_") or after)[0]
    touching = (_wide(left) and _wide(right)) or _mark(left) or _mark(right)
    return f"{before}{'' if touching else ' '}{after}"


def _wide(character: str) -> bool:
    return ord(character) >= FIRST_WIDE or character in WIDE


def _mark(character: str) -> bool:
    return character in WIDE or 0x3000 <= ord(character) <= 0x303F or 0xFF00 <= ord(character) <= 0xFFEF
