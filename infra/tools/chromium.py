"""Pages as pictures, by headless chromium."""

import html
import os
import re
import subprocess
import tempfile
from pathlib import Path


def chromium(*arguments: str) -> str:
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [
                os.environ.get("CHROMIUM", "chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", f"--user-data-dir={profile}", *arguments,
            ],
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
    return done.stdout


def shoot(page: Path, picture: Path, width: int, height: int, *, dark: bool = False, images: bool = True) -> None:
    chromium(
        f"--blink-settings=preferredColorScheme={0 if dark else 1},imagesEnabled={str(images).lower()}",
        "--force-device-scale-factor=2",
        f"--window-size={width},{height}", f"--screenshot={picture}", page.as_uri(),
    )  # fmt: skip


def framed(document: str, width: int, height: int = 100) -> str:
    """The mail in a frame of its own width: a phone's rules apply although the browser's window is wider."""
    source = html.escape(document, quote=True)
    return f'<iframe srcdoc="{source}" width="{width}" height="{height}" style="border:0;display:block"></iframe>'


def height_of(document: str, width: int, scratch: Path) -> int:
    scratch.write_text(
        f"<!DOCTYPE html><body style='margin:0'>{framed(document, width)}<script>onload=()=>{{document.title="
        "'h='+document.querySelector('iframe').contentDocument.documentElement.scrollHeight}</script></body>",
        encoding="utf-8",
    )
    found = re.search(r"h=(\d+)", chromium("--dump-dom", scratch.as_uri()))
    if found is None:
        raise SystemExit("chromium did not measure the page")
    return int(found[1])


def photograph(name: str, document: str, out: Path, widths: tuple[tuple[str, int], ...]) -> None:
    """Light and dark, and on a phone with images off."""
    for device, width in widths:
        page = out / f".{name}-{device}.html"
        height = height_of(document, width, page)
        page.write_text(
            f"<!DOCTYPE html><meta name='color-scheme' content='light dark'><body style='margin:0'>"
            f"{framed(document, width, height)}</body>",
            encoding="utf-8",
        )
        for scheme in ("light", "dark"):
            shoot(page, out / f"{name}-{device}-{scheme}.png", width, height, dark=scheme == "dark")
        if device == "phone":
            shoot(page, out / f"{name}-{device}-no-images.png", width, height, images=False)
        page.unlink()
