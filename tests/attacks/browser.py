"""A real browser that opens pages and tells whether anything of the student's ran in them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def scripts_run_by(*pages: Path) -> list[list[str]] | None:
    """Return what each page did that it must not do: scripts, dialogs, new addresses, requests; None: no browser here.

    Payloads set `window.PWNED` or the title, or ask for something at 127.0.0.1.
    """
    if CHROMIUM is None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        found = [_done_by(page, browser) for page in pages]
        browser.close()
    return found


def _done_by(page: Path, browser: Any) -> list[str]:
    from playwright.sync_api import Error

    found: list[str] = []
    tab = browser.new_context().new_page()
    tab.on("dialog", lambda dialog: (found.append(f"dialog {dialog.message}"), dialog.dismiss()))
    tab.on("request", lambda request: found.append(request.url) if "127.0.0.1" in request.url else None)
    tab.route("http*://**", lambda route: route.abort())
    tab.goto(page.as_uri(), wait_until="load")
    for link in tab.query_selector_all("a[href^='javascript'], a[href^='data:'], input, details"):
        try:
            link.click(timeout=500, force=True)
        except Error:
            continue
    if tab.evaluate("window.PWNED !== undefined || document.title.includes('PWNED')"):
        found.append("a script ran")
    if tab.url != page.as_uri():
        found.append(f"went to {tab.url}")
    for frame in tab.frames[1:]:
        found.append(f"frame {frame.url}")
    tab.context.close()
    return found
