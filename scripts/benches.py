"""Finding a bench, and standing this checkout in it without changing what others have there."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from commands import Missing, Person, Shell, checkout, give

APP = "vtiger_xero"
_WITH = {  # what an extra of pyproject.toml brings, by the names that are imported
    "": [],
    "test": ["pytest", "hypothesis"],
    "browser": ["pytest", "hypothesis", "playwright", "axe_playwright_python"],
}
_LEFT_OUT = (
    ".git",
    ".venv",
    ".demo",
    ".site",
    ".hypothesis",
    "__pycache__",
    "*.egg-info",
    "node_modules",
)


@dataclass(frozen=True)
class Bench:
    """A folder that frappe-bench made, and the person who owns it."""

    folder: Path
    person: Person

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return self.folder / "env" / "bin" / "python"

    @property
    def sites(self) -> Path:
        """Where its sites live."""
        return self.folder / "sites"

    def frappe_version(self) -> str:
        """Frappe's version, as its source says."""
        source = self.folder / "apps" / "frappe" / "frappe" / "__init__.py"
        for line in source.read_text(encoding="utf-8").splitlines():
            if line.startswith("__version__"):
                return line.split("=")[1].strip().strip("\"'")
        return "?"


def find() -> Bench | None:
    """FRAPPE_BENCH, else a bench in one of the usual places that has this app already.

    A bench that is merely found may be somebody's, with sites at work: only one that knows the
    app is taken without being named.
    """
    named = os.environ.get("FRAPPE_BENCH")
    if named:
        if not is_bench(Path(named)):
            raise Missing(
                f"FRAPPE_BENCH names {named}, which is no bench, or one that was never finished: "
                "it lacks an environment, sites/apps.txt or Frappe."
            )
        return _bench(Path(named))
    homes = [Path.home(), *_home_of_the_bench_user()]
    places = [checkout() / ".site" / "frappe-bench", checkout().parent / "frappe-bench"]
    places += [home / name / "frappe-bench" for home in homes for name in ("vtiger-xero-site", "")]
    return next((_bench(place) for place in places if is_bench(place) and _has_app(place)), None)


def _home_of_the_bench_user() -> list[Path]:
    """Root's benches belong to somebody else, by custom to the user `frappe`."""
    with suppress(KeyError):
        return [Path(pwd.getpwnam(bench_user()).pw_dir)]
    return []


def bench_user() -> str:
    """The ordinary user who runs bench where root asks."""
    return os.environ.get("SITE_USER", "frappe")


def _has_app(folder: Path) -> bool:
    try:
        return APP in (folder / "sites" / "apps.txt").read_text(encoding="utf-8").split()
    except PermissionError:
        return False  # somebody else's


def is_bench(folder: Path) -> bool:
    """Whether a bench is there as a whole; `bench init` that broke off leaves a part of one."""
    parts = ("env/bin/python", "sites/apps.txt", "apps/frappe/frappe/__init__.py")
    try:
        return all((folder / part).is_file() for part in parts)
    except PermissionError:
        return False


def is_built(folder: Path) -> bool:
    """Whether `bench init` came to its end there: it builds Frappe's own scripts last."""
    return is_bench(folder) and (folder / "sites" / "assets" / "assets.json").is_file()


def _bench(folder: Path) -> Bench:
    real = folder.resolve()
    owner = Person.of(real.stat().st_uid)
    if owner.uid == 0:
        raise Missing(f"{real} belongs to root, and bench refuses root: give it to another user.")
    if os.getuid() not in (0, owner.uid):
        raise Missing(f"{real} belongs to {owner.name}: run this as {owner.name} or as root.")
    return Bench(real, owner)


@contextmanager
def working_folder(person: Person) -> Iterator[Path]:
    """A folder of the person's own, taken away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="vtiger-xero-"))
    try:
        give(folder, person)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_checkout(target: Path, person: Person) -> Path:
    """A copy of this checkout that the bench's person can read, and where nothing else writes."""
    copy = target / "app"
    shutil.copytree(checkout(), copy, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    give(copy, person)
    return copy


def stand_apart(bench: Bench, folder: Path, copy: Path) -> Bench:
    """A bench of our own in `folder`: the app is the copy, the sites and what is built are new.

    Frappe and the environment are links to the bench's own. So nothing of ours comes near its
    sites, and several runs may stand beside each other.
    """
    own = folder / "bench"
    for name in ("apps", "config", "logs", "sites/assets"):
        (own / name).mkdir(parents=True)
    (own / "env").symlink_to(bench.folder / "env")
    (own / "apps" / "frappe").symlink_to(bench.folder / "apps" / "frappe")
    (own / "apps" / APP).symlink_to(copy)
    (own / "sites" / "apps.txt").write_text(f"frappe\n{APP}\n", encoding="utf-8")
    (own / "sites" / "common_site_config.json").write_text("{}", encoding="utf-8")
    public = bench.folder / "apps" / "frappe" / "frappe" / "public"
    (own / "sites" / "assets" / "frappe").symlink_to(public)
    for built in (bench.sites / "assets").glob("assets*.json"):
        shutil.copy(built, own / "sites" / "assets")
    give(own, bench.person)
    return Bench(own, bench.person)


def install_requirements(shell: Shell, bench: Bench, copy: Path, *, extra: str = "") -> None:
    """What the app and its tests need, into the bench's environment, if it is not there yet."""
    wanted = ", ".join(["xero_python, oauthlib", *_WITH[extra]])
    if shell.run(bench.python, "-c", f"import {wanted}", quiet=True, check=False) == 0:
        return
    installer = [bench.python, "-m", "pip", "install", "--quiet"]
    if shell.run(bench.python, "-m", "pip", "--version", quiet=True, check=False) != 0:
        shell.run(bench.python, "-m", "ensurepip", quiet=True)
    shell.run(*installer, f"{copy}[{extra}]" if extra else copy, quiet=True)
    # Only the requirements are wanted here: the app itself is the checkout's copy.
    shell.run(bench.python, "-m", "pip", "uninstall", "--quiet", "--yes", APP, quiet=True)
