"""
Bundle what browsers run into the files that the package ships.

    python scripts/pages.py            write supportledger/web/assets/...
    python scripts/pages.py --check    compare with them, and name the first file that differs

Sources are plain ES modules under browser/; esbuild of node_modules bundles them, the same bytes every time.
`verify.html` is one file with everything in it, so that it can be saved and opened from a disk; beside it
stands its SHA-256. Its words in other languages and the contract's code are data in it, not script.
"""

import argparse
import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
BROWSER: Final = ROOT / "browser"
ASSETS: Final = ROOT / "supportledger/web/assets"
ARTIFACT: Final = ROOT / "supportledger/chain/artifacts/SupportLedger.json"
SCRIPTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sign_in/main.js": "sign_in.js",
        "portal/main.js": "portal.js",
        "console/main.js": "console.js",
        "portal/chat.js": "chat.js",
        "widget/main.js": "widget.js",
    }
)
"""Source under browser/, and the file of the package that it is bundled into."""
PAGE: Final = "verify.html"
_OPTIONS: Final = ("--bundle", "--minify", "--format=iife", "--target=es2022", "--charset=utf8")
_POLICY: Final = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; connect-src *;"
    " img-src data:; base-uri 'none'; form-action 'none'"
)


def bundled(source: str) -> str:
    """
    Bundle a script with all that it imports.

    Args:
        source: Path under browser/.

    Raises:
        SystemExit: It cannot be bundled; esbuild has said why.
    """
    done = subprocess.run(  # noqa: S603 -- the project's bundler
        [ROOT / "node_modules/.bin/esbuild", f"browser/{source}", *_OPTIONS, "--legal-comments=none"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def verifier() -> str:
    """Put the page that verifies together: one file, whose own policy lets nothing but its script run."""
    folder = BROWSER / "verify/page"
    script, style = bundled("verify/page/page.js").strip(), (folder / "page.css").read_text("utf-8").strip()
    policy = _POLICY.format(script=_digest(script), style=_digest(style))
    parts = {"policy": policy, "style": style, "script": script, "words": _words(folder), "code": _code()}
    page = (folder / "page.html").read_text("utf-8")
    for name, part in parts.items():
        page = page.replace(f"<!--{name}-->", _checked(name, part))
    return page


def pages() -> dict[str, str]:
    """Make every file, by its name among the assets."""
    page = verifier()
    digest = hashlib.sha256(page.encode()).hexdigest()
    made = {target: bundled(source) for source, target in SCRIPTS.items()}
    return {**made, PAGE: page, f"{PAGE}.sha256": f"{digest}  {PAGE}\n"}


def check(made: Mapping[str, str], folder: Path = ASSETS) -> str | None:
    """Compare byte for byte with what is kept, and name the first file that differs."""
    for name, text in made.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != text.encode():
            return name
    return None


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _words(folder: Path) -> str:
    """Give the page's words in other languages, with nothing that could end the element they stand in."""
    words = json.loads((folder / "words.zh.json").read_text("utf-8"))
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _code() -> str:
    """Give the contract's code as it is compiled, with zeros where a deployment writes, and where that is."""
    artifact: dict[str, Any] = json.loads(ARTIFACT.read_text("utf-8"))
    runtime = base64.b64encode(bytes.fromhex(artifact["deployedBytecode"][2:])).decode()
    content = {"runtime": runtime, "immutables": artifact["immutableReferences"]}
    return json.dumps(content, separators=(",", ":"))


def _checked(name: str, part: str) -> str:
    """Refuse what would end the element that it is put into."""
    if "</" in part and name != "policy" and any(f"</{tag}" in part.lower() for tag in ("script", "style")):
        sys.exit(f"the {name} of {PAGE} would end its own element")
    return part


def main() -> int:
    """Write the files, or check those that are kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail when one is not up to date")
    made = pages()
    if parser.parse_args().check:
        differing = check(made)
        if differing:
            print(f"{differing} is not what its sources make. Run `make pages`.")
        return 1 if differing else 0
    ASSETS.mkdir(exist_ok=True)
    for name, text in made.items():
        (ASSETS / name).write_text(text, "utf-8", newline="\n")
        print(f"{name}: {len(text.encode()):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
