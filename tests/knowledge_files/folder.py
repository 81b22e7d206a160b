"""A folder of knowledge that a test can change and check."""

from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import KnowledgeError
from bot.domain.knowledge import Knowledge
from bot.knowledge_files import check_knowledge, load_knowledge
from bot.knowledge_files.findings import Finding


@dataclass(frozen=True)
class KnowledgeFolder:
    path: Path

    @property
    def intents(self) -> Path:
        return self.path / "intents"

    @property
    def faq(self) -> Path:
        return self.path / "faq"

    def write(self, file: str, content: str) -> None:
        path = self.path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, "utf-8")

    def change(self, file: str, old: str, new: str) -> None:
        """Put something in place of what stands exactly once in a file."""
        before = (self.path / file).read_text("utf-8")
        assert before.count(old) == 1, f"{old!r} stands {before.count(old)} times in {file}"
        self.write(file, before.replace(old, new))

    def load(self) -> Knowledge:
        return load_knowledge(self.intents, self.faq)

    def errors(self) -> list[str]:
        """Return what a start would be refused for, with paths as staff know them."""
        try:
            self.load()
        except KnowledgeError as refused:
            return [self.short(str(fault)) for fault in refused.faults]
        return []

    def told(self, findings: list[Finding]) -> list[str]:
        return [f"{one.severity} {self.short(str(one.fault))}" for one in findings]

    def check(self) -> list[str]:
        return self.told(check_knowledge(self.intents, self.faq))

    def short(self, text: str) -> str:
        return text.replace(f"{self.path}/", "")
