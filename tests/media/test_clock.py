"""Jumps of a file's clock are told from holes, overlaps and stray packets."""

from moviesubs.contracts import ClockStep
from moviesubs.media.clock import Clocks, offset_at, setts

PICTURE, SOUND = 0, 1


def follow(clocks: Clocks, *stretches: tuple[int, float, float], start: int = 0) -> Clocks:
    """Packets of 0.1 s of several stretches (stream, begin, end), one after the other, each at the next byte."""
    position = start
    for stream, begin, end in stretches:
        for number in range(round((end - begin) * 10)):
            clocks.add(stream, begin + number / 10, 0.1, position)
            position += 1
    clocks.finish()
    return clocks


def side_by_side(clocks: Clocks, *parts: tuple[tuple[float, float], tuple[float, float]]) -> Clocks:
    """Picture and sound packet by packet; each part has (begin, end) of both."""
    position = 0
    for pictures, sounds in parts:
        times = [(begin + number / 10, stream) for stream, (begin, end) in enumerate((pictures, sounds))
                 for number in range(round((end - begin) * 10))]  # fmt: skip
        for time, stream in sorted(times):
            clocks.add(stream, time, 0.1, position)
            position += 1
    clocks.finish()
    return clocks


def ends(clocks: Clocks) -> list[float]:
    return [round(clocks.spans[stream][1], 3) for stream in (PICTURE, SOUND)]


def test_a_sound_file_has_no_jumps() -> None:
    clocks = side_by_side(Clocks(PICTURE, True), ((0, 20), (0.3, 20)))
    assert (clocks.steps, ends(clocks)) == ([], [20.0, 20.0])


def test_a_jump_forward_and_one_back_are_closed_for_all_streams() -> None:
    for jump in (5000.0, -40.0, 95_443.7):
        clocks = side_by_side(
            Clocks(PICTURE, True), ((50, 60), (50, 60.2)), ((60 + jump, 70 + jump), (60.2 + jump, 70 + jump))
        )
        assert ends(clocks) == [70.0, 70.0]
        assert {(step.stream, round(step.offset, 3)) for step in clocks.steps} == {(PICTURE, -jump), (SOUND, -jump)}


def test_a_long_hole_in_the_sound_is_no_jump() -> None:
    clocks = side_by_side(Clocks(PICTURE, True), ((0, 100), (0, 10)), ((100, 120), (100, 120)))
    assert (clocks.steps, ends(clocks)) == ([], [120.0, 120.0])


def test_a_short_stretch_without_anything_is_none_either() -> None:
    clocks = side_by_side(Clocks(PICTURE, True), ((0, 10), (0, 10)), ((40, 50), (40, 50)))
    assert (clocks.steps, ends(clocks)) == ([], [50.0, 50.0])


def test_a_stray_packet_is_put_where_it_lies() -> None:
    for stream in (PICTURE, SOUND):
        clocks = Clocks(PICTURE, False)
        for number in range(200):
            for index in (PICTURE, SOUND):
                stray = 3600 if (index, number) == (stream, 100) else 0
                clocks.add(index, number / 10 + stray, 0.1, 2 * number + index)
        clocks.finish()
        assert ends(clocks) == [20.0, 20.0]
        assert [(step.stream, round(step.offset, 3)) for step in clocks.steps] == [(stream, -3600.0), (stream, 0.0)]


def test_sound_alone_that_leaves_by_a_day_goes_on_beside_the_picture() -> None:
    clocks = side_by_side(Clocks(PICTURE, False), ((0, 10), (0, 10)), ((10, 40), (95_010, 95_040)))
    assert ends(clocks) == [40.0, 40.0]


def test_a_picture_that_alone_repeats_a_second_overlaps_itself() -> None:
    parts = (((0, 10), (0, 10)), ((9, 30), (10, 30)))
    first = side_by_side(Clocks(PICTURE, True), *parts)
    assert len(first.alone()) == 1
    assert ends(side_by_side(Clocks(PICTURE, True, first.alone()), *parts)) == [30.0, 30.0]


def test_a_file_of_garbage_has_few_steps() -> None:
    clocks = Clocks(PICTURE, True)
    for number in range(5000):
        clocks.add(number % 2, (number * 7919) % 100_000, 0.1, number)
    clocks.finish()
    assert len(clocks.steps) <= 200


def test_an_offset_holds_from_its_place_on() -> None:
    steps = [ClockStep(stream=1, position=10, offset=5.0), ClockStep(stream=1, position=20, offset=0.0)]
    assert [offset_at(steps, 1, place) for place in (0, 10, 19, 20)] == [0.0, 5.0, 5.0, 0.0]
    assert setts(steps, 0) is None and setts(steps, 1) is not None
