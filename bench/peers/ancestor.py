"""The way wenxun's ancestor worked: FAISS and SQLite, with FTS5 for the words.

python ancestor.py build|kept|reloaded FOLDER [SECONDS]

kept: index and database are opened once; reloaded: by each request, as a script that is run anew at every click does.
Speaks what peer.mjs speaks.
"""

import json
import re
import sqlite3
import sys
import time
from pathlib import Path

import faiss
import numpy as np

TOP = 10
CANDIDATES = 100
# As peer.mjs has it.
WARM_UP_SHARE = 0.25
HAN = r"[\u3400-\u9fff\uf900-\ufaff]"


def terms_of(text):
    terms = []
    for run in re.findall(rf"{HAN}+|[^\W_{HAN[1:-1]}]+", text.lower()):
        if len(run) == 1 or not re.match(HAN, run):
            terms.append(run)
        else:
            terms += [run[i : i + 2] for i in range(len(run) - 1)]
    return terms


class Ancestor:
    def __init__(self, folder):
        self.index = faiss.read_index(str(folder / "faiss.index"))
        self.words = sqlite3.connect(folder / "fts5.db")
        self.texts = sqlite3.connect(folder / "articles.db")

    def nearest(self, search, limit=TOP):
        within = faiss.IDSelectorRange(search["fromRow"], search["toRow"])
        vector = np.array([search["vector"]], dtype=np.float32)
        _, rows = self.index.search(vector, limit, params=faiss.SearchParameters(sel=within))
        return [int(row) for row in rows[0] if row >= 0]

    def by_words(self, search):
        quoted = [f'"{term}"' for term in dict.fromkeys(terms_of(search["text"]))]
        if not quoted:
            return []

        def find(match):
            sql = f"SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rank LIMIT {CANDIDATES}"
            return [row for (row,) in self.words.execute(sql, (match, search["fromRow"], search["toRow"] - 1))]

        found = find(" AND ".join(quoted))
        return found if len(found) >= TOP or len(quoted) == 1 else find(" OR ".join(quoted))

    def hybrid(self, search):
        scores = {}
        for ranking in (self.by_words(search), self.nearest(search, CANDIDATES)):
            for rank, row in enumerate(ranking):
                scores[row] = scores.get(row, 0) + 1 / (60 + rank + 1)
        rows = sorted(scores, key=lambda row: (-scores[row], row))[:TOP]
        for row in rows:
            self.texts.execute("SELECT title, body, day FROM article WHERE row = ?", (row,)).fetchone()
        return rows


def build(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    shape = (manifest["rows"], manifest["dimensions"])
    vectors = np.memmap(folder / "vectors.f32", dtype=np.float32, mode="r", shape=shape)
    index = faiss.IndexFlatIP(shape[1])
    for first in range(0, shape[0], 100_000):
        index.add(np.ascontiguousarray(vectors[first : first + 100_000]))
    faiss.write_index(index, str(folder / "faiss.index"))


def read_searches(path):
    """In the order of peer.mjs."""
    queries = json.loads(path.read_text())
    shares = len(queries[0]["ranges"])
    return [
        {"query": number, "text": query["text"], "vector": query["vector"], **query["ranges"][(number + turn) % shares]}
        for turn in range(shares)
        for number, query in enumerate(queries)
    ]


def query(folder, kept, seconds):
    warm_up, searches = read_searches(folder / "warm-up.json"), read_searches(folder / "queries.json")
    started = time.perf_counter()
    ancestor = Ancestor(folder)
    open_ms = (time.perf_counter() - started) * 1000
    warm_until = time.perf_counter() + seconds * WARM_UP_SHARE
    for search in warm_up:
        if time.perf_counter() < warm_until:
            ancestor.hybrid(search)
    if not kept:
        del ancestor
    answers = []
    deadline = time.perf_counter() + seconds
    for search in searches:
        asked = time.perf_counter()
        if asked > deadline:
            break
        peer = ancestor if kept else Ancestor(folder)
        hybrid = peer.hybrid(search)
        ms = (time.perf_counter() - asked) * 1000
        nearest = peer.nearest(search)
        answers.append({"query": search["query"], "share": search["share"], "ms": ms, "hybrid": hybrid, "nearest": nearest})
        del peer
    return {"openMs": open_ms, "memory": resident(), "answers": answers}


def resident():
    """As million/memory.ts tells it: MB of 10^6 bytes."""
    status = Path("/proc/self/status").read_text()
    read = lambda name: round(int(re.search(rf"^{name}:\s+(\d+) kB", status, re.M)[1]) * 1024 / 1e6, 1)
    return {"total": read("VmRSS"), "anonymous": read("RssAnon"), "file": read("RssFile"), "peak": read("VmHWM")}


task, folder = sys.argv[1], Path(sys.argv[2])
if task == "build":
    build(folder)
    print(json.dumps({"cpuSeconds": time.process_time()}))
else:
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 600
    print(json.dumps(query(folder, task == "kept", seconds)))
