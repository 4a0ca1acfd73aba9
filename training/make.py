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


def write(table: Path, prepared: Path, out: Path):
    import numpy as np

    from export import write_model

    held = np.load(table)
    strings = pickle.load(open(prepared / "prepared.pkl", "rb"))["strings"]
    tokens = [strings[row] for row in held["rows"]]
    answer = subprocess.run(["node", HERE / "folded-tokens.ts"], input=json.dumps(tokens).encode(), capture_output=True, check=True)
    can_be_met = np.array(json.loads(answer.stdout))
    tokens = [token for token, keep in zip(tokens, can_be_met) if keep]
    write_model(out, NAME, held["table"][can_be_met].astype(np.float32), tokens, MAX_DOCUMENT_CHARACTERS, TITLE_SHARE)


STEPS = 8_000

if __name__ == "__main__":
    main()
