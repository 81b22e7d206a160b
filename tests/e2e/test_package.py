"""The package as `pip install` makes it, used far from the checkout."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_the_package_brings_its_knowledge_and_works_in_any_folder(tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    install = ["install", "--no-deps", "--no-build-isolation", "--target", str(site)]
    subprocess.run([*pip, *install, str(PROJECT)], check=True)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-c", "import bot.cli; print(bot.__file__); bot.cli.main()"]

    done = subprocess.run(
        [*command, "kb", "check"],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(str(site))
    for name in ("intents/webmail_access.yaml", "faq/standings.yaml", "docs/index.md"):
        assert (site / "bot" / "data" / name).is_file()
    assert (site / "bot" / "data" / "demo" / "contracts.json").is_file()
