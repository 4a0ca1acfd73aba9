"""From folded texts to what training reads: splits, vocabulary, co-occurrence vectors, mined pairs."""

import argparse
import pickle
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from texts import Corpus, day_of
from grams import choose_vocabulary

ARTICLES = ["news-xwlb", "news-world", "news-zhihu", "news-rss2026", "news-finance"]
PAIRS = ["afqmc", "atec", "bq_corpus", "lcqmc", "ocnli", "oppo_xiaobu", "pawsx_zh", "simclue-triples", "simclue", "stsb_zh"]
HELD_FROM, HELD_TO = day_of("2021-05-01"), day_of("2021-07-31")
HELD_TOTAL = 20_000
SEED = 20


def log(*what):
    print(f"[{time.strftime('%H:%M:%S')}]", *what, flush=True)


class Articles:
    """Every news article with a title and a body; `held` marks those that training never sees."""

    def __init__(self, corpus: Corpus):
        starts, ends, source, day, ids = [], [], [], [], []
        for number, name in enumerate(ARTICLES):
            part = corpus.part[name]
            for r, meta in enumerate(part.meta):
                t = part.first[r]
                starts.append((part.start[t], part.start[t + 1]))
                ends.append((part.end[t], part.end[t + 1]))
                source.append(number if name != "news-world" else 10 + SOURCES.setdefault(meta.get("source"), len(SOURCES)))
                day.append(day_of(meta.get("published")))
                ids.append(meta["id"])
        self.start, self.end = np.array(starts), np.array(ends)
        self.source, self.day, self.id = np.array(source), np.array(day), np.array(ids)
        length = self.end - self.start
        self.usable = (length[:, 0] >= 5) & (length[:, 1] >= 40)
        period = (self.day >= HELD_FROM) & (self.day <= HELD_TO)
        world, xwlb = self.source >= 10, self.source == 0
        judged = period & self.usable & (world | xwlb)
        late = np.flatnonzero(xwlb & self.usable & ~period)
        late = late[np.argsort(-self.day[late], kind="stable")][: HELD_TOTAL - judged.sum()]
        self.judged = judged
        self.judged[late] = True
        self.held = period | self.judged
        self.train = np.flatnonzero(self.usable & ~self.held)


SOURCES: dict = {}


def count_matrix(vocabulary, units, starts, ends, binary=False):
    """Texts × tokens, 1 + ln(count)."""
    buffer, offsets, counts = vocabulary.rows(units, starts, ends)
    indices = np.concatenate([buffer[o : o + c] for o, c in zip(offsets, counts)]) if len(counts) else buffer[:0]
    indptr = np.concatenate([[0], np.cumsum(counts)])
    matrix = sp.csr_matrix((np.ones(len(indices), np.float32), indices, indptr), shape=(len(starts), len(vocabulary)))
    matrix.sum_duplicates()
    if binary:
        matrix.data[:] = 1
    else:
        matrix.data = 1 + np.log(matrix.data)
    return matrix


def unit_rows(matrix):
    if sp.issparse(matrix):
        norm = np.sqrt(matrix.multiply(matrix).sum(1)).A1 if hasattr(matrix.sum(1), "A1") else np.sqrt(np.asarray(matrix.multiply(matrix).sum(1)).ravel())
        return sp.diags((1 / np.maximum(norm, 1e-9)).astype(np.float32)) @ matrix
    return matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)


def latent_vectors(matrix, dimensions, rng):
    """Randomised SVD; returns the documents' left vectors, whitened by the square root of the singular values."""
    sketch = matrix @ rng.standard_normal((matrix.shape[1], dimensions + 20)).astype(np.float32)
    transposed = matrix.T.tocsr()
    for _ in range(2):
        q, _ = np.linalg.qr(sketch)
        sketch = matrix @ (transposed @ q.astype(np.float32))
    q, _ = np.linalg.qr(sketch)
    small = (transposed @ q.astype(np.float32)).T
    u, s, _ = np.linalg.svd(small @ small.T)
    left = q @ u[:, :dimensions]
    return (left * np.sqrt(np.sqrt(s[:dimensions]))).astype(np.float32)


def same_event_pairs(matrix, day, source, threshold, window=1, keep=4):
    """Pairs (i, j, cosine) of different sources within `window` days whose whole texts are alike."""
    order = np.argsort(day, kind="stable")
    sorted_day = day[order]
    found = []
    for d in np.unique(sorted_day[sorted_day > 0]):
        here = order[np.searchsorted(sorted_day, d) : np.searchsorted(sorted_day, d + 1)]
        near = order[np.searchsorted(sorted_day, d) : np.searchsorted(sorted_day, d + 1 + window)]
        similar = (matrix[here] @ matrix[near].T).toarray()
        similar[source[here][:, None] == source[near][None, :]] = 0
        for a in range(len(here)):
            for b in np.argsort(-similar[a])[:keep]:
                if similar[a, b] >= threshold and here[a] != near[b] and not (day[near[b]] == d and here[a] > near[b]):
                    found.append((here[a], near[b], similar[a, b]))
    return found


def topic_pairs(matrix, day, threshold, nearest=2, farthest=30, keep=2, block=4):
    """Pairs (i, j) of articles some days apart whose whole texts are alike: one matter, told further."""
    order = np.argsort(day, kind="stable")
    sorted_day = day[order]
    found = []
    for d in range(sorted_day[sorted_day > 0].min(), sorted_day.max() + 1, block):
        here = order[np.searchsorted(sorted_day, d) : np.searchsorted(sorted_day, d + block)]
        near = order[np.searchsorted(sorted_day, d + block - 1 + nearest) : np.searchsorted(sorted_day, d + farthest)]
        if len(here) == 0 or len(near) == 0:
            continue
        similar = (matrix[here] @ matrix[near].T).tocsr()
        for a in range(len(here)):
            row = slice(similar.indptr[a], similar.indptr[a + 1])
            value = similar.data[row]
            for b in np.argsort(-value)[:keep]:
                if threshold <= value[b] < 0.9:
                    found.append((here[a], near[similar.indices[row][b]]))
    return found


def cluster(vectors, number, rng, rounds=8):
    """Spherical k-means; the cluster of each row."""
    x = unit_rows(vectors)
    centre = x[rng.choice(len(x), number, replace=False)]
    for _ in range(rounds):
        label = np.concatenate([(x[i : i + 8192] @ centre.T).argmax(1) for i in range(0, len(x), 8192)])
        total = np.zeros_like(centre)
        np.add.at(total, label, x)
        centre = unit_rows(total)
    return label


def headline_pairs(headlines, headline_day, documents, document_day, idf, threshold):
    """Pairs (headline, document, share): the best document of the day before to the day after that holds most of the headline's weight."""
    weighted = headlines.multiply(idf[None, :]).tocsr()
    total = np.asarray(weighted.sum(1)).ravel()
    order = np.argsort(document_day, kind="stable")
    sorted_day = document_day[order]
    found = []
    for d in np.unique(headline_day[headline_day > 0]):
        here = np.flatnonzero(headline_day == d)
        near = order[np.searchsorted(sorted_day, d - 1) : np.searchsorted(sorted_day, d + 2)]
        if len(near) == 0:
            continue
        share = (weighted[here] @ documents[near].T).toarray() / np.maximum(total[here], 1e-6)[:, None]
        best = share.argmax(1)
        for a, b in enumerate(best):
            if share[a, b] >= threshold and total[here[a]] > 20:
                found.append((here[a], near[b], share[a, b]))
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folded", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    corpus = Corpus(args.folded, [*ARTICLES, *[f"pairs-{p}" for p in PAIRS], "pairs-weibo-titles", "cilin"])
    articles = Articles(corpus)
    log("articles", len(articles.day), "train", len(articles.train), "judged", articles.judged.sum())

    t = articles.train
    cut = np.minimum(articles.end[t, 1], articles.start[t, 1] + 700)
    starts, ends = np.concatenate([articles.start[t, 0], articles.start[t, 1]]), np.concatenate([articles.end[t, 0], cut])
    weibo = corpus.part["pairs-weibo-titles"]
    weibo_day = np.array([day_of(m.get("published")) for m in weibo.meta])
    weibo_train = (weibo_day < HELD_FROM) | (weibo_day > HELD_TO)
    zhihu = t[articles.source[t] == 2]
    extra_s, extra_e = [articles.start[zhihu, 0], weibo.start[weibo_train]], [articles.end[zhihu, 0], weibo.end[weibo_train]]
    for name in PAIRS:
        part = corpus.part[f"pairs-{name}"]
        ok = np.repeat([m.get("split") not in ("test",) for m in part.meta], [m["fields"] for m in part.meta])
        extra_s.append(part.start[ok])
        extra_e.append(part.end[ok])
    extra = (np.concatenate(extra_s), np.concatenate(extra_e))
    vocabulary = choose_vocabulary(
        corpus.units, corpus.classes, starts, ends, extra, limits=[9000, 8500, 62000, 26000, 18000], min_counts=[12, 5, 25, 40, 40]
    )
    lengths = [len(s) for s in vocabulary.strings]
    log("vocabulary", len(vocabulary), np.bincount(np.minimum(lengths, 5)))

    documents = count_matrix(
        vocabulary, corpus.units, articles.start[:, 1], np.minimum(articles.end[:, 1], articles.start[:, 1] + 900)
    ) + count_matrix(vocabulary, corpus.units, articles.start[:, 0], articles.end[:, 0])
    documents = documents.tocsr().astype(np.float32)
    df = np.bincount(documents[t].indices, minlength=len(vocabulary)) + 1
    idf = np.log(len(t) / df).astype(np.float32)
    idf[df > 0.2 * len(t)] = 0
    weighted = unit_rows(documents @ sp.diags(idf))
    log("documents", weighted.shape, weighted.nnz)

    events = same_event_pairs(weighted[t], articles.day[t], articles.source[t], threshold=0.2)
    events = [(t[a], t[b], s) for a, b, s in events]
    log("same-event candidates", len(events), [sum(s >= x for _, _, s in events) for x in (0.25, 0.3, 0.35, 0.4, 0.5)])

    headlines = count_matrix(vocabulary, corpus.units, weibo.start, weibo.end, binary=True)
    short = np.array([len(s) for s in vocabulary.strings]) == 1
    idf_no_single = np.where(short, 0, idf).astype(np.float32)
    binary = documents[t].copy()
    binary.data[:] = 1
    day_for_weibo = np.where(weibo_train, weibo_day, -1)
    queries = headline_pairs(headlines, day_for_weibo, binary, articles.day[t], idf_no_single, 0.6)
    queries = [(a, t[b], s) for a, b, s in queries]
    log("headline candidates", len(queries), [sum(s >= x for _, _, s in queries) for x in (0.7, 0.8, 0.9)])

    keep = (df >= 8) & (df <= 0.2 * len(t))
    columns = np.flatnonzero(keep)
    u = latent_vectors(weighted[t][:, columns].tocsr(), 257, rng)[:, 1:]
    log("latent vectors", u.shape)
    token_vectors = np.asarray(weighted[t].T.tocsr() @ unit_rows(u))
    missing = np.linalg.norm(token_vectors, axis=1) < 1e-6
    token_vectors[missing] = rng.standard_normal((missing.sum(), 256)) * 1e-3
    token_vectors = unit_rows(token_vectors).astype(np.float32)

    clusters = np.full(len(articles.day), -1)
    clusters[t] = cluster(u[:, :96], 1200, rng)
    log("clusters", np.percentile(np.bincount(clusters[t]), [1, 25, 50, 75, 99]))
    dated = t[articles.day[t] > 0]
    rare = sp.diags((df < 0.04 * len(t)).astype(np.float32))
    topics = [(dated[a], dated[b]) for a, b in topic_pairs((weighted[dated] @ rare).tocsr(), articles.day[dated], 0.3)]
    log("topic pairs", len(topics))

    np.savez(args.out / "start.npz", vectors=token_vectors, idf=idf, df=df, clusters=clusters)
    with open(args.out / "prepared.pkl", "wb") as f:
        pickle.dump(
            {"keys": vocabulary.keys, "strings": vocabulary.strings, "counts": vocabulary.counts, "events": events, "headlines": queries, "topics": topics}, f
        )
    log("done")


if __name__ == "__main__":
    main()
