"""The page in a real browser: played, stepped, changed, followed, saved, and left."""

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ROOT, Server, Visitor
from tests.scenarios.view.small import small

pytestmark = pytest.mark.browser
IDLE = 3
"""Processes of a server without visitors: itself, the one others are forked from, its tracker."""
VARIETY = "[data-testid='chart-facts.hill_1']"


def chart(visitor: Visitor, name: str) -> Any:
    return visitor.page.locator(VARIETY).get_attribute(name)


def test_it_starts_steps_plays_pauses_and_resets(visitor: Visitor) -> None:
    assert visitor.step() == 0
    before = chart(visitor, "data-points")
    visitor.forward(2)
    assert chart(visitor, "data-points") != before
    assert visitor.page.get_by_text(re.compile(r"^(Step|Time): 2")).is_visible()
    visitor.button("▶").click()
    visitor.at_least(8)
    visitor.button("❚❚").click()
    visitor.button("▶").wait_for()
    visitor.page.wait_for_timeout(600)
    stopped = visitor.step()
    visitor.page.wait_for_timeout(600)
    assert visitor.step() == stopped
    visitor.button("Reset").click()
    visitor.page.wait_for_function(
        "() => document.querySelector('[data-testid=network]')?.dataset.step === '0'"
    )
    assert chart(visitor, "data-points") == before


def test_settings_act_at_the_next_reset(visitor: Visitor) -> None:
    from playwright.sync_api import expect

    expect(visitor.page.locator(".hb-model")).to_have_count(3)
    slider = visitor.page.locator(".v-input", has_text="Models").get_by_role("slider")
    slider.first.press("ArrowRight")
    expect(slider.first).to_have_attribute("aria-valuenow", "4")
    visitor.page.wait_for_timeout(500)
    expect(visitor.page.locator(".hb-model")).to_have_count(3)
    visitor.button("Reset").click()
    expect(visitor.page.locator(".hb-model")).to_have_count(4)


def test_a_bad_seed_is_one_sentence(visitor: Visitor) -> None:
    visitor.page.get_by_label("Seed").fill("a king")
    visitor.page.get_by_label("Seed").press("Enter")
    visitor.page.wait_for_timeout(500)
    visitor.button("Reset").click()
    visitor.page.get_by_text("seed: given 'a king', allowed a whole number").wait_for()


def test_a_lever_changes_the_curve_and_not_the_reference(visitor: Visitor) -> None:
    visitor.forward(2)
    visitor.lever("detector", 100)
    visitor.page.get_by_test_id("log").get_by_text("detector: compliance 1").wait_for()
    assert visitor.step() == 2  # no restart
    share = visitor.page.locator("[data-testid='chart-web.synthetic_share']")
    assert share.get_attribute("data-now") == share.get_attribute("data-reference")
    visitor.forward(4)
    assert chart(visitor, "data-now") != chart(visitor, "data-reference")
    assert visitor.page.locator(".hb-mark").count() > 0
    reference = chart(visitor, "data-reference")
    assert float(reference) == _variety_without_policy(6)


def _variety_without_policy(steps: int) -> float:
    run = small().with_(steps=steps).run()
    return float(f"{run.metrics['facts.hill_1'].iloc[-1]:.4g}")


def test_a_member_shows_its_card_and_its_paths(visitor: Visitor) -> None:
    visitor.forward(2)
    node = visitor.page.locator("[data-node=model-2]")
    node.focus()
    node.press("Enter")
    card = visitor.page.get_by_test_id("card")
    card.wait_for()
    for word in ("generation", "inbreeding", "documents"):
        assert word in card.inner_text().lower()
    assert visitor.page.locator(".hb-lines .hb-dim").count() > 0
    visitor.forward()
    card.get_by_text("step 3").wait_for()  # it goes with the run
    card.press("Escape")
    card.wait_for(state="detached")


def test_a_member_can_be_blocked(visitor: Visitor) -> None:
    visitor.forward(2)
    visitor.page.locator("[data-node=farm-1]").click()
    visitor.page.get_by_test_id("card").get_by_text("block it").click()
    visitor.page.get_by_test_id("levers").get_by_text("Not read any more").wait_for()
    visitor.forward(1)
    read = visitor.page.locator("[data-line^='s2>m']")
    assert read.count() == 0


def test_a_falsehood_is_followed(visitor: Visitor) -> None:
    visitor.forward(4)
    visitor.button("Follow a falsehood").click()
    picker = visitor.page.get_by_label("a falsehood to follow")
    picker.locator("option").nth(1).wait_for(state="attached")
    picker.select_option(index=1)
    story = visitor.page.get_by_test_id("story")
    story.wait_for()
    assert re.search(r"(made up|written by mistake|begun with) .* at step \d", story.inner_text())
    visitor.page.get_by_test_id("spread").wait_for(state="attached")
    assert visitor.page.locator(".hb-ring").count() > 0
    visitor.forward(1)
    visitor.button("Family tree").click()
    visitor.page.get_by_test_id("tree").locator("circle").first.wait_for()
    visitor.button("The web").click()
    visitor.web.wait_for()
    assert visitor.page.get_by_test_id("spread").count() == 0


def test_a_falsehood_is_followed_from_a_card(visitor: Visitor) -> None:
    visitor.forward(3)
    visitor.page.locator("[data-node=model-1]").click()
    card = visitor.page.get_by_test_id("card")
    card.get_by_role("button", name=re.compile("follow the falsehood")).first.click()
    visitor.page.get_by_test_id("story").wait_for()
    options = visitor.page.get_by_label("a falsehood to follow").locator("option")
    assert options.count() > 1 and "no model asserts one" not in options.first.inner_text()


def test_an_item_is_told_from_step_to_step(visitor: Visitor) -> None:
    visitor.forward(2)
    visitor.page.get_by_role("tab", name="One item").click()
    visitor.page.get_by_label("an item: begin to type its name").fill("item 3")
    story = visitor.page.get_by_test_id("item")
    story.get_by_text("in truth").wait_for()
    assert "models that assert it most" in story.inner_text()


def test_another_scenario_is_picked(visitor: Visitor) -> None:
    visitor.page.locator(".hb-scenario .v-select").click()
    visitor.page.get_by_role("option", name="average_face").click()
    visitor.page.locator("[data-testid='chart-digits.variance']").wait_for()
    visitor.forward(1)
    visitor.page.get_by_role("tab", name="What models write").click()
    visitor.page.get_by_test_id("digits").locator("svg").first.wait_for()


def test_the_download_is_run_again_equal(visitor: Visitor, tmp_path: Path) -> None:
    visitor.forward(1)
    visitor.lever("watermark", 50)
    visitor.page.get_by_test_id("log").get_by_text("watermark: compliance 0.5").wait_for()
    visitor.forward(2)
    with visitor.page.expect_download() as got:
        visitor.page.get_by_role("button", name="Run", exact=True).click()
    got.value.save_as(tmp_path / "run.zip")
    zipfile.ZipFile(tmp_path / "run.zip").extractall(tmp_path)
    done = _run("replay", str(tmp_path / "small"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("equal") == 8
    with visitor.page.expect_download() as got:
        visitor.page.get_by_role("button", name="Settings", exact=True).click()
    got.value.save_as(tmp_path / "mine.toml")
    done = _run("run", str(tmp_path / "mine.toml"), "--out", str(tmp_path / "again"), "--no-report")
    assert done.returncode == 0, done.stderr
    same = _run("compare", str(tmp_path / "small"), str(tmp_path / "again"))
    assert same.returncode == 0, same.stderr
    visitor.page.get_by_test_id("upload").set_input_files(tmp_path / "mine.toml")
    visitor.page.get_by_role("option", name="your upload").or_(
        visitor.page.get_by_text("your upload")
    ).first.wait_for()
    visitor.web.locator("[data-node]").first.wait_for()


def _run(*arguments: str) -> Any:
    command = [sys.executable, "run.py", *arguments, "--quiet"]
    if arguments[0] == "compare":
        command.pop()
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_bad_uploads_are_refused_in_a_sentence(visitor: Visitor) -> None:
    from tests.scenarios.view.test_limits import BAD

    assert len(BAD) >= 10
    upload = visitor.page.get_by_test_id("upload")
    for text, said in BAD.values():
        upload.set_input_files(
            {"name": "bad.toml", "mimeType": "text/plain", "buffer": text.encode()}
        )
        error = visitor.page.locator(".v-alert, .hb-problem").get_by_text(re.compile(said))
        error.first.wait_for()
    good = small(name="fine").to_toml().encode()
    upload.set_input_files({"name": "fine.toml", "mimeType": "text/plain", "buffer": good})
    visitor.web.locator("[data-node]").first.wait_for()
    visitor.forward(1)


def test_two_visitors_have_two_runs(visitor: Visitor, browser: Any, server: Server) -> None:
    visitor.forward(2)
    other = Visitor(browser, server)
    assert other.step() == 0
    other.forward(1)
    other.lever("archive", 100)
    visitor.forward(1)
    assert (visitor.step(), other.step()) == (3, 1)
    assert visitor.page.get_by_test_id("log").get_by_text("archive").count() == 0
    other.close()


def test_pages_that_are_closed_leave_nothing(browser: Any, server: Server) -> None:
    def none_is_left() -> bool:
        begun = time.monotonic()
        while len(server.group()) > IDLE and time.monotonic() - begun < 60:
            time.sleep(0.2)
        return len(server.group()) <= IDLE

    assert none_is_left()
    for _ in range(3):
        page = Visitor(browser, server)
        assert len(server.group()) == IDLE + 2  # a run and its reference
        page.page.goto("about:blank")  # closed, as by its cross
        assert none_is_left()
        page.close()


def test_foreign_pages_are_refused(server: Server) -> None:
    for headers in (
        {"Origin": "http://elsewhere.example"},
        {"Host": "elsewhere.example"},
        {"Host": f"elsewhere.example:{server.port}"},
    ):
        request = urllib.request.Request(server.address, headers=headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 403
    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(server.address + "_solara/cdn/nothing@1/here.js")
    assert missing.value.code == 404


def test_dark_is_legible(visitor: Visitor) -> None:
    visitor.page.emulate_media(color_scheme="dark")
    visitor.page.wait_for_timeout(500)
    ink, paper = visitor.page.evaluate(
        "() => { const c = e => getComputedStyle(e); return ["
        "c(document.querySelector('.hb-board')).color,"
        "c(document.querySelector('.hb-card')).backgroundColor]; }"
    )
    assert _contrast(ink, paper) >= 7


def _contrast(one: str, other: str) -> float:
    """Of WCAG 2.1: (L1 + .05) / (L2 + .05)."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
