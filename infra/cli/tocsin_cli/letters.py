"""The mails and SMS of a local run, kept as files for a person to open."""

import re
import shutil
from pathlib import Path

from tocsin_local.inbox import mails, text_messages
from tocsin_local.ministack import MiniStack
from tocsin_local.paths import ROOT


class Letters:
    """Under .tocsin/<name>/; what an earlier run left there goes."""

    def __init__(self, name: str) -> None:
        home = ROOT / ".tocsin"
        home.mkdir(exist_ok=True)
        (home / ".gitignore").write_text("*\n", encoding="utf-8")
        self.folder = home / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._texts: dict[str, str] = {}
        self._pages: dict[str, Path] = {}
        self._paths: dict[str, Path] = {}

    def save(self, mini: MiniStack) -> None:
        """Write all that has left so far."""
        for number, mail in enumerate(mails(mini), start=1):
            stem = f"mail-{number:02d}-{_slug(','.join(mail.to))}"
            self._texts[mail.id] = f"{mail.subject}\n\n{mail.text}"
            self._paths[mail.id] = self._write(f"{stem}.txt", self._texts[mail.id])
            if mail.html:
                self._pages[mail.id] = self._write(f"{stem}.html", mail.html)
        for number, sms in enumerate(text_messages(mini), start=1):
            self._texts[sms.id] = sms.text
            self._paths[sms.id] = self._write(f"sms-{number:02d}-{_slug(sms.to)}.txt", sms.text)

    def text_of(self, provider_id: str | None) -> str:
        return self._texts.get(provider_id or "", "")

    def path_of(self, provider_id: str | None) -> Path | None:
        return self._paths.get(provider_id or "")

    def page_of(self, provider_id: str | None) -> Path | None:
        """The HTML mail, or the first one when that alert was no mail."""
        return self._pages.get(provider_id or "") or next(iter(self._pages.values()), None)

    def _write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9@.+]+", "-", text)[:60]
