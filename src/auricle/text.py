"""Text as every room writes it: times, and names whose bytes may be no text."""

from html import escape


def clock(duration_s: float) -> str:
    """Return a time as minutes and seconds, with hours when there are any.

    >>> clock(205.4), clock(3_725)
    ('3:25', '1:02:05')
    """
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def encodable(name: str) -> str:
    r"""Return a name as text that any file can hold: bytes that are no text become escapes.

    >>> encodable("caf\udce9.mp3")
    'caf\\udce9.mp3'
    """
    return name.encode("utf-8", "backslashreplace").decode()


def html(text: str) -> str:
    """Return text as HTML shows it, whatever is in it.

    >>> html("<b> & co")
    '&lt;b&gt; &amp; co'
    """
    return escape(encodable(text))
