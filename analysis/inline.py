"""SVG figures as part of a page: no outside addresses, own names, colours that follow the page."""

import re

from markupsafe import Markup

from analysis.pictures import style

FOLLOWING = {
    style.INK: "var(--ink)",
    style.PAPER: "none",
    style.FAINT: "var(--line)",
    style.WEB: "var(--soft)",
    style.LETTERS[style.MACHINE]: "var(--machine-text)",
    style.HUMAN: "var(--human)",
    style.MACHINE: "var(--machine)",
    style.FALSE: "var(--false)",
    "#8a4b08": "var(--brown)",
}

LEAST = 0.8
"""Of its full width: no narrower is a wide figure drawn, so that labels keep 9 pixels."""


def inline(svg: str, name: str) -> Markup:
    """A figure of ours for an HTML page.

    Only for SVG that matplotlib wrote, which escapes its texts: what comes back is not escaped.
    """
    text = svg[svg.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)
    width = re.search(r'width="([\d.]+)pt"', text)
    pixels = float(width.group(1)) * 4 / 3 if width else 533.0
    text = re.sub(
        r"<svg[^>]*viewBox=\"([^\"]*)\"[^>]*>",
        rf'<svg viewBox="\1" aria-hidden="true" '
        rf'style="max-width: {pixels:.0f}px; --least: {LEAST * pixels:.0f}px">',
        text,
        count=1,
    )
    text = text.replace("xlink:href", "href")
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    # paper lets the page through, but words in its colour stand on something dark
    text = re.sub(rf"(<text[^>]*fill: ){style.PAPER}", r"\1white", text)
    for colour, follows in FOLLOWING.items():
        text = text.replace(f": {colour}", f": {follows}")
    text = re.sub(r"font: ([\d. a-z]*?)([\d.]+px) [^;\"]*", r"font: \1\2 var(--sans)", text)
    text = re.sub(r"\s*\n\s*", " ", text)
    return Markup(text)
