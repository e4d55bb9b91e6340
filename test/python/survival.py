"""Counts what a program and its trace survive: `kill -9`, a fault in every function of the recorder, signals.

    python3 test/python/survival.py [--kills 200] [--signals 200] [--seed 2024] [--report FILE] [--traces FOLDER]

The report is JSON.
"""

import argparse
import json
import sys
import tempfile

from faults import faults
from interruptions import interruptions
from kills import kills


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2024)
    parser.add_argument("--signals", type=int, default=200)
    parser.add_argument("--report")
    parser.add_argument("--traces", help="an empty folder that keeps those of programs with signals")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        report = {
            "kills": kills(directory, options.kills, options.seed),
            "signals": interruptions(options.traces or directory, options.signals, options.seed),
            "faults": faults(directory),
        }
    failed = report["kills"]["failed"] + report["signals"]["failed"]
    failed += [text for each in report["faults"].values() for text in each["failed"]]
    print(f"{options.signals} programs with signals: {len(report['signals']['failed'])} failed")
    print(f"{options.kills} kills: {len(report['kills']['failed'])} failed")
    for language, each in report["faults"].items():
        print(f"{each['places']} places in {language}, {each['runs']} runs: {len(each['failed'])} failed")
    for text in failed:
        print(f"  {text}")
    if options.report:
        with open(options.report, "w", encoding="utf-8") as file:
            json.dump(report, file)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
