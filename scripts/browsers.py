"""What the browser tests need of a machine: Chromium, and the scripts as Frappe builds them."""

from __future__ import annotations

import shutil

from benches import APP, Bench
from commands import Shell, program

_CHROMIUM = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")


def chromium() -> str:
    """The path of the first Chromium that is installed, "" if there is none."""
    return next(filter(None, map(shutil.which, _CHROMIUM)), "")


def why_none(bench: Bench) -> str:
    """What is lacking for the browser tests, "" if nothing is."""
    if not chromium():
        return "there is no Chromium."
    if not shutil.which("node"):
        return "there is no Node.js."
    if not (bench.sites / "assets" / "assets.json").exists():
        return f"Frappe's own scripts are not built in {bench.folder}: `bench build`."
    return ""


def build_scripts(shell: Shell, bench: Bench) -> None:
    """The app's bundles, by Frappe's own builder, into this bench's assets and nowhere else."""
    copy = bench.folder / "apps" / APP
    (bench.sites / "assets" / APP).symlink_to(copy / APP / "public")
    shell.settings["FRAPPE_BENCH_ROOT"] = str(bench.folder)
    shell.folder = bench.folder / "apps" / "frappe"
    options = ("--production", "--apps", APP, "--run-build-command")
    shell.run(program("node", package="nodejs (18 or later)"), "esbuild", *options, quiet=True)
