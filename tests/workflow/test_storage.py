"""Movies in a storage that cannot be had."""

from dataclasses import dataclass

from moviesubs.workflow.storage import ENOUGH, storage_problems


@dataclass
class Address:
    """Stands for Snakemake's object: what it answers is in the address."""

    text: str

    def exists(self) -> bool:
        """As a storage would, or fails as one would."""
        if "locked" in self.text:
            raise PermissionError(f"403\nfor {self.text}")
        return "missing" not in self.text


def test_those_that_are_there_have_no_problem_and_each_other_has_one_line() -> None:
    addresses = ["s3://a/1.mkv", "s3://a/missing.mkv", "s3://b/locked.mkv"]
    reasons = storage_problems(addresses, Address)
    assert list(reasons) == addresses[1:]
    assert "no such file" in reasons[addresses[1]]
    assert "403 for s3://b/..." in reasons[addresses[2]]


def test_a_storage_without_a_path_is_named_as_it_is() -> None:
    assert "403 for s3://locked)" in storage_problems(["s3://locked"], Address)["s3://locked"]


def test_a_storage_that_always_says_the_same_is_asked_no_longer() -> None:
    asked = []

    def object_at(text: str) -> Address:
        asked.append(text)
        return Address(text)

    addresses = [f"s3://a/locked{number}.mkv" for number in range(9)]
    reasons = storage_problems([*addresses, "s3://b/1.mkv"], object_at)
    assert list(reasons) == addresses and len(set(reasons.values())) == 1
    assert asked == [*addresses[:ENOUGH], "s3://b/1.mkv"]


def test_one_that_may_not_be_read_does_not_cost_those_that_may() -> None:
    addresses = ["s3://a/locked1.mkv", "s3://a/1.mkv", "s3://a/locked2.mkv", "s3://a/2.mkv"]
    assert list(storage_problems(addresses, Address)) == [addresses[0], addresses[2]]
