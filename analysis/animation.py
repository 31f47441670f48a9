"""A run as a moving picture: the web at the left, its curves beside it, a frame a measured step.

Everything is drawn once and changed from frame to frame. GIF is written by Pillow, MP4 by ffmpeg.
"""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from importlib import import_module
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from PIL import Image

from analysis.panels import panels
from analysis.pictures import style
from analysis.pictures.small import Small
from analysis.pictures.web import OUTLINE, Web
from analysis.run import Run
from analysis.scene import Scene, Scenes
from analysis.stage import HEIGHT, WIDTH, Stage
from analysis.traffic import recorded

SIZE = 1280, 720
"""Pixels of a frame."""
STAGE = 790, 790 * HEIGHT / WIDTH
"""Of them, of the web."""
DPI = 100
FRAMES_A_SECOND = 4
FORMATS = (".gif", ".mp4")
CARRIED = (
    ("writes", "people write"),
    ("publishes", "models publish"),
    ("crawls", "models read"),
)


def check(file: Path, force: bool = False) -> None:
    """Whether a film can be written under this name, before anything is run.

    Args:
        file: where it is to stand.
        force: replace a file that is there.

    Raises:
        ValueError: another format than GIF or MP4; MP4 where there is no ffmpeg; the name is taken.
    """
    if file.suffix.lower() not in FORMATS:
        raise ValueError(f"animate: given {str(file)!r}, allowed a name ending in .gif or .mp4")
    if file.suffix.lower() == ".mp4" and ffmpeg() is None:
        raise ValueError(
            f"animate: given {str(file)!r}, which needs ffmpeg, and there is none; allowed a .gif, "
            "or MP4 once ffmpeg or the Python package imageio-ffmpeg is installed"
        )
    if file.is_dir() or (file.exists() and not force):
        rather = "" if file.is_dir() else ", or --force to replace it"
        raise ValueError(
            f"animate: given {str(file)!r}, which is there already; allowed another name{rather}"
        )


def ffmpeg() -> str | None:
    """The program that writes MP4: that of the system, or that of imageio-ffmpeg; None: neither."""
    found = shutil.which("ffmpeg")
    if found is None:
        try:
            found = str(import_module("imageio_ffmpeg").get_ffmpeg_exe())
        except (ImportError, RuntimeError):
            return None
    return found


def animate(run: Run, file: Path, progress: Callable[[int, int], None] | None = None) -> Path:
    """Write a run as a film; it stands under its name only when it is complete.

    Args:
        run: with its ledger.
        file: .gif or .mp4; replaced where it is there.
        progress: called with the frames done and those to do.

    Raises:
        ValueError: see `check`; the run kept no ledger.
    """
    check(file, force=True)
    film = Film(run)
    if not film.frames:
        raise ValueError(f"animate: given {run.name}, a run without steps; allowed 1 or more")
    unfinished = file.with_name(f".{file.stem}.partial{file.suffix.lower()}")
    file.parent.mkdir(parents=True, exist_ok=True)

    def tell(done: int) -> None:
        if progress is not None:
            progress(done, film.frames)

    try:
        {".gif": _gif, ".mp4": _mp4}[unfinished.suffix](film, unfinished, tell)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return file


class Film:
    """The frames of a run.

    Attributes:
        figure: of `SIZE` pixels.
        frames: how many there are: the measured steps after the start.
    """

    def __init__(self, run: Run) -> None:
        traffic = recorded(run)
        rows = {int(step): row for row, step in enumerate(run.metrics["step"])}
        stage = Stage.of(run.scenario)
        scenes = Scenes(stage, ahead=traffic)
        every = [scenes.of(each) for each in traffic]
        self._shown = [(scene, rows[scene.step]) for scene in every if scene.step in rows]
        self.frames = len(self._shown)
        self._metrics = run.metrics
        self.figure = style.figure(SIZE[0] / DPI, SIZE[1] / DPI)
        self.figure.set_dpi(DPI)
        self._heading(run)
        across, high = STAGE[0] / SIZE[0], STAGE[1] / SIZE[1]
        self._web = Web(self.figure.add_axes((0.004, 0.915 - high, across, high)), stage)
        self._caption = self._write(0.015, 0.02, 7.5, style.WEB)
        _legend(self.figure)
        shown = panels(run.metrics.columns, run.domains)
        self._curves = [
            Small(_place(self.figure, at, len(shown)), run, panel) for at, panel in enumerate(shown)
        ]
        moving = [self._web.moving, *(curve.moving for curve in self._curves)]
        self._moving = [artist for each in moving for artist in each] + [self._when, self._caption]
        for artist in self._moving:
            artist.set_animated(True)
        canvas: Any = FigureCanvasAgg(self.figure)
        self._canvas = canvas
        self._canvas.draw()
        self._still = self._canvas.copy_from_bbox(self.figure.bbox)

    def draw(self, frame: int) -> Image.Image:
        """One frame."""
        scene, row = self._shown[frame]
        self._web.show(scene)
        for curve in self._curves:
            curve.show(row)
        step = f"step {scene.step} of {self._shown[-1][0].step}"
        date = str(self._metrics["date"].iloc[row]) if "date" in self._metrics else ""
        self._when.set_text(" · ".join(filter(None, (date, step))))
        self._caption.set_text(_carried(scene))
        self._canvas.restore_region(self._still)
        for artist in self._moving:
            (artist.axes or self.figure).draw_artist(artist)
        return Image.fromarray(np.asarray(self._canvas.buffer_rgba())[..., :3].copy())

    def _heading(self, run: Run) -> None:
        title = str(run.scenario.get("title") or run.name)
        self._write(0.015, 0.945, 14, style.INK, fontweight="bold").set_text(style.plain(title, 80))
        self._write(0.985, 0.972, 8, style.WEB, ha="right").set_text(
            "shaded: range over models; a model of the world, not a measurement"
        )
        self._when = self._write(0.985, 0.938, 12, style.INK, ha="right", fontweight="bold")

    def _write(self, x: float, y: float, size: float, colour: str, **more: Any) -> Text:
        return self.figure.text(x, y, "", fontsize=size, color=colour, **more)


def _place(figure: Figure, at: int, of: int) -> Axes:
    """Room for one of some panels, in two columns beside the web."""
    row, column = divmod(at, 2)
    apart = 0.87 / max(3, ceil(of / 2))
    high = apart - 0.125
    return figure.add_axes((0.648 + 0.187 * column, 0.81 - high - apart * row, 0.094, high))


def _legend(figure: Figure) -> None:
    """What shapes, colours and lines mean."""
    bar = figure.add_axes((0.125, 0.068, 0.085, 0.016))
    colours = ListedColormap([style.origin(share) for share in np.linspace(0, 1, 101)])
    bar.imshow(np.linspace(0, 1, 101)[None], aspect="auto", cmap=colours, extent=(0, 1, 0, 1))
    bar.set_axis_off()
    figure.text(0.015, 0.071, "share of text by", fontsize=7.5, color=style.INK)
    figure.text(0.121, 0.071, "humans", fontsize=7.5, color=style.HUMAN, ha="right")
    figure.text(0.214, 0.071, "models", fontsize=7.5, color=style.LETTERS[style.MACHINE])
    shape: dict[str, Any] = {
        "linestyle": "",
        "markerfacecolor": "white",
        "markeredgecolor": OUTLINE,
    }
    line: dict[str, Any] = {"color": style.WEB, "linewidth": 1.6}
    signs = (
        Line2D([], [], marker="s", label="community", **shape),
        Line2D([], [], marker="D", label="site", markersize=5, **shape),
        Line2D([], [], marker="o", label="model", **shape),
        Line2D([], [], label="writes or is read", **line),
        Line2D([], [], linestyle=(0, (3, 2)), label="a model publishes", **line),
    )
    figure.legend(
        handles=signs,
        loc="lower left",
        bbox_to_anchor=(0.252, 0.05),
        ncols=5,
        fontsize=7.5,
        frameon=False,
        handletextpad=0.5,
        columnspacing=1.0,
        labelcolor=style.INK,
    )


def _carried(scene: Scene) -> str:
    """How much of the traffic the lines carry, in words."""
    if not scene.carried:
        return "Nothing is published or read in this step."
    told = [
        f"{100 * scene.carried[k]:.0f} % of what {of}" for k, of in CARRIED if scene.carried.get(k)
    ]
    even = [f"what {of}" for k, of in CARRIED if scene.carried.get(k) == 0]
    said = f"The lines drawn carry {_listed(told)}. " if told else ""
    if even:
        said += f"Spread too evenly for lines: {_listed(even)}. "
    return (
        said + "Size and width: documents in this step; colour of a site: what models read there."
    )


def _listed(texts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(texts[:-1]), texts[-1]]))


def _gif(film: Film, file: Path, tell: Callable[[int], None]) -> None:
    """GIF with one palette for all frames, so that what does not change costs nothing."""
    three = Image.new("RGB", (SIZE[0], 3 * SIZE[1]))
    for place, at in enumerate((0, film.frames // 2, film.frames - 1)):
        three.paste(film.draw(at), (0, place * SIZE[1]))
    palette = three.quantize(256, method=Image.Quantize.MEDIANCUT)
    frames = []
    for at in range(film.frames):
        frames.append(film.draw(at).quantize(palette=palette, dither=Image.Dither.NONE))
        tell(at + 1)
    duration = 1000 // FRAMES_A_SECOND
    frames[0].save(file, save_all=True, append_images=frames[1:], duration=duration, loop=0)


def _mp4(film: Film, file: Path, tell: Callable[[int], None]) -> None:
    """MP4 by ffmpeg, which takes the frames as they come."""
    size = f"{SIZE[0]}x{SIZE[1]}"
    given = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(FRAMES_A_SECOND)]
    wanted = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-y", str(file)]
    program = [str(ffmpeg()), "-loglevel", "error", *given, "-i", "-", *wanted]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(program, stdin=subprocess.PIPE, stderr=said) as running:
            assert running.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                for at in range(film.frames):
                    running.stdin.write(film.draw(at).tobytes())
                    tell(at + 1)
                running.stdin.close()
        if running.returncode:
            said.seek(0)
            why = " ".join(said.read().decode(errors="replace").split())
            raise RuntimeError(f"animate: ffmpeg ended with {running.returncode}: {why}")
