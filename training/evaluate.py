"""Every set the encoder is judged by, beside BM25 and the two fused. Metrics as trec_eval defines them."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from numba import njit

from grams import HAN, WORD


@njit
def bigram_terms(units, start, end, classes, out):
    """Keyword terms: Han bigrams, the last character of a run, whole words."""
    n = 0
    i = start
    while i < end:
        u = units[i]
        han = classes[u] == HAN
        if han:
            following = i + 1 < end and classes[units[i + 1]] == HAN
            before = i > start and classes[units[i - 1]] == HAN
            if following:
                out[n] = (np.uint64(u) << np.uint64(16)) | np.uint64(units[i + 1])
                n += 1
            elif not before:
                out[n] = np.uint64(u)
                n += 1
            i += 1
        elif classes[u] == WORD:
            h = np.uint64(0xCBF29CE484222325)
            while i < end and classes[units[i]] == WORD:
                h = (h ^ np.uint64(units[i])) * np.uint64(0x100000001B3)
                i += 1
            out[n] = h | np.uint64(0xF000000000000000)
            n += 1
        else:
            i += 1
    return n


def term_matrix(texts, classes, known=None):
    """texts: list of lists of (units, start, end). Returns counts (CSR) and the term keys."""
    scratch = np.empty(1 << 16, np.uint64)
    flat, indptr = [], [0]
    for ranges in texts:
        for units, s, e in ranges:
            n = bigram_terms(units, s, min(e, s + 60000), classes, scratch)
            flat.append(scratch[:n].copy())
        indptr.append(indptr[-1] + sum(len(f) for f in flat[-len(ranges) :]) if ranges else indptr[-1])
    flat = np.concatenate(flat) if flat else np.empty(0, np.uint64)
    if known is None:
        known, indices = np.unique(flat, return_inverse=True)
        data = np.ones(len(flat), np.float32)
    else:
        indices = np.minimum(np.searchsorted(known, flat), len(known) - 1)
        data = (known[indices] == flat).astype(np.float32)
    matrix = sp.csr_matrix((data, indices, indptr), shape=(len(texts), len(known)))
    matrix.sum_duplicates()
    return matrix, known


def bm25_top(documents, queries, classes, depth=100, k1=1.2, b=0.75):
    counts, known = term_matrix(documents, classes)
    length = np.asarray(counts.sum(1)).ravel()
    df = np.bincount(counts.indices, minlength=len(known))
    idf = np.log(1 + (len(documents) - df + 0.5) / (df + 0.5)).astype(np.float32)
    rows = np.repeat(np.arange(len(documents)), np.diff(counts.indptr))
    counts.data = counts.data * (k1 + 1) / (counts.data + k1 * (1 - b + b * length[rows] / length.mean()))
    weighted = (counts @ sp.diags(idf)).T.tocsr().astype(np.float32)
    asked, _ = term_matrix(queries, classes, known)
    ids = np.zeros((len(queries), depth), np.int32)
    scores = np.zeros((len(queries), depth), np.float32)
    for at in range(0, len(queries), 256):
        block = (asked[at : at + 256] @ weighted).toarray()
        top = np.argpartition(-block, min(depth, block.shape[1] - 1), axis=1)[:, :depth]
        value = np.take_along_axis(block, top, 1)
        order = np.argsort(-value, axis=1, kind="stable")
        n = top.shape[1]
        ids[at : at + len(block), :n] = np.take_along_axis(top, order, 1)
        scores[at : at + len(block), :n] = np.take_along_axis(value, order, 1)
    return ids, scores


@dataclass
class RetrievalSet:
    name: str
    documents: list  # each a list of (units, start, end)
    queries: list
    relevant: list  # per query: dict document → grade
    exclude: list | None = None  # per query: a document that is the query itself
    bm25: tuple = ()
    cache: dict = field(default_factory=dict)


def ndcg(ranking, relevant, depth=10):
    gain = sum(relevant.get(d, 0) / np.log2(i + 2) for i, d in enumerate(ranking[:depth]))
    ideal = sum(g / np.log2(i + 2) for i, g in enumerate(sorted(relevant.values(), reverse=True)[:depth]))
    return gain / ideal if ideal else 0.0


def rank_metrics(rankings, relevant):
    n, r10, r100 = [], [], []
    for ranking, rel in zip(rankings, relevant):
        n.append(ndcg(ranking, rel))
        r10.append(len(set(ranking[:10]) & rel.keys()) / len(rel))
        r100.append(len(set(ranking[:100]) & rel.keys()) / len(rel))
    return float(np.mean(n)), float(np.mean(r10)), float(np.mean(r100))


WEIGHTS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def evaluate_set(s: RetrievalSet, q, d, weights=WEIGHTS):
    """q, d: unit vectors. Returns a dict of nDCG@10 (and recalls) for BM25, semantic, and the fusions by weight of BM25."""
    ids, scores = s.bm25
    semantic, fused, keyword = [], {w: [] for w in weights}, []
    for at in range(0, len(q), 512):
        block = q[at : at + 512] @ d.T
        if s.exclude is not None:
            for i in range(len(block)):
                block[i, s.exclude[at + i]] = -9
        depth = min(101, block.shape[1] - 1)
        top = np.argpartition(-block, depth, axis=1)[:, :depth]
        for i in range(len(block)):
            row = block[i]
            best = top[i][np.argsort(-row[top[i]])]
            semantic.append(best[:100].tolist())
            keep = scores[at + i] > 0
            if s.exclude is not None:
                keep &= ids[at + i] != s.exclude[at + i]
            kid, ksc = ids[at + i][keep], scores[at + i][keep]
            keyword.append(kid[:100].tolist())
            pool = np.union1d(best[:100], kid)
            kw = np.zeros(len(pool))
            if len(kid):
                kw[np.searchsorted(pool, kid)] = ksc / ksc[0]
            se = np.maximum(row[pool], 0) / max(row[best[0]], 1e-6)
            for w in weights:
                fused[w].append(pool[np.argsort(-(w * kw + (1 - w) * se), kind="stable")][:100].tolist())
    out = {"bm25": rank_metrics(keyword, s.relevant), "semantic": rank_metrics(semantic, s.relevant)}
    for w in weights:
        out[w] = rank_metrics(fused[w], s.relevant)
    return out


def load_beir(folded: Path, data: Path, name: str):
    import gzip

    from texts import Texts

    corpus, queries = Texts(folded / f"eval-{name}-corpus"), Texts(folded / f"eval-{name}-queries")
    place = {m["id"]: i for i, m in enumerate(corpus.meta)}
    asked = {m["id"]: i for i, m in enumerate(queries.meta)}
    documents = [[(corpus.units, corpus.start[t], corpus.end[t]) for t in (f, f + 1)] for f in corpus.first]
    texts = [[(queries.units, queries.start[f + 1], queries.end[f + 1])] for f in queries.first]
    relevant = [{} for _ in texts]
    for line in gzip.open(data / "eval" / name / "qrels.tsv.gz", "rt"):
        a, b, g = line.rstrip("\n").split("\t")[-3:]
        if a in asked and b in place and int(g) > 0:
            relevant[asked[a]][place[b]] = int(g)
    keep = [i for i, r in enumerate(relevant) if r]
    return RetrievalSet(name, documents, [texts[i] for i in keep], [relevant[i] for i in keep])
