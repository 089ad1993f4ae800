"""`python -m tests.simulation`: play seeds."""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.play import Figures, play, playing
from tests.simulation.rules import Broken
from tests.simulation.storage import Storage

AT_A_TIME = 250


def play_all(first: int, behind: int) -> Figures:
    """Raises Broken, naming the seed and how to play it again."""
    figures = Figures()
    with playing() as play_one:
        for seed in range(first, behind):
            try:
                figures += play_one(seed)
            except Broken as broken:
                broken.add_note(f"python -m tests.simulation --seed {seed}")
                raise
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="play this one, and say what is happening")
    parser.add_argument("--seeds", type=int, default=10_000, help="how many, from --first on")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    if asked.seed is not None:
        print(play(Storage(), asked.seed))
        return 0
    return many(asked.first, asked.first + asked.seeds, asked.workers)


def many(first: int, behind: int, workers: int) -> int:
    began, figures = time.monotonic(), Figures()
    edges = [*range(first, behind, AT_A_TIME), behind]
    with ProcessPoolExecutor(workers) as pool:
        try:
            for part in pool.map(play_all, edges[:-1], edges[1:]):
                figures += part
                print(f"\r{figures.seeds:,} of {behind - first:,} seeds, {time.monotonic() - began:.0f} s", end="", flush=True)
        except Broken as broken:
            pool.shutdown(cancel_futures=True)
            print(f"\n{broken}\n" + "\n".join(broken.__notes__), file=sys.stderr)
            return 1
    print(f"\n{figures}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
