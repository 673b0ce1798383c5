"""Pictures in a workbook: only files of the workspace, only real pictures, made small."""

from io import BytesIO
from pathlib import Path, PureWindowsPath
from typing import Any

from openpyxl.drawing.image import Image
from PIL import Image as Pillow
from PIL import UnidentifiedImageError

MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000
KINDS = {"PNG", "JPEG", "GIF", "BMP", "WEBP"}


def picture(workspace: Path | None, name: object, points: tuple[float, float]) -> Any | None:
    """An openpyxl picture that fits into `points` (width, height), or None when there is none that may be shown.

    `name` is a relative path inside the workspace; absolute paths, web addresses and links that lead outside it are
    not followed.
    """
    path = picture_path(workspace, name)
    if path is None:
        return None
    try:
        with Pillow.open(path) as opened:
            if opened.format not in KINDS or opened.width * opened.height > MOST_PIXELS:
                return None
            small = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Pillow.DecompressionBombError):
        return None
    small.thumbnail((round(points[0] * 3), round(points[1] * 3)))
    out = BytesIO()
    small.save(out, "PNG", optimize=True)
    shown: Any = Image(BytesIO(out.getvalue()))
    factor = min(points[0] / small.width, points[1] / small.height) * 96 / 72
    shown.width, shown.height = small.width * factor, small.height * factor
    return shown


def picture_path(workspace: Path | None, name: object) -> Path | None:
    """The file a picture's name means, when it lies inside the workspace and is not too big."""
    text = name.strip() if isinstance(name, str) else ""
    if workspace is None or not text or "://" in text or "\0" in text or PureWindowsPath(text).anchor:
        return None
    root = workspace.resolve()
    try:
        path = (root / text.replace("\\", "/")).resolve()
        inside = path.is_relative_to(root) and path.is_file() and path.stat().st_size <= MOST_BYTES
    except (OSError, ValueError):
        return None
    return path if inside else None
