"""What SLURM knows about the jobs that ran on it, and whether that is what was expected.

`scontrol` knows finished jobs as long as MinJobAge in slurm.conf says; there is no accounting to ask.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence


def jobs() -> list[dict[str, str]]:
    """The jobs, oldest first.

    Returns:
        For each its name (of the rule or the group), state, processors, memory, GPUs and time.
    """
    command = ["scontrol", "show", "jobs", "--oneliner"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    rows = []
    for line in lines:
        fields: dict[str, str] = dict(re.findall(r"(\S+?)=(\S*)", line))
        if "JobId" not in fields:
            continue
        rows.append(
            {
                "job": fields["JobId"],
                "name": fields.get("Comment", "").removeprefix("rule_").split("_wildcards_")[0],
                "state": fields["JobState"],
                "processors": fields["NumCPUs"],
                "memory": fields["MinMemoryNode"],
                "GPUs": fields.get("TresPerJob", "gres:gpu:0").removeprefix("gres:gpu:"),
                "limit": fields["TimeLimit"],
                "took": fields["RunTime"],
            }
        )
    return sorted(rows, key=lambda job: int(job["job"]))


def problems(rows: Sequence[dict[str, str]], options: argparse.Namespace) -> list[str]:
    """What is not as expected.

    Args:
        rows: as `jobs` returns them.
        options: the command line's.

    Returns:
        One line each.
    """
    wrong = [f"job {job['job']} ({job['name']}) ended as {job['state']}" for job in rows if job["state"] != "COMPLETED"]
    for name in options.expect:
        if not any(job["name"].startswith(name) for job in rows):
            wrong.append(f"no job ran {name}")
    for job in rows:
        asked, due = job["GPUs"], "1" if job["name"] == options.gpu else "0"
        if asked != due:
            wrong.append(f"job {job['job']} ({job['name']}) asked for {asked} GPUs, not {due}")
        if job["name"] == options.gpu and job["memory"] != f"{options.memory}M":
            wrong.append(f"job {job['job']} ({job['name']}) asked for {job['memory']}, not {options.memory} MB")
    return wrong


def main() -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--expect", nargs="+", default=[], help="rules and groups that must have run")
    parser.add_argument("--gpu", required=True, help="the only rule that asks for a GPU")
    parser.add_argument("--memory", type=int, required=True, help="MB that this rule asks for")
    options = parser.parse_args()
    rows = jobs()
    for row in [{name: name for name in rows[0]}, *rows] if rows else []:
        print(
            f"{row['job']:>4} {row['name']:<34} {row['state']:<10} {row['processors']:>10} {row['memory']:>7}"
            f" {row['GPUs']:>4} {row['limit']:>11} {row['took']:>9}"
        )
    wrong = problems(rows, options)
    sys.exit("\n".join(f"error: {line}" for line in wrong) if wrong else 0)


if __name__ == "__main__":
    main()
