"""What is installed from a wheel is whole: the packages, their data, the manifest, the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.process import ROOT
from tests.support.scene import REFUND_RULE

SOURCES = ("pyproject.toml", "README.md", "LICENSE", "manifest.yml", "bot", "handlers")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left in the checkout."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
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


def run(installed: Path, *arguments: str, where: Path) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": str(where), "LANG": "C.UTF-8"}
    return subprocess.run(
        [str(installed / "bin" / "policybot"), *arguments],
        cwd=where,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_installed_command_does_the_whole_job(installed: Path, tmp_path: Path) -> None:
    """`policybot try` from elsewhere, with nothing of the checkout to be found."""
    asked = "import bot, pathlib; print(pathlib.Path(bot.__file__).resolve())"
    here = subprocess.run(
        [str(installed / "bin" / "python"), "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(here.stdout.strip()).is_relative_to(installed.resolve())
    done = run(installed, "try", REFUND_RULE, "--approve", where=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "was created and is log-only" in done.stdout


def test_the_installed_manifest_is_the_repositorys(installed: Path, tmp_path: Path) -> None:
    done = run(installed, "manifest", where=tmp_path)
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
