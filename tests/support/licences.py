"""The licences of what the bot is installed with. `python -m tests.support.licences` writes docs/licences.md anew."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "licences.md"
_SAID = {
    "cedarpy": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "cvc5": "BSD-3-Clause; its wheel holds GMP, MPFR and LibPoly, see below",
}
"""Where the package's own metadata says nothing, or it is not installed on this platform."""
_NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
    "Apache Software License": "Apache-2.0",
}
BUNDLED = {
    "libgmp": "GMP: LGPL-3.0-or-later OR GPL-2.0-or-later",
    "libmpfr": "MPFR: LGPL-3.0-or-later",
    "libpoly": "LibPoly: LGPL-3.0-or-later",
    "libpolyxx": "LibPoly: LGPL-3.0-or-later",
    "libcvc5": "cvc5 itself: BSD-3-Clause",
    "libcvc5parser": "cvc5 itself: BSD-3-Clause",
}
"""The shared libraries in the wheels of what is installed, by the beginning of their names."""
_HEAD = """# Licences

policybot is under Apache-2.0. What it is installed with (`.ci/run.txt`) is under these;
`python -m tests.support.licences` writes this page anew, out of the packages' own metadata.

"""
_FOOT = """
## Libraries within the wheels

cvc5's wheel holds shared libraries under the LGPL, each a file of its own in `cvc5.libs`, which is loaded and may be
replaced by another build of it: GMP (LGPL-3.0-or-later OR GPL-2.0-or-later), MPFR (LGPL-3.0-or-later) and LibPoly
(LGPL-3.0-or-later). Whoever passes the wheel on, as in a container image, passes these on as well: the wheel has their
licence texts (`cvc5-*.dist-info/licenses`), and their sources are at gmplib.org, mpfr.org and
github.com/SRI-CSL/libpoly. cvc5's own sources are at github.com/cvc5/cvc5. The build with GPL parts is another
package, `cvc5-gpl`.
"""


def pinned() -> list[str]:
    """The packages of `.ci/run.txt`."""
    lines = (ROOT / ".ci" / "run.txt").read_text(encoding="utf-8").splitlines()
    return [found[1] for line in lines if (found := re.match(r"([A-Za-z0-9_.-]+)==", line))]


def licence(name: str) -> str:
    """What a package says of itself."""
    if name in _SAID:
        return _SAID[name]
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return ""
    kinds = [each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or [] if each.startswith("License")]
    fields = [*(about.get_all("License-Expression") or ()), *(about.get_all("License") or ()), " ".join(kinds)]
    said = next((each.strip() for each in fields if each), "")
    return _NAMES.get(said, said)


def page() -> str:
    """The document."""
    rows = "".join(f"| {name} | {licence(name)} |\n" for name in sorted(pinned(), key=str.lower))
    return f"{_HEAD}| package | licence |\n|---|---|\n{rows}{_FOOT}"


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
