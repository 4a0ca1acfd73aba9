"""From a folder of JSON lines to models/static-zh, in one command; see README.md."""

import argparse
import json
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
# Single characters are made longer after training: they carry over to texts whose longer grams are new. Chosen among 1, 1.3, 1.6.
SINGLE_CHARACTERS = 1.4


def run(*command):
    print("$", *command, flush=True)
    subprocess.run([str(part) for part in command], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with news/, pairs/, lexicon/ and eval/")
    parser.add_argument("--work", type=Path, default=HERE / "build", help="where what is made on the way is kept")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(args.threads)
    folded, prepared, table = args.work / "folded", args.work / "prepared", args.work / "table.npz"
    run("node", HERE / "fold.ts", args.data, folded)
    run(sys.executable, HERE / "prepare.py", folded, prepared)
    run(sys.executable, HERE / "train.py", folded, prepared, table, "--steps", args.steps, "--size", TOKENS)
    write(table, prepared, args.out)
    run(sys.executable, HERE / "judge.py", folded, args.data, prepared, args.out)


def write(table_path: Path, prepared: Path, out: Path):
    import numpy as np

    from export import write_model
    from write_parity import fold

    held = np.load(table_path)
    strings = pickle.load(open(prepared / "prepared.pkl", "rb"))["strings"]
    tokens = [strings[row] for row in held["rows"]]
    # Only a token that folds to itself can ever be met.
    can_be_met = np.array([token == folded for token, folded in zip(tokens, fold(tokens))])
    tokens = [token for token, keep in zip(tokens, can_be_met) if keep]
    single = np.array([len(token) == 1 for token in tokens])
    table = held["table"][can_be_met] * np.where(single, SINGLE_CHARACTERS, 1)[:, None]
    write_model(out, NAME, table.astype(np.float32), tokens, MAX_DOCUMENT_CHARACTERS, TITLE_SHARE)


if __name__ == "__main__":
    main()
