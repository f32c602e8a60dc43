"""Small pieces of text: times, percentages, bars, examples."""

from ..text import clock as clock

BAR_PARTS = "▏▎▍▌▋▊▉█"


def percent(probability: float) -> str:
    """Return a probability in whole percent.

    >>> percent(0.824)
    '82 %'
    """
    return f"{probability:.0%}".replace("%", " %")


def bar(fraction: float, width: int) -> str:
    """Return a bar of at most ``width`` characters, exact to an eighth of one."""
    eighths = round(fraction * width * 8)
    whole, part = divmod(eighths, 8)
    return "█" * whole + (BAR_PARTS[part - 1] if part else "")


def crop_left(text: str, width: int) -> str:
    """Return the last ``width`` characters: the end of a path tells more than its beginning."""
    return text if len(text) <= width else "…" + text[len(text) - width + 1 :]


def examples(*lines: str) -> str:
    """Return the examples of a command's help, each on its own line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
