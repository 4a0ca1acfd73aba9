"""What a teacher makes of topics, headlines, questions, articles and words, in pieces that are of use as soon as they are written.

    python teach_topics.py FOLDED OUT --teacher FOLDER [--threads 1] [--minutes 60] [--kinds topic,title]

OUT/KIND/NUMBER.npz holds the `rows` of a piece (places in topics.u16, in the pairs' texts, in the model's vocabulary, or in `topics.Readable`) and their `vectors`,
float16. Pieces come in turn from every kind, and in every kind from all sources; those that are there already are left out, so that a
run goes on where the last one stopped. `--share 0/2` and `1/2` let two runs share the work.
"""

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np

from prepare import ARTICLES, PAIRS, SEED, log
from texts import Corpus
from topics import NEWS_2023, Readable

MODEL = Path(__file__).parent.parent / "models" / "static-zh"
# Characters of an article that the teacher reads, and the student when it learns from that.
DOCUMENT_CHARACTERS = 130
# How many texts make a piece of each kind, how many pieces a round, and as what the teacher reads them. Words only where asked for:
# to e5 a word by itself is like words of the same characters.
KINDS = {
    "topic": (1024, 4, "query"), "title": (1024, 4, "document"), "headline": (1024, 2, "query"), "document": (512, 1, "document"),
    "asked-title": (512, 1, "query"), "question": (1024, 1, "query"), "word": (2048, 0, "query"),
}


class Sources:
    """The texts of every kind, by row, in the order in which they are to be read. Where they lie is kept in FOLDED/sources.npz."""

    def __init__(self, folded: Path):
        names = ["topics", "pairs-weibo-titles", *[f"pairs-{p}" for p in PAIRS]]
        units_of = lambda names: np.concatenate([np.fromfile(folded / f"{name}.u16", np.uint16) for name in names])
        kept = folded / "sources.npz"
        if not kept.exists():
            np.savez(kept, **find_sources(folded, names))
        held = np.load(kept)
        self.title, self.body = held["titles"], held["bodies"]
        self.words = json.loads((MODEL / "vocab.json").read_text())
        letters = [np.frombuffer(word.encode("utf-16-le"), np.uint16) for word in self.words]
        ends = np.cumsum([0, *map(len, letters)])
        self.article_units = units_of([*ARTICLES, NEWS_2023])
        self.units = dict.fromkeys(("topic", "headline", "question"), units_of(names)) | {"word": np.concatenate(letters)}
        self.ranges = {"word": np.stack([ends[:-1], ends[1:]], 1), **{kind: held[f"{kind}s"] for kind in ("topic", "headline", "question")}}
        rng = np.random.default_rng(SEED)
        by_chance = lambda kind: rng.permutation(len(self.ranges[kind]))
        turn = held["turn"]
        titled = turn[self.title[turn, 1] - self.title[turn, 0] >= 5]
        self.order = {
            "word": words_by_pull(self.words), "topic": np.arange(len(self.ranges["topic"])), "headline": by_chance("headline"),
            "question": by_chance("question"), "title": titled, "asked-title": titled, "document": turn,
        }

    def document(self, row):
        """Ranges of title and opening, the latter cut so that both have DOCUMENT_CHARACTERS."""
        (ts, te), (bs, be) = self.title[row], self.body[row]
        return (ts, te), (bs, min(be, bs + max(40, DOCUMENT_CHARACTERS - (te - ts))))

    def text(self, kind, row):
        if kind in ("title", "asked-title", "document"):
            units, ranges = self.article_units, self.document(row) if kind == "document" else (self.title[row],)
        else:
            units, ranges = self.units[kind], (self.ranges[kind][row],)
        return "。".join(filter(None, (units[s:e].tobytes().decode("utf-16-le", "replace") for s, e in ranges)))


def find_sources(folded: Path, names):
    """Where every text stands: articles in the units of ARTICLES and the texts of 2023, the others in those of `names`."""
    readable = Readable(folded)
    short = Corpus(folded, names)
    topics, headlines = short.part["topics"], short.part["pairs-weibo-titles"]
    questions, seen = [], set()
    for name in PAIRS:
        part = short.part[f"pairs-{name}"]
        for r, meta in enumerate(part.meta):
            if meta.get("split") in ("test", "dev"):
                continue
            for f in range(part.first[r], part.first[r] + meta["fields"]):
                key = short.units[part.start[f] : part.end[f]].tobytes()
                if key and key not in seen:
                    seen.add(key)
                    questions.append((part.start[f], part.end[f]))
    return {
        "titles": readable.title, "bodies": readable.body, "turn": readable.in_turn(np.random.default_rng(SEED)), "questions": np.array(questions),
        "topics": np.stack([topics.start, topics.end], 1), "headlines": np.stack([headlines.start, headlines.end], 1),
    }


def words_by_pull(words):
    """Rows of the words of two characters and more, those first that move a text most."""
    scales = np.fromfile(MODEL / "scales.f32", np.float32)
    codes = np.fromfile(MODEL / "vectors.i8", np.int8).reshape(len(words), -1).astype(np.float32)
    rows = np.flatnonzero([len(word) >= 2 for word in words])
    return rows[np.argsort(-(scales * np.linalg.norm(codes, axis=1))[rows], kind="stable")]


def taught(folder: Path, kind: str):
    """Rows and vectors of all pieces of a kind that there are."""
    pieces = [np.load(path) for path in sorted((folder / kind).glob("*.npz"))]
    return np.concatenate([p["rows"] for p in pieces]), np.concatenate([p["vectors"] for p in pieces])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folded", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--kinds", default=",".join(kind for kind, (_, pieces, _) in KINDS.items() if pieces))
    parser.add_argument("--share", default="0/1")
    args = parser.parse_args()
    from teacher import Teacher

    mine, of = map(int, args.share.split("/"))
    teacher, sources = Teacher(args.teacher, args.threads), Sources(args.folded)
    kinds = args.kinds.split(",")
    log({kind: len(sources.order[kind]) for kind in kinds})
    began, turn, number = time.time(), 0, dict.fromkeys(kinds, 0)
    while any(number[k] * KINDS[k][0] < len(sources.order[k]) for k in kinds):
        for kind in kinds:
            size, pieces, role = KINDS[kind]
            for _ in range(max(1, pieces)):
                n, number[kind] = number[kind], number[kind] + 1
                rows = sources.order[kind][n * size : (n + 1) * size]
                path = args.out / kind / f"{n:04d}.npz"
                turn += 1
                if len(rows) == 0 or path.exists() or turn % of != mine:
                    continue
                if time.time() - began > 60 * args.minutes:
                    return
                path.parent.mkdir(parents=True, exist_ok=True)
                vectors = teacher.encode([sources.text(kind, r) for r in rows], role)
                part = path.with_suffix(f".{os.getpid()}.part")
                with open(part, "wb") as out:
                    np.savez(out, rows=rows, vectors=vectors)
                part.rename(path)
                log(kind, n, f"{(time.time() - began) / 60:.1f} min")


if __name__ == "__main__":
    main()
