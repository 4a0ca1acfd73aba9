"""From a folder of JSON lines to models/static-zh, in one command; see README.md."""

import argparse
import os
import pickle
import subprocess
import sys
from pathlib import Path

from judge import MAX_DOCUMENT_CHARACTERS, TITLE_SHARE

HERE = Path(__file__).parent
MODEL = HERE.parent / "models" / "static-zh"
NAME = "static-zh"
TOKENS = 70_000
STEPS = 10_300
# Single characters are made longer after training: they carry over to texts whose longer grams are new. Chosen among 1, 1.2 and 1.4.
SINGLE_CHARACTERS = 1.2
# Bodies of whose vectors the mean is taken.
BODIES = 20_000


def run(*command):
    print("$", *command, flush=True)
    subprocess.run([str(part) for part in command], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with news/, pairs/, lexicon/ and eval/")
    parser.add_argument("--work", type=Path, default=HERE / "build", help="where what is made on the way is kept")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--teacher", type=Path, help="folder of a sentence transformer in ONNX; without it the second stage is left out")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(args.threads)
    folded, prepared, table = args.work / "folded", args.work / "prepared", args.work / "table.npz"
    run("node", HERE / "fold.ts", args.data, folded)
    run(sys.executable, HERE / "prepare.py", folded, prepared)
    run(sys.executable, HERE / "train.py", folded, prepared, table, "--steps", args.steps, "--size", TOKENS)
    if args.teacher:
        taught, tables = args.work / "taught", [args.work / "taught-texts.npz", args.work / "taught-wholes.npz"]
        run(sys.executable, HERE / "teacher.py", folded, taught, "--teacher", args.teacher, "--processes", args.threads)
        for out, options in zip(tables, ([], ["--wholes"])):
            run(sys.executable, HERE / "distil.py", folded, prepared, taught, out, "--from-table", table, *options)
        table = average(tables, args.work / "taught.npz")
    write(table, folded, prepared, args.out)
    run(sys.executable, HERE / "judge.py", folded, args.data, prepared, args.out)


def average(paths, out: Path):
    """One table out of several that began as one (Wortsman et al. 2022): what each got wrong by itself weighs less."""
    import numpy as np

    held = [np.load(path) for path in paths]
    np.savez(out, table=np.mean([h["table"] for h in held], axis=0, dtype=np.float32), rows=held[0]["rows"])
    return out


def write(table_path: Path, folded: Path, prepared: Path, out: Path):
    import numpy as np

    from export import write_model
    from prepare import ARTICLES, Articles
    from texts import Corpus
    from write_parity import fold

    held = np.load(table_path)
    strings = pickle.load(open(prepared / "prepared.pkl", "rb"))["strings"]
    tokens = [strings[row] for row in held["rows"]]
    # Only a token that folds to itself can ever be met.
    can_be_met = np.array([token == folded for token, folded in zip(tokens, fold(tokens))])
    tokens = [token for token, keep in zip(tokens, can_be_met) if keep]
    single = np.array([len(token) == 1 for token in tokens])
    table = (held["table"][can_be_met] * np.where(single, SINGLE_CHARACTERS, 1)[:, None]).astype(np.float32)
    corpus = Corpus(folded, ARTICLES)
    table -= mean_body(table, tokens, corpus, Articles(corpus))
    write_model(out, NAME, table, tokens, MAX_DOCUMENT_CHARACTERS, TITLE_SHARE)


def mean_body(table, tokens, corpus, articles):
    """The mean of what bodies come to before they are made unit length. Taken from every token it is taken from every text, so that
    two texts with nothing in common have a cosine near 0, and bits of both signs are as frequent."""
    import numpy as np

    from judge import bags_of, vocabulary_of
    from prepare import SEED

    some = np.random.default_rng(SEED).choice(articles.train, BODIES, replace=False)
    start = articles.start[some, 1]
    end = np.minimum(articles.end[some, 1], start + MAX_DOCUMENT_CHARACTERS)
    texts = [[(corpus.units, s, e)] for s, e in zip(start, end)]
    return bags_of(vocabulary_of(tokens, corpus.classes), texts).pooled(table).mean(0)


if __name__ == "__main__":
    main()
