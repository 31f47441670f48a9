"""Pictures of the browser view for the README and docs/view.md, taken in a real browser.

`make view-pictures` runs it: it starts the page, plays the main scenario, pulls a lever, follows a
falsehood, and leaves PNG files and one animated GIF in docs/img. It needs Chromium and playwright.
"""

import io
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "img"
SIZE: Any = {"width": 1280, "height": 720}
BEFORE, AFTER = 14, 16
"""Steps of the recording before the lever is pulled, and after."""
MOST_BYTES = 5 * 10**6
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Make all pictures."""
    program = next(path for name in BROWSERS if (path := shutil.which(name)))
    server = subprocess.Popen(
        [sys.executable, "run.py", "view", "habsburg", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = next(word for word in server.stdout.readline().split() if "://" in word)
        with sync_playwright() as started:
            browser = started.chromium.launch(
                executable_path=program, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(viewport=SIZE)
            page.set_default_timeout(120_000)
            page.goto(address)
            record(page)
            page.close()
            browser.close()
    finally:
        server.terminate()
        server.wait(20)


def record(page: Any) -> None:
    """Play the story and keep its pictures."""
    page.locator("[data-node]").first.wait_for()
    frames = [shot(page)]
    for step in range(1, BEFORE + AFTER + 1):
        if step == BEFORE + 1:
            pull(page, "detector", 10)
            frames += [shot(page)] * 3
        page.get_by_role("button", name="Step", exact=True).click()
        page.locator(f"[data-testid=network][data-step='{step}']").wait_for()
        time.sleep(0.3)
        frames.append(shot(page))
    page.screenshot(path=IMAGES / "view.png")
    animated(frames)
    page.locator("[data-node=model-C]").click()
    page.get_by_test_id("card").wait_for()
    time.sleep(0.5)
    page.screenshot(path=IMAGES / "view_card.png")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Follow a falsehood").click()
    page.get_by_label("a falsehood to follow").select_option(index=1)
    page.get_by_test_id("story").wait_for()
    time.sleep(0.5)
    page.screenshot(path=IMAGES / "view_falsehood.png")
    page.get_by_role("button", name="Family tree").click()
    page.get_by_test_id("tree").locator("circle").first.wait_for()
    page.get_by_role("tab", name="What models write").click()
    page.get_by_test_id("digits").locator("svg").first.wait_for()
    time.sleep(0.5)
    page.screenshot(path=IMAGES / "view_tree.png", full_page=True)
    page.get_by_role("tab", name="One item").click()
    page.get_by_label("an item: begin to type its name").fill("Kiwi")
    time.sleep(1.5)
    page.get_by_role("button", name="The web").click()
    page.emulate_media(color_scheme="dark")
    time.sleep(1.5)
    page.screenshot(path=IMAGES / "view_dark.png")


def pull(page: Any, kind: str, places: int) -> None:
    """Move a lever by the keyboard, so many tenths up."""
    slider = page.locator(f".pol-{kind} input[type=range]").first
    slider.focus()
    slider.press("Home")
    for _ in range(places):
        slider.press("PageUp")
    page.locator(f".pol-{kind}.hb-on").wait_for()
    page.get_by_test_id("log").get_by_text(kind.replace("_", " ")).first.wait_for()


def shot(page: Any) -> Image.Image:
    """What the page shows, half as large as it is."""
    seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return seen.resize((960, 540), Image.Resampling.LANCZOS)


def animated(frames: list[Image.Image]) -> None:
    """One GIF of all frames, on one palette."""
    palette = frames[-1].quantize(96, dither=Image.Dither.NONE)
    indexed = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    target = IMAGES / "view.gif"
    indexed[0].save(
        target, save_all=True, append_images=indexed[1:], duration=450, loop=0, optimize=True
    )
    size = target.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{target.name} has {size:,} bytes, more than {MOST_BYTES:,}")
    print(f"{target.relative_to(ROOT)}: {len(frames)} frames, {size:,} bytes")


if __name__ == "__main__":
    main()
