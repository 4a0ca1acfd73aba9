"""What is embedded of an article, how two rankings become one, and how short a vector may be: tables for docs/EVALUATION.md.

    python ablate.py FOLDED DATA PREPARED MODEL [embedded] [fusion] [feedback] [codes]
"""

import argparse
import pickle
from pathlib import Path

import numpy as np

from evaluate import ndcg, rank_metrics
from judge import embed, embed_documents, load_model
from model import unit


def passages(ranges, length, number):
    """The title (the first range) before each of the first passages of the rest."""
    *head, (units, s, e) = ranges
    starts = list(range(s, e, length))[:number] or [s]
    return [[*head, (units, at, min(e, at + length))] for at in starts]


def semantic_rankings(q, d, owner=None, exclude=None, depth=100):
    rankings = []
    for at in range(0, len(q), 256):
        block = q[at : at + 256] @ d.T
        if owner is not None:
            best = np.full((len(block), owner.max() + 1), -2, np.float32)
            for row in range(len(block)):
                np.maximum.at(best[row], owner, block[row])
            block = best
        for row in range(len(block)):
            scores = block[row]
            if exclude is not None:
                scores[exclude[at + row]] = -9
            top = np.argpartition(-scores, min(depth, len(scores) - 1))[:depth]
            rankings.append(top[np.argsort(-scores[top])].tolist())
    return rankings


def embedded(sets, table, vocabulary):
    print("\nwhat is embedded: semantic nDCG@10 / Recall@100; values per article")
    for s in sets:
        if s.name == "same-event":
            continue
        q = embed(table, vocabulary, s.queries)
        row = [f"{s.name:14s}"]
        has_titles = len(s.documents[0]) > 1
        variants = [(most, 0.4) for most in (150, 300, 600, 1000, 2000)] + [(600, share) for share in (0.2, 0.3, 0.5, 0.6, 0.8, 1.0) if has_titles]
        for most, share in variants:
            d = embed_documents(table, vocabulary, s.documents, most, share)
            n, _, r100 = rank_metrics(semantic_rankings(q, d, exclude=s.exclude), s.relevant)
            row.append(f"{most}{f' title {share}' if has_titles else ''} {n:.3f}/{r100:.3f}")
        if has_titles:
            d = embed(table, vocabulary, s.documents)
            n, _, r100 = rank_metrics(semantic_rankings(q, d, exclude=s.exclude), s.relevant)
            row.append(f"one mean over all {n:.3f}/{r100:.3f}")
        for length, number in ((300, 3), (300, 6)):
            parts, owner = [], []
            for i, r in enumerate(s.documents):
                for p in passages(r, length, number):
                    parts.append(p)
                    owner.append(i)
            d = embed_documents(table, vocabulary, parts)
            n, _, r100 = rank_metrics(semantic_rankings(q, d, np.array(owner), exclude=s.exclude), s.relevant)
            row.append(f"best of {number}×{length} {n:.3f}/{r100:.3f} ({len(parts) / len(s.documents):.1f})")
        print("  " + "  ".join(row), flush=True)


def candidates(s, q, d):
    """Per query: pool of ids, keyword scores (0 where none), cosines; and both rankings."""
    ids, scores = s.bm25
    for at in range(0, len(q), 256):
        block = q[at : at + 256] @ d.T
        for row in range(len(block)):
            i = at + row
            cosine = block[row]
            if s.exclude is not None:
                cosine[s.exclude[i]] = -9
            top = np.argpartition(-cosine, min(300, len(cosine) - 1))[:300]
            keep = scores[i] > 0
            if s.exclude is not None:
                keep &= ids[i] != s.exclude[i]
            pool = np.union1d(top, ids[i][keep])
            keyword = np.zeros(len(pool), np.float32)
            keyword[np.searchsorted(pool, ids[i][keep])] = scores[i][keep]
            yield i, pool, keyword, cosine[pool]


def ranks(values):
    order = np.argsort(-values, kind="stable")
    place = np.empty(len(values))
    place[order] = np.arange(1, len(values) + 1)
    return place


def fuse(kind, weight, keyword, cosine):
    if kind == "max":
        return weight * keyword / max(keyword.max(), 1e-9) + (1 - weight) * np.maximum(cosine, 0) / max(cosine.max(), 1e-9)
    if kind == "sharp":
        # The cosine above the hundredth's, so that the spread of the best counts and not their height.
        floor = np.sort(cosine)[-min(100, len(cosine))]
        return weight * keyword / max(keyword.max(), 1e-9) + (1 - weight) * np.clip((cosine - floor) / max(cosine.max() - floor, 1e-9), 0, 1)
    if kind == "raw":
        return weight * keyword / max(keyword.max(), 1e-9) + (1 - weight) * np.maximum(cosine, 0)
    if kind == "rrf":
        k = np.where(keyword > 0, weight / (60 + ranks(keyword)), 0)
        return k + (1 - weight) / (60 + ranks(cosine))
    raise ValueError(kind)


def fusion(sets, table, vocabulary):
    print("\nfusion: nDCG@10 by kind and weight of keywords")
    weights = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    for s in sets:
        q = embed(table, vocabulary, s.queries)
        d = embed_documents(table, vocabulary, s.documents)
        total = {(k, w): 0.0 for k in ("max", "sharp", "raw", "rrf") for w in weights}
        by_length = {}
        for i, pool, keyword, cosine in candidates(s, q, d):
            length = sum(e - b for _, b, e in s.queries[i])
            bucket = "≤6" if length <= 6 else "≤12" if length <= 12 else "≤20" if length <= 20 else ">20"
            for k, w in total:
                fused = fuse(k, w, keyword, cosine)
                top = np.argsort(-fused, kind="stable")[:10]
                n = ndcg(pool[top].tolist(), s.relevant[i])
                total[k, w] += n / len(q)
                if k == "max":
                    by_length.setdefault(bucket, {}).setdefault(w, []).append(n)
        for k in ("max", "sharp", "raw", "rrf"):
            print(f"  {s.name:14s} {k:5s} " + " ".join(f"{w}:{total[k, w]:.3f}" for w in weights), flush=True)
        for bucket, values in by_length.items():
            print(f"      max, query {bucket} characters ({len(values[0.5])}): " + " ".join(f"{w}:{np.mean(values[w]):.3f}" for w in weights))


def feedback(sets, table, vocabulary):
    """Rocchio on the vectors: the query moves towards the mean of the first m of a first fused ranking, then is fused again."""
    print("\nfeedback: nDCG@10 by (articles, share) and weight of keywords")
    weights = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
    variants = [(0, 0.0), (3, 0.5), (3, 1.0), (5, 0.5), (5, 1.0), (10, 0.5), (10, 1.0)]
    for s in sets:
        q = embed(table, vocabulary, s.queries)
        d = embed_documents(table, vocabulary, s.documents)
        ids, scores = s.bm25
        total = {(v, w): 0.0 for v in variants for w in weights}
        for at in range(0, len(q), 512):
            block = q[at : at + 512]
            first = block @ d.T
            starts = []
            for row in range(len(block)):
                i = at + row
                own = s.exclude[i] if s.exclude is not None else -1
                keep = (scores[i] > 0) & (ids[i] != own)
                keyword = np.zeros(len(d), np.float32)
                keyword[ids[i][keep]] = scores[i][keep]
                keyword /= max(keyword.max(), 1e-9)
                fused = 0.5 * keyword + 0.5 * np.maximum(first[row], 0) / max(first[row].max(), 1e-9)
                if own >= 0:
                    fused[own] = -9
                best = np.argpartition(-fused, 10)[:10]
                starts.append((keyword, own, best[np.argsort(-fused[best])]))
            for m, share in variants:
                moved = block if m == 0 else unit(block + share * unit(np.stack([d[b[:m]].mean(0) for _, _, b in starts]))[0])[0]
                cosine = moved @ d.T
                for row, (keyword, own, _) in enumerate(starts):
                    c = cosine[row]
                    if own >= 0:
                        c[own] = -9
                    near = np.maximum(c, 0) / max(c.max(), 1e-9)
                    for w in weights:
                        fused = w * keyword + (1 - w) * near
                        best = np.argpartition(-fused, 10)[:10]
                        best = best[np.argsort(-fused[best])]
                        if own >= 0:
                            best = best[best != own]
                        total[(m, share), w] += ndcg(best.tolist(), s.relevant[at + row]) / len(q)
        for v in variants:
            print(f"  {s.name:14s} {v} " + " ".join(f"{w}:{total[v, w]:.3f}" for w in weights), flush=True)


def codes(sets, table, vocabulary, rng):
    """float, int8 and 1-bit documents × 4-bit queries, with and without rescoring the best 500 by int8; share of float's nDCG@10."""
    print("\ncodes: nDCG@10 (and recall@10 against exact float)")
    for s in sets:
        q0 = embed(table, vocabulary, s.queries)
        d0 = embed_documents(table, vocabulary, s.documents)
        for size in (256, 128, 64):
            q, d = unit(q0[:, :size])[0], unit(d0[:, :size])[0]
            exact = semantic_rankings(q, d, exclude=s.exclude)
            score = rank_metrics(exact, s.relevant)[0]
            row = [f"float {score:.3f}"]

            def add(label, rankings):
                n = rank_metrics(rankings, s.relevant)[0]
                overlap = np.mean([len(set(a[:10]) & set(b[:10])) / 10 for a, b in zip(rankings, exact)])
                row.append(f"{label} {n:.3f} ({100 * n / score:.1f} %, {overlap:.3f})")

            scale = np.abs(d).max(1, keepdims=True) / 127
            d8 = np.rint(d / scale) * scale
            add("int8", semantic_rankings(q, d8.astype(np.float32), exclude=s.exclude))
            rotation, _ = np.linalg.qr(rng.standard_normal((size, size)))
            rotation = rotation.astype(np.float32)
            sign = np.where(d @ rotation > 0, 1, -1).astype(np.float32)
            turned = q @ rotation
            step = np.abs(turned).max(1, keepdims=True) / 7.5
            q4 = ((np.clip(np.floor(turned / step), -8, 7) + 0.5) * step).astype(np.float32)
            coarse = semantic_rankings(q4, sign, exclude=s.exclude, depth=500)
            add("1×4 bit", [c[:100] for c in coarse])
            rescored = []
            for i, c in enumerate(coarse):
                values = d8[c] @ q[i]
                rescored.append([c[x] for x in np.argsort(-values)[:100]])
            add("1×4 bit, 500 rescored", rescored)
            print(f"  {s.name:14s} {size:3d}  " + "  ".join(row), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folded", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("what", nargs="*", default=["embedded", "fusion", "feedback", "codes"])
    args = parser.parse_args()
    sets = pickle.load(open(args.prepared / "sets.pkl", "rb"))
    vocabulary, table = load_model(args.model, np.fromfile(args.folded / "classes.u8", np.uint8))
    rng = np.random.default_rng(5)
    if "embedded" in args.what:
        embedded(sets, table, vocabulary)
    if "fusion" in args.what:
        fusion(sets, table, vocabulary)
    if "feedback" in args.what:
        feedback(sets, table, vocabulary)
    if "codes" in args.what:
        codes(sets, table, vocabulary, rng)


if __name__ == "__main__":
    main()
