"""Writes the held-back sets as folders that `wenxun eval` reads: python write_sets.py PREPARED OUT

A document's first range becomes its title where there are two, else its text. A query that is itself a document of the corpus
bears its id, so that it is not counted among its own results. The texts are folded ones: a fold of them changes nothing.
"""

import argparse
import json
import pickle
from pathlib import Path


def text_of(text_range):
    units, start, end = text_range
    return units[start:end].tobytes().decode("utf-16-le", "replace")


def write(folder: Path, s):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "corpus.jsonl", "w", encoding="utf-8") as out:
        for i, ranges in enumerate(s.documents):
            *title, body = map(text_of, ranges)
            out.write(json.dumps({"_id": f"d{i}", "title": "".join(title), "text": body}, ensure_ascii=False) + "\n")
    names = [f"q{i}" if s.exclude is None else f"d{s.exclude[i]}" for i in range(len(s.queries))]
    with open(folder / "queries.jsonl", "w", encoding="utf-8") as out:
        for name, ranges in zip(names, s.queries):
            out.write(json.dumps({"_id": name, "text": "".join(map(text_of, ranges))}, ensure_ascii=False) + "\n")
    with open(folder / "qrels.tsv", "w", encoding="utf-8") as out:
        out.write("query-id\tcorpus-id\tscore\n")
        for name, relevant in zip(names, s.relevant):
            for document, grade in relevant.items():
                out.write(f"{name}\td{document}\t{grade}\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("prepared", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    for s in pickle.load(open(args.prepared / "sets.pkl", "rb")):
        if s.name in ("title-body", "same-event", "event-articles", "question-news", "related"):
            write(args.out / s.name, s)


if __name__ == "__main__":
    main()
