"""What is installed from a wheel is whole: packages, data, the manifest, the command; on every Python that is here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.process import ROOT
from tests.support.scene import REFUND_RULE

SOURCES = ("pyproject.toml", "README.md", "LICENSE", "manifest.yml", "bot", "handlers")
CREATED = "Closed: 1 policy created, log-only, ACTIVE."


def pythons() -> list[str]:
    """The versions that the project says it is for."""
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    return [version for each in said if "." in (version := each.rpartition(" :: ")[2])]


def program(version: str) -> str | None:
    """The Python of that version that a shell finds here, also where pyenv keeps several."""
    asked = [f"python{version}", "-c", "import sys; print(sys.executable)"]
    if shutil.which(asked[0]) is None:
        return None
    done = subprocess.run(
        asked, env=os.environ | {"PYENV_VERSION": version}, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or None


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is packed, so that nothing is left in the checkout."""
    source = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    return source


def wheel_of(source: Path, out: Path) -> Path:
    """The wheel built of a folder or an sdist."""
    build = [
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
        "--wheel-dir",
        str(out),
    ]
    subprocess.run([sys.executable, *build, str(source)], check=True, capture_output=True)
    (found,) = out.glob("policybot-*.whl")
    return found


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel_of(source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sdist")
    build = f"from setuptools.build_meta import build_sdist; build_sdist({str(out)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    (found,) = out.glob("policybot-*.tar.gz")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it, which borrows the dependencies that are here and not this checkout."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    borrowed = sysconfig.get_path("purelib")
    site = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (site / "borrowed.pth").write_text(f"{borrowed}\n")  # a plain line: the .pth files over there stay unread
    return folder


def run(installed: Path, program: str, *arguments: str, where: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(installed / "bin" / program), *arguments],
        cwd=where,
        env={"PATH": os.environ["PATH"], "HOME": str(where), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_installed_command_does_the_whole_job(installed: Path, tmp_path: Path) -> None:
    """`policybot try` from elsewhere, with nothing of the checkout to be found."""
    asked = "import bot, pathlib; print(pathlib.Path(bot.__file__).resolve())"
    here = run(installed, "python", "-c", asked, where=tmp_path)
    assert Path(here.stdout.strip()).is_relative_to(installed.resolve())
    done = run(installed, "policybot", "try", REFUND_RULE, "--approve", where=tmp_path)
    assert done.returncode == 0, done.stderr
    assert CREATED in done.stdout


@pytest.mark.parametrize("version", pythons())
def test_uvx_does_the_whole_job_on_every_python(wheel: Path, version: str, tmp_path: Path) -> None:
    """In an environment with the pinned packages alone, with nobody's settings, where nothing can be compiled."""
    if (python := program(version)) is None:
        pytest.skip(f"there is no Python {version} here")
    uv = str(Path(sys.executable).with_name("uv"))
    cache = subprocess.run([uv, "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip()
    index = {name: value for name, value in os.environ.items() if name in ("SSL_CERT_FILE", "UV_DEFAULT_INDEX")}
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "UV_CACHE_DIR": cache, "UV_SYSTEM_CERTS": "1", **index}
    pinned = ["--constraints", str(ROOT / ".ci" / "run.txt"), "--no-build", "--no-python-downloads"]
    uvx = [uv, "tool", "run", "--python", python, *pinned, "--from", str(wheel), "policybot"]
    told = subprocess.run([*uvx, "--version"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    if "Failed to fetch" in told.stderr:
        pytest.skip("the packages cannot be fetched from here")
    assert f"Python {version}." in told.stdout, told.stderr
    done = subprocess.run(
        [*uvx, "try", REFUND_RULE, "--approve"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert CREATED in done.stdout


def test_the_sdist_makes_the_same_wheel_and_holds_nothing_else(wheel: Path, sdist: Path, tmp_path: Path) -> None:
    built = wheel_of(sdist, tmp_path)
    assert set(zipfile.ZipFile(built).namelist()) == set(zipfile.ZipFile(wheel).namelist())
    with tarfile.open(sdist) as packed:
        files = {each.name.partition("/")[2] for each in packed.getmembers() if each.isfile()}
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *SOURCES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    made = {"PKG-INFO", "setup.cfg"} | {name for name in files if name.startswith("policybot.egg-info/")}
    assert files - made == {name for name in tracked.stdout.split() if (ROOT / name).exists()}


def test_the_installed_manifest_is_the_repositorys(installed: Path, tmp_path: Path) -> None:
    done = run(installed, "policybot", "manifest", where=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "socket_mode_enabled: true" in done.stdout


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    """Data files as well: grammars, pages, migrations, samples."""
    inside = set(zipfile.ZipFile(wheel).namelist())
    for package in ("bot", "handlers"):
        files = subprocess.run(
            ["git", "ls-files", package], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
        missing = {name for name in files if name not in inside and (ROOT / name).exists()}
        assert missing == set()
    assert any(name.endswith("share/policybot/manifest.yml") for name in inside)
    assert any(name.endswith("licenses/LICENSE") for name in inside)
