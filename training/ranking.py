"""How candidates are ranked: every way that was tried, beside the product's, with a paired test. Tables for docs/EVALUATION.md.

    python ranking.py FOLDED PREPARED MODEL [SET …]

Candidates are the 300 best by BM25 (each term of the query once, as the product has it) and the 300 nearest; both scores are exact.
A star marks p < .01 of a paired t-test against the product's formula.
"""

import argparse
import pickle
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from scipy.stats import ttest_rel

from evaluate import ndcg, term_matrix
from grams import HAN
from judge import embed, embed_documents, load_model

K1, B = 1.2, 0.75
DEPTH = 300
FULL_MATCH = 0.25
KEYWORD_WEIGHT = 0.385
MOST_QUERIES = 500


class Candidates:
    """Per query: the documents `ids`, their BM25 `keyword`, their `cosine`; and what BM25 cannot pass, `ceiling`."""

    def __init__(self, s, vocabulary, table, classes):
        rng = np.random.default_rng(3)
        few = min(MOST_QUERIES, len(s.queries))
        pick = np.sort(rng.choice(len(s.queries), few, replace=False))
        self.set, self.classes = s, classes
        self.queries = [s.queries[i] for i in pick]
        self.relevant = [s.relevant[i] for i in pick]
        own = [None if s.exclude is None else s.exclude[i] for i in pick]
        self.vectors = embed_documents(table, vocabulary, s.documents)
        asked = embed(table, vocabulary, self.queries)
        self.counts, self.terms = term_matrix(s.documents, classes)
        self.length = np.asarray(self.counts.sum(1)).ravel()
        df = np.bincount(self.counts.indices, minlength=len(self.terms))
        self.idf = np.log(1 + (len(self.length) - df + 0.5) / (df + 0.5)).astype(np.float32)
        self.weights = self.bm25(K1, B)
        query_terms, _ = term_matrix(self.queries, classes, self.terms)
        query_terms.data[:] = np.minimum(query_terms.data, 1)
        query_terms.eliminate_zeros()
        self.query_terms = query_terms
        self.ceiling = np.asarray((query_terms @ sp.diags(self.idf)).sum(1)).ravel() * (K1 + 1)
        self.ids, self.keyword, self.cosine = [], [], []
        by_term = self.weights.T.tocsr()
        for at in range(0, few, 128):
            keyword = ((query_terms[at : at + 128] @ sp.diags(self.idf)) @ by_term).toarray()
            cosine = asked[at : at + 128] @ self.vectors.T
            for row, (k, c) in enumerate(zip(keyword, cosine)):
                if own[at + row] is not None:
                    k[own[at + row]], c[own[at + row]] = 0, -9
                found = np.union1d(best(k, DEPTH)[k[best(k, DEPTH)] > 0], best(c, DEPTH))
                found = found[c[found] > -2]
                self.ids.append(found)
                self.keyword.append(k[found])
                self.cosine.append(c[found])

    def bm25(self, k1, b):
        weights = self.counts.astype(np.float32).tocsr()
        rows = np.repeat(np.arange(len(self.length)), np.diff(weights.indptr))
        norm = k1 * (1 - b + b * self.length[rows] / self.length.mean())
        weights.data = weights.data * (k1 + 1) / (weights.data + norm)
        return weights

    def rescored(self, i, query_weights, weights=None):
        """BM25 of the candidates with other weights of terms (a sparse row)."""
        rows = (self.weights if weights is None else weights)[self.ids[i]]
        return np.asarray((rows @ query_weights.multiply(self.idf).T.tocsr()).todense()).ravel()

    def keyword_share(self, i, keyword=None, full=FULL_MATCH):
        keyword = self.keyword[i] if keyword is None else keyword
        return keyword / max(full * self.ceiling[i], keyword.max(initial=0), 1e-9)

    def product(self, i, weight=KEYWORD_WEIGHT, keyword=None, full=FULL_MATCH):
        return weight * self.keyword_share(i, keyword, full) + (1 - weight) * np.maximum(self.cosine[i], 0)


def best(scores, number):
    return np.argpartition(-scores, min(number, len(scores) - 1))[:number]


def by_best(weight):
    """Both sides scaled by the best one."""
    return lambda c, i: weight * c.keyword_share(i) + (1 - weight) * np.maximum(c.cosine[i], 0) / max(c.cosine[i].max(), 1e-9)


def by_ranks(c, i):
    rank = lambda values: np.argsort(np.argsort(-values, kind="stable"), kind="stable")
    return np.where(c.keyword[i] > 0, 1 / (60 + rank(c.keyword[i])), 0) + 1 / (60 + rank(c.cosine[i]))


def between(low, high, measure):
    """The weight of words goes from low to high as a measure of the query goes from 0 to 1."""
    return lambda c, i: c.product(i, low + (high - low) * min(1.0, max(0.0, measure(c, i))))


def length(c, i):
    return sum(e - s for _, s, e in c.queries[i]) / 40


def coverage(c, i):
    return 2 * c.keyword[i].max(initial=0) / max(c.ceiling[i], 1e-9)


def relevance_model(documents, terms, share, mix=1.0, only_keywords=False):
    """RM3: the most telling terms of the best documents join the query; candidates are scored again."""

    def score(c, i):
        first = c.keyword[i] if only_keywords else c.product(i)
        query = c.query_terms[i]
        if query.nnz == 0:
            return first
        top = np.argsort(-first, kind="stable")[:documents]
        weight = np.maximum(first[top], 1e-9)
        rows = c.counts[c.ids[i][top]]
        model = (sp.diags(weight / weight.sum() / np.maximum(c.length[c.ids[i][top]], 1)) @ rows).tocsr()
        held, place = np.unique(model.indices, return_inverse=True)
        chance = np.bincount(place, model.data)
        keep = np.argsort(-chance * c.idf[held])[:terms]
        model = sp.csr_matrix((chance[keep] / chance[keep].sum(), (np.zeros(len(keep), int), held[keep])), query.shape)
        keyword = c.rescored(i, (1 - share) * query / query.nnz + share * model)
        if only_keywords:
            return keyword
        again = KEYWORD_WEIGHT * keyword / max(keyword.max(), 1e-9) + (1 - KEYWORD_WEIGHT) * np.maximum(c.cosine[i], 0)
        return mix * again + (1 - mix) * first

    return score


def neighbours(documents, share):
    """The scores of the best flow along the cosines of documents."""

    def score(c, i):
        first = c.product(i)
        top = np.argsort(-first, kind="stable")[:documents]
        near = c.vectors[c.ids[i]] @ c.vectors[c.ids[i][top]].T
        return first + share * (near * first[top]).sum(1) / first[top].sum()

    return score


def triples(share):
    """Stretches of three characters of the query that stand in a document together."""

    def stretches(c, ranges, most=3000):
        found = set()
        for units, start, end in ranges:
            end = min(end, start + most)
            han = c.classes[units[start:end]] == HAN
            text = units[start:end].astype(np.uint64)
            together = han[:-2] & han[1:-1] & han[2:]
            found.update((text[:-2] << np.uint64(32) | text[1:-1] << np.uint64(16) | text[2:])[together].tolist())
        return found

    def score(c, i):
        wanted = stretches(c, c.queries[i])
        held = np.array([len(wanted & stretches(c, c.set.documents[d])) for d in c.ids[i]])
        return c.product(i) + share * held / max(1, len(wanted))

    return score


def other_bm25(k1, b):
    known = {}

    def score(c, i):
        if c not in known:
            known.clear()
            known[c] = c.bm25(k1, b)
        return c.product(i, keyword=c.rescored(i, c.query_terms[i], known[c]))

    return score


VARIANTS = {
    "the product's": lambda c, i: c.product(i),
    "words alone": lambda c, i: c.keyword[i],
    "meaning alone": lambda c, i: c.cosine[i],
    **{f"weight of words {w}": (lambda w: lambda c, i: c.product(i, w))(w) for w in (0.3, 0.35, 0.42, 0.5)},
    **{f"full match {f}": (lambda f: lambda c, i: c.product(i, full=f))(f) for f in (0.0, 0.15, 0.35)},
    **{f"both by the best, {w}": by_best(w) for w in (0.4, 0.55, 0.7)},
    "reciprocal ranks": by_ranks,
    "words .3 → .5 with length": between(0.3, 0.5, length),
    "words .5 → .3 with length": between(0.5, 0.3, length),
    "words .3 → .5 with coverage": between(0.3, 0.5, coverage),
    "words .5 → .3 with coverage": between(0.5, 0.3, coverage),
    "RM3 on words alone, 10, 30, .3": relevance_model(10, 30, 0.3, only_keywords=True),
    "RM3 on words alone, 10, 30, .6": relevance_model(10, 30, 0.6, only_keywords=True),
    "RM3 10, 30, .3": relevance_model(10, 30, 0.3),
    "RM3 10, 30, .6, mixed .3": relevance_model(10, 30, 0.6, mix=0.3),
    **{f"neighbours {n}, {a}": neighbours(n, a) for n in (3, 10) for a in (0.1, 0.3)},
    **{f"BM25 k1 {k1}, b {b}": other_bm25(k1, b) for k1, b in ((0.9, 0.4), (1.2, 0.4), (2.0, 0.75))},
    **{f"triples {a}": triples(a) for a in (0.05, 0.15)},
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folded", type=Path)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("sets", nargs="*")
    args = parser.parse_args()
    classes = np.fromfile(args.folded / "classes.u8", np.uint8)
    vocabulary, table = load_model(args.model, classes)
    for s in pickle.load(open(args.prepared / "sets.pkl", "rb")):
        if args.sets and s.name not in args.sets:
            continue
        candidates = Candidates(s, vocabulary, table, classes)
        first = None
        for name, score in VARIANTS.items():
            values = np.array([
                ndcg(candidates.ids[i][np.argsort(-score(candidates, i), kind="stable")[:10]].tolist(), relevant)
                for i, relevant in enumerate(candidates.relevant)
            ])
            first = values if first is None else first
            apart = values - first
            star = "*" if apart.any() and ttest_rel(values, first).pvalue < 0.01 else ""
            print(f"{s.name:14s} {name:32s} {values.mean():.4f} {apart.mean():+.4f}{star}", flush=True)


if __name__ == "__main__":
    main()
