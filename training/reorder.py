"""How well tables and teachers order what was judged for the topics: title and the first 160 characters, nDCG@10.

    python reorder.py FOLDED DATA FOLDER…

A FOLDER is a model as src/encoder/static reads it or a sentence transformer as teacher.py does. After the first, the mean difference from
it with its 95 % bootstrap interval over the topics.
"""

import argparse
from pathlib import Path

import numpy as np

from evaluate import ndcg
from judge import embed, embed_documents, load_model, topics_set
from teacher import Teacher

OPENING = 160
MAX_TOKENS = 160
SAMPLES = 10_000


def spell(ranges):
    return "。".join(filter(None, (units[s:e].tobytes().decode("utf-16-le", "replace") for units, s, e in ranges)))


def vectors(folder, queries, documents, classes):
    if (folder / "model.json").exists():
        vocabulary, table = load_model(folder, classes)
        return embed(table, vocabulary, queries), embed_documents(table, vocabulary, documents)
    teacher = Teacher(folder, max_tokens=MAX_TOKENS)
    encode = lambda texts, role: teacher.encode([spell(ranges) for ranges in texts], role).astype(np.float32)
    return encode(queries, "query"), encode(documents, "document")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folded", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    args = parser.parse_args()
    topics = topics_set(args.folded, args.data)
    used = np.unique(np.concatenate(topics.cache["judged"]))
    documents = [[title, (units, s, min(e, s + OPENING))] for title, (units, s, e) in (topics.documents[i] for i in used)]
    classes = np.fromfile(args.folded / "classes.u8", np.uint8)
    first, rng = None, np.random.default_rng(1)
    for folder in args.folders:
        asked, found = vectors(folder, topics.queries, documents, classes)
        scores = []
        for vector, judged, relevant in zip(asked, topics.cache["judged"], topics.relevant):
            order = np.argsort(-(found[np.searchsorted(used, judged)] @ vector), kind="stable")
            scores.append(ndcg([judged[i] for i in order], relevant))
        scores = np.array(scores)
        said = f"{folder}: {scores.mean():.3f}"
        if first is None:
            first = scores
        else:
            gain = scores - first
            low, high = np.quantile(rng.choice(gain, (SAMPLES, len(gain))).mean(1), [0.025, 0.975])
            said += f", {gain.mean():+.3f} [{low:+.3f}, {high:+.3f}]"
        print(said, flush=True)


if __name__ == "__main__":
    main()
