"""NLP.js, which runs under Node and is asked over a pipe."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.understanding.figures import Verdict
from bench.understanding.missing import Missing

_VERSION = "4.27.0"
_PACKAGES = (f"@nlpjs/basic@{_VERSION}", "@nlpjs/lang-en@4.26.1", "@nlpjs/lang-it@4.26.1")
_FOLDER = Path(__file__).parents[2] / "var" / "bench" / f"nlpjs-{_VERSION}"
_SCRIPT = Path(__file__).with_name("nlpjs.js")
_INSTALL_TIMEOUT_SECONDS = 300
_NO_INTENT = "None"


class NlpJs:
    """Speaks with one Node process that has learnt one set."""

    def __init__(self, node: "subprocess.Popen[str]", language: str) -> None:
        self.pid = node.pid
        self._node = node
        self._language = language

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Train the network."""
        given = {"language": self._language, "texts": list(texts), "labels": list(labels)}
        self._answer(given)

    def judge(self, text: str) -> Verdict:
        """Return the intents by their score; what it does not know has none."""
        found = self._answer(text)
        ranked = [(label, float(score)) for label, score in found if label != _NO_INTENT]
        return Verdict(ranked=ranked, sure=ranked[0][1] if ranked else 0.0)

    def _answer(self, given: object) -> Any:  # noqa: ANN401 - JSON
        if self._node.stdin is None or self._node.stdout is None:
            raise Missing("Node has no pipes")
        self._node.stdin.write(json.dumps(given) + "\n")
        self._node.stdin.flush()
        line = self._node.stdout.readline()
        if not line:
            raise Missing("Node ended early; what it wrote stands above")
        return json.loads(line)


def installed() -> str:
    """Install NLP.js unless it is there, and return its version; raise `Missing`."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise Missing("there is no Node with npm here")
    if not (_FOLDER / "node_modules" / "@nlpjs" / "basic").exists():
        _install()
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)  # noqa: S607 - found above
    return f"NLP.js {_VERSION} (Node {node.stdout.strip()})"


@contextmanager
def opened(language: str) -> Iterator[NlpJs]:
    """Yield an engine in a Node process of its own."""
    command = ["node", "--no-warnings", str(_SCRIPT), str(_FOLDER)]
    with subprocess.Popen(  # noqa: S603 - our own words
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as node:
        try:
            yield NlpJs(node, language)
        finally:
            node.kill()


def _install() -> None:
    _FOLDER.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--silent", "--no-save", "--ignore-scripts", "--prefix", "."]
    try:
        subprocess.run(  # noqa: S603 - pinned names
            [*command, *_PACKAGES],
            cwd=_FOLDER,
            check=True,
            capture_output=True,
            timeout=_INSTALL_TIMEOUT_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Missing(f"npm could not install {_PACKAGES[0]}; is there a network?") from error
