"""Judges tables of token vectors on every set: python judge.py FOLDED DATA PREPARED TABLE.npz…  BM25 is computed once."""

import argparse
import gzip
import json
import pickle
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from scipy.stats import rankdata, spearmanr

from evaluate import WEIGHTS, RetrievalSet, bm25_top, evaluate_set, load_beir, ndcg
from grams import Vocabulary
from model import Bags, unit
from prepare import ARTICLES, Articles, count_matrix, log, same_event_pairs, unit_rows
from texts import Corpus, Texts


def title(corpus, a, i):
    return [(corpus.units, a.start[i, 0], a.end[i, 0])]


def body(corpus, a, i, most=2000):
    return [(corpus.units, a.start[i, 1], min(a.end[i, 1], a.start[i, 1] + most))]


def build_sets(folded, data, prepared, vocabulary, idf):
    corpus = Corpus(folded, ARTICLES)
    a = Articles(corpus)
    sets = [load_beir(folded, data, n) for n in ("cmrc2018", "dureader_demo", "xquad_zh")]
    judged = np.flatnonzero(a.judged)
    rng = np.random.default_rng(7)

    ask = rng.choice(len(judged), 5000, replace=False)
    sets.append(
        RetrievalSet("title-body", [body(corpus, a, i) for i in judged], [title(corpus, a, judged[x]) for x in ask], [{int(x): 1} for x in ask])
    )

    zhihu = np.flatnonzero(a.usable & a.held & (a.source == 2))
    pool = np.concatenate([judged, zhihu])
    counts = count_matrix(vocabulary, corpus.units, a.start[pool, 1], np.minimum(a.end[pool, 1], a.start[pool, 1] + 900))
    counts = counts + count_matrix(vocabulary, corpus.units, a.start[pool, 0], a.end[pool, 0])
    weighted = unit_rows(counts.tocsr().astype(np.float32) @ sp.diags(idf))
    pairs = same_event_pairs(weighted, a.day[pool], a.source[pool], 0.3, keep=8)
    log("held same-event pairs", len(pairs))
    world = np.flatnonzero(a.source[pool] >= 10)
    place = {int(x): n for n, x in enumerate(world)}
    relevant = {}
    for i, j, _ in pairs:
        if int(i) in place and int(j) in place:
            relevant.setdefault(place[int(i)], {})[place[int(j)]] = 1
            relevant.setdefault(place[int(j)], {})[place[int(i)]] = 1
    asked = sorted(relevant)
    documents = [title(corpus, a, pool[x]) for x in world]
    sets.append(RetrievalSet("same-event", documents, [documents[x] for x in asked], [relevant[x] for x in asked], exclude=asked))
    documents = [[*title(corpus, a, pool[x]), *body(corpus, a, pool[x])] for x in world]
    sets.append(RetrievalSet("event-articles", documents, sets[-1].queries, sets[-1].relevant, exclude=asked))

    relevant = {}
    for i, j, _ in pairs:
        for x, y in ((int(i), int(j)), (int(j), int(i))):
            if x >= len(judged) and y < len(judged):
                relevant.setdefault(x, {})[y] = 1
    asked = sorted(relevant)
    sets.append(
        RetrievalSet(
            "question-news", [[*title(corpus, a, i), *body(corpus, a, i)] for i in judged],
            [title(corpus, a, pool[x]) for x in asked], [relevant[x] for x in asked],
        )
    )

    everything = np.flatnonzero(a.source >= 10)
    place = {a.id[i]: n for n, i in enumerate(everything)}
    relevant = {}
    for line in gzip.open(data / "eval" / "related.jsonl.gz", "rt"):
        row = json.loads(line)
        if row["a"] in place and row["b"] in place:
            relevant.setdefault(place[row["a"]], {})[place[row["b"]]] = 1
    asked = sorted(relevant)
    sets.append(
        RetrievalSet(
            "related", [[*title(corpus, a, i), *body(corpus, a, i)] for i in everything],
            [title(corpus, a, everything[x]) for x in asked], [relevant[x] for x in asked], exclude=asked,
        )
    )
    sets += [load_beir(folded, data, "news_qa"), topics_set(folded, data)]
    for s in sets:
        s.bm25 = bm25_top(s.documents, s.queries, corpus.classes, depth=101)
        log("set", s.name, len(s.documents), "documents", len(s.queries), "queries")
    return sets


def topics_set(folded, data):
    """The judged topics over all articles of four files, in the order of the set's own make_corpus.py."""
    names = ["news-world", "news-xwlb", "news-rss2026", "news-taiwan"]
    corpus = Corpus(folded, names)
    documents, place = [], {}
    for name in names:
        part = corpus.part[name]
        for f, meta in zip(part.first, part.meta):
            place[meta["id"]] = len(documents)
            documents.append([(corpus.units, part.start[t], part.end[t]) for t in (f, f + 1)])
    queries = Texts(folded / "eval-topics-queries")
    asked = {m["id"]: i for i, m in enumerate(queries.meta)}
    relevant, judged = [{} for _ in asked], [[] for _ in asked]
    for line in gzip.open(data / "eval" / "topics" / "qrels.tsv.gz", "rt"):
        a, b, grade = line.rstrip("\n").split("\t")[-3:]
        if a in asked and b in place:
            judged[asked[a]].append(place[b])
            if int(grade) > 0:
                relevant[asked[a]][place[b]] = int(grade)
    texts = [[(queries.units, queries.start[f + 1], queries.end[f + 1])] for f in queries.first]
    keep = [i for i, r in enumerate(relevant) if r]
    found = RetrievalSet("topics", documents, [texts[i] for i in keep], [relevant[i] for i in keep])
    found.cache["judged"] = [judged[i] for i in keep]
    return found


def reordered(s, q, d):
    """nDCG@10 where only the judged documents of each query are ordered."""
    rankings = [[c[i] for i in np.argsort(-(d[c] @ v), kind="stable")] for v, c in zip(q, s.cache["judged"])]
    return float(np.mean([ndcg(r, rel) for r, rel in zip(rankings, s.relevant)]))


MAX_DOCUMENT_CHARACTERS = 600
TITLE_SHARE = 0.4


def bags_of(vocabulary, texts):
    return Bags(vocabulary, texts[0][0][0], [[(s, e) for _, s, e in ranges] for ranges in texts], 1.0)


def embed(table, vocabulary, texts):
    """Unit vectors of texts, each a list of (units, start, end)."""
    parts = [bags_of(vocabulary, texts[at : at + 4096]).pooled(table) for at in range(0, len(texts), 4096)]
    return unit(np.concatenate(parts))[0].astype(np.float32)


def embed_documents(table, vocabulary, documents, most=MAX_DOCUMENT_CHARACTERS, share=TITLE_SHARE):
    """A document of two ranges has a title: its unit vector counts `share`, that of the body the rest. As the runtime does."""
    titles, bodies = [], []
    for *title, (units, start, end) in documents:
        used = sum(e - s + 1 for _, s, e in title)
        titles.append(title or [(units, start, start)])
        bodies.append([(units, start, max(start, min(end, start + most - used)))])
    out = []
    for at in range(0, len(documents), 4096):
        title, body = bags_of(vocabulary, titles[at : at + 4096]), bags_of(vocabulary, bodies[at : at + 4096])
        t, b = unit(title.pooled(table))[0], unit(body.pooled(table))[0]
        t[title.counts == 0] = 0
        b[body.counts == 0] = 0
        out.append(unit(share * t + (1 - share) * b)[0].astype(np.float32))
    return np.concatenate(out)


def pair_scores(folded, table, vocabulary):
    result = {}
    for name in ("stsb_zh", "lcqmc"):
        t = Texts(folded / f"pairs-{name}")
        rows = [r for r, m in enumerate(t.meta) if m.get("split") == "test"]
        texts = [[(t.units, t.start[t.first[r] + f], t.end[t.first[r] + f])] for f in (0, 1) for r in rows]
        v = embed(table, vocabulary, texts)
        n = len(rows)
        cosine = (v[:n] * v[n:]).sum(1)
        label = np.array([float(t.meta[r]["label"]) for r in rows])
        if name == "stsb_zh":
            result["stsb ρ"] = spearmanr(cosine, label).statistic
        else:
            positive = label > 0
            result["lcqmc AUC"] = (rankdata(cosine)[positive].sum() - positive.sum() * (positive.sum() + 1) / 2) / (positive.sum() * (~positive).sum())
    return result


def judge(name, table, vocabulary, sets, folded, most, share):
    began = time.time()
    summary = {}
    for s in sets:
        q = embed(table, vocabulary, s.queries)
        d = embed_documents(table, vocabulary, s.documents, most, share)
        r = evaluate_set(s, q, d)
        best = max(WEIGHTS, key=lambda w: r[w][0])
        summary[s.name] = r
        print(
            f"  {s.name:14s} bm25 {r['bm25'][0]:.3f}  semantic {r['semantic'][0]:.3f}  "
            + " ".join(f"{w}:{r[w][0]:.3f}" for w in WEIGHTS)
            + f"  R@10 {r['bm25'][1]:.3f} {r['semantic'][1]:.3f} {r[best][1]:.3f}  R@100 {r['bm25'][2]:.3f} {r['semantic'][2]:.3f} {r[best][2]:.3f}",
            flush=True,
        )
        if "judged" in s.cache:
            print(f"  {s.name:14s} its judged documents re-ordered {reordered(s, q, d):.3f}", flush=True)
    pairs = pair_scores(folded, table, vocabulary)
    mean = {w: np.mean([summary[s.name][w][0] for s in sets]) for w in WEIGHTS}
    print(f"  {name}: " + " ".join(f"{k} {v:.3f}" for k, v in pairs.items()) + " mean " + " ".join(f"{w}:{m:.4f}" for w, m in mean.items()) + f" ({time.time() - began:.0f}s)", flush=True)
    return summary


def load_model(folder, classes):
    strings = json.load(open(folder / "vocab.json"))
    scales = np.fromfile(folder / "scales.f32", np.float32)
    table = np.fromfile(folder / "vectors.i8", np.int8).reshape(len(strings), -1).astype(np.float32) * scales[:, None]
    return vocabulary_of(strings, classes), table


def vocabulary_of(strings, classes):
    from grams import all_keys

    keys = []
    for s in strings:
        units = np.frombuffer(s.encode("utf-16-le"), np.uint16)
        k = all_keys(units, np.array([0]), np.array([len(units)]), classes)
        keys.append(k.max() if len(k) else 0)
    return Vocabulary(np.array(keys, np.uint64), strings, np.ones(len(strings), np.int64), classes)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folded", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("tables", type=Path, nargs="+")
    parser.add_argument("--most", type=int, default=MAX_DOCUMENT_CHARACTERS)
    parser.add_argument("--share", type=float, default=TITLE_SHARE)
    args = parser.parse_args()
    classes = np.fromfile(args.folded / "classes.u8", np.uint8)
    prepared = pickle.load(open(args.prepared / "prepared.pkl", "rb"))
    vocabulary = Vocabulary(prepared["keys"], prepared["strings"], prepared["counts"], classes)
    cache = args.prepared / "sets.pkl"
    if cache.exists():
        sets = pickle.load(open(cache, "rb"))
    else:
        sets = build_sets(args.folded, args.data, prepared, vocabulary, np.load(args.prepared / "start.npz")["idf"])
        pickle.dump(sets, open(cache, "wb"))
    for path in args.tables:
        if path.is_dir():
            judge(str(path), *load_model(path, classes)[::-1], sets, args.folded, args.most, args.share)
        else:
            held = np.load(path)
            judge(str(path), held["table"].astype(np.float32), vocabulary.subset(held["rows"]), sets, args.folded, args.most, args.share)


if __name__ == "__main__":
    main()
