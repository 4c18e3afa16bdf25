"""A disk so small that a test can fill it: a file system in memory, where mounting is allowed."""

from __future__ import annotations

import contextlib
import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BLOCK = 65_536  # bytes


class MountingForbidden(Exception):
    """Only root may mount, and not in every container."""


class SmallDisk:
    """A folder with little room in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave room for nothing."""
        with self._ballast.open("ab", buffering=0) as ballast:
            for size in (BLOCK, 1_024, 1):
                with contextlib.suppress(OSError):
                    while True:
                        ballast.write(b"\0" * size)

    def free(self) -> None:
        """Leave room again."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(megabytes: int, account: str | None = None) -> Iterator[SmallDisk]:
    """A disk that belongs to an account, ours by default. Raises ``MountingForbidden``."""
    owner = pwd.getpwnam(account) if account else pwd.getpwuid(os.getuid())
    with tempfile.TemporaryDirectory(prefix="clara-disk-") as folder:
        os.chmod(folder, 0o711)  # noqa: S103  # the account has to get in
        mount = Path(folder) / "disk"
        mount.mkdir()
        options = f"size={megabytes}m,uid={owner.pw_uid},gid={owner.pw_gid},mode=0700"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "clara", mount], capture_output=True, text=True
        )
        if mounted.returncode:
            raise MountingForbidden(mounted.stderr.strip())
        try:
            yield SmallDisk(mount)
        finally:
            # Lazily: a process that was killed a moment ago may still have files open.
            subprocess.run(["umount", "--lazy", mount], check=True)
