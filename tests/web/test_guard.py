import stat
from pathlib import Path

import httpx
import pytest

from bot.domain.errors import StartError
from bot.web.guard import secret_key


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"

    key = secret_key(home)

    assert secret_key(home) == key
    assert len(key) >= 32
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    assert secret_key(tmp_path / "a") != secret_key(tmp_path / "b")


def test_a_draft_left_by_a_crash_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "secret.new").write_text("half")

    assert len(secret_key(tmp_path)) >= 32


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 40])
def test_a_damaged_key_is_not_used(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(content)

    with pytest.raises(StartError, match=r"secret\.key"):
        secret_key(tmp_path)


def test_a_home_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(StartError, match="Check who owns"):
        secret_key(file)


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/desk/login", "/nowhere"])
async def test_every_answer_forbids_foreign_scripts_and_frames(
    client: httpx.AsyncClient, path: str
) -> None:
    headers = (await client.get(path)).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
