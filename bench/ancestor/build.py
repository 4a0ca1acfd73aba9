"""Articles as an SQLite table in the order of their dates, and a flat index of as many vectors: articles.db, faiss.index.

python build.py FOLDER < ARTICLES.jsonl

The vectors are random: a flat index compares all of them whatever they are, so it costs the same, and what is found is
meaningless. To encode a long article with four layers takes a tenth of a second.
"""

import json
import sqlite3
import sys
from datetime import datetime, timedelta
from pathlib import Path

import faiss
import numpy as np

WIDTH = 312
CHINA = timedelta(hours=8)
BATCH = 10_000


def read_article(line):
    article = json.loads(line)
    published = article.get("published")
    day = None if published is None else str((datetime.fromisoformat(published) + CHINA).date())
    return article.get("title", ""), article.get("body", ""), article.get("source", ""), day


folder = Path(sys.argv[1])
# Undated ones come first; a range of days is a range of rows, which FAISS skips to.
articles = sorted(map(read_article, sys.stdin), key=lambda article: article[3] or "")
(folder / "articles.db").unlink(missing_ok=True)
with sqlite3.connect(folder / "articles.db") as database:
    database.execute("CREATE TABLE article (row INTEGER PRIMARY KEY, title TEXT, body TEXT, source TEXT, day TEXT)")
    rows = ((row, *article) for row, article in enumerate(articles))
    database.executemany("INSERT INTO article VALUES (?, ?, ?, ?, ?)", rows)
    database.execute("CREATE INDEX by_day ON article (day)")

random = np.random.default_rng(1)
index = faiss.IndexFlatIP(WIDTH)
for first in range(0, len(articles), BATCH):
    vectors = random.standard_normal((min(BATCH, len(articles) - first), WIDTH), dtype=np.float32)
    faiss.normalize_L2(vectors)
    index.add(vectors)
faiss.write_index(index, str(folder / "faiss.index"))
