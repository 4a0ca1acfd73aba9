"""How candidates are ranked: every way that was tried, with a paired test. Tables for docs/EVALUATION.md.

    python ranking.py FOLDED PREPARED MODEL [SET …]

Candidates are the 300 best by BM25 (each term of the query once, as the product has it) and the 300 nearest; both scores are exact.
A star marks p < .01 of a paired t-test against the fused scores without feedback.
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
        self.own = own = [None if s.exclude is None else s.exclude[i] for i in pick]
        self.vectors = embed_documents(table, vocabulary, s.documents)
        self.asked = asked = embed(table, vocabulary, self.queries)
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
        self.by_term = by_term = self.weights.T.tocsr()
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

    def shared_wording(self, one, documents):
        """BM25 of documents for all terms of one, among themselves, by the best of the others (src/search/wording.ts)."""
        counts = self.counts[documents][:, self.counts[one].indices].toarray().astype(np.float32)
        holders = (counts > 0).sum(0)
        idf = np.log(1 + (len(documents) - holders + 0.5) / (holders + 0.5))
        length = self.length[documents]
        norm = K1 * (1 - B + B * length / max(1, length.mean()))
        score = (idf * counts / (counts + norm[:, None])).sum(1)
        return np.minimum(1, score / max(score[documents != one].max(initial=0), 1e-9))

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


def like_the_best(documents=3, meaning=0.2, wording=0.1, apart=0.4, at_one=0.7, texts=20, best_stays=True):
    """What is like the best few comes forward, as far as these are like each other (src/search/feedback.ts)."""

    def score(c, i):
        first = c.product(i)
        order = np.argsort(-first, kind="stable")
        top, vectors = order[:documents], c.vectors[c.ids[i]]
        near = vectors[top] @ vectors[top].T
        trust = 1.0 if apart is None else ((near.sum() - np.trace(near)) / (documents * (documents - 1)) - apart) / (at_one - apart)
        if not trust > 0 or first[top].sum() <= 0:
            return first
        weight = first[top] / first[top].sum()
        mean = weight @ vectors[top]
        addition = np.zeros(len(first))
        addition[order[:100]] = meaning * np.maximum(vectors[order[:100]] @ mean / np.linalg.norm(mean), 0)
        read = order[:texts]
        for place, w in zip(top, weight):
            addition[read] += wording * w * c.shared_wording(c.ids[i][place], c.ids[i][read])
        if best_stays:
            addition[order[0]] = addition.max()
        return first + min(1, trust) * addition

    return score


def named(meaning, wording, texts=100):
    """The query is the headline of an article, whose vector and words join what is looked for (src/search/named.ts)."""

    def score(c, i):
        if c.own[i] is None or len(c.set.documents[c.own[i]]) == 1:
            return c.product(i)
        vector = (1 - meaning) * c.asked[i] + meaning * c.vectors[c.own[i]]
        cosine = c.vectors @ (vector / np.linalg.norm(vector))
        cosine[c.own[i]] = -9
        ids = np.union1d(best(cosine, DEPTH), c.ids[i])
        keyword = ((c.query_terms[i] @ sp.diags(c.idf)) @ c.by_term).toarray().ravel()[ids]
        scores = KEYWORD_WEIGHT * c.keyword_share(i, keyword) + (1 - KEYWORD_WEIGHT) * np.maximum(cosine[ids], 0)
        read = np.argsort(-scores, kind="stable")[:texts]
        scores[read] += wording * c.shared_wording(c.own[i], ids[read])
        return scores, ids

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
    "without feedback": lambda c, i: c.product(i),
    "the product's": like_the_best(),
    "… the best may fall": like_the_best(best_stays=False),
    "… always": like_the_best(apart=None),
    "… by meaning alone": like_the_best(wording=0),
    "… by words alone": like_the_best(meaning=0),
    "… twice the words": like_the_best(wording=0.2),
    "… twice the words, half as much meaning again": like_the_best(meaning=0.3, wording=0.2),
    "… of 100 texts": like_the_best(texts=100),
    "… two": like_the_best(2),
    "… five": like_the_best(5),
    **{f"named: {a}, words {b}": named(a, b) for a, b in ((0.7, 0), (0.7, 0.2), (0.7, 0.4), (0.7, 0.6), (0.7, 1), (0.5, 0.6), (1, 0.6))},
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


def first_ten(candidates, i, score):
    scores = score(candidates, i)
    scores, ids = scores if isinstance(scores, tuple) else (scores, candidates.ids[i])
    return ids[np.argsort(-scores, kind="stable")[:10]].tolist()


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
            values = np.array([ndcg(first_ten(candidates, i, score), relevant) for i, relevant in enumerate(candidates.relevant)])
            first = values if first is None else first
            apart = values - first
            star = "*" if apart.any() and ttest_rel(values, first).pvalue < 0.01 else ""
            print(f"{s.name:14s} {name:32s} {values.mean():.4f} {apart.mean():+.4f}{star}", flush=True)


if __name__ == "__main__":
    main()
