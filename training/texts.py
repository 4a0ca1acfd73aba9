"""Folded texts as fold.ts wrote them: one array of UTF-16 units, and offsets into it."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np


class Texts:
    """The texts of one file. `units[start[i]:end[i]]` is text i; record r owns texts first[r] .. first[r] + fields[r] - 1."""

    def __init__(self, prefix: Path):
        self.units = np.fromfile(f"{prefix}.u16", dtype=np.uint16)
        offsets = np.fromfile(f"{prefix}.off", dtype=np.uint32).astype(np.int64)
        self.start, self.end = offsets[:-1], offsets[1:]
        self.meta = [json.loads(line) for line in open(f"{prefix}.jsonl", encoding="utf-8")]
        fields = np.array([m["fields"] for m in self.meta], dtype=np.int64)
        self.first = np.concatenate([[0], np.cumsum(fields)[:-1]]).astype(np.int64)

    def __len__(self) -> int:
        return len(self.meta)

    def text(self, index: int) -> str:
        return self.units[self.start[index] : self.end[index]].tobytes().decode("utf-16-le", "replace")


def day_of(published: str | None) -> int:
    """Days since 1970 in China time; -1 where there is no date."""
    if not published:
        return -1
    try:
        moment = datetime.fromisoformat(published.replace("Z", "+00:00"))
    except ValueError:
        return -1
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone(timedelta(hours=8)))
    return int((moment.timestamp() + 8 * 3600) // 86400)


class Corpus:
    """Several files side by side in one unit array, addressed by (start, end) ranges."""

    def __init__(self, folder: Path, names: list[str]):
        parts = [Texts(folder / name) for name in names]
        bases = np.concatenate([[0], np.cumsum([len(p.units) for p in parts])])
        self.units = np.concatenate([p.units for p in parts])
        self.classes = np.fromfile(folder / "classes.u8", np.uint8)
        self.part = {}
        for name, base, p in zip(names, bases, parts):
            p.start = p.start + base
            p.end = p.end + base
            p.units = self.units
            self.part[name] = p
