"""The findings of a check as one HTML page that opens offline."""

from collections import Counter
from collections.abc import Sequence

from ..text import html
from .check import SEVERITY, Finding

TITLES = {
    "unreadable": "Not to be read",
    "corrupt": "Damaged",
    "truncated": "Cut short",
    "silent": "Silent",
    "clipped": "Clipped",
    "upsampled": "Less bandwidth than it claims",
    "duplicate": "There twice",
    "one_sided": "Sound in one channel only",
    "mono_as_stereo": "Mono stored as stereo",
    "speech": "Speech",
}

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --error: #c62828; --warning: #b26a00; }
@media (prefers-color-scheme: dark) { :root { --error: #ff8a80; --warning: #ffb74d; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid var(--line); padding: .3rem .6rem .3rem 0; vertical-align: top;
     overflow-wrap: anywhere; }
td:last-child { width: 40%; }
.error h2 { color: var(--error); } .warning h2 { color: var(--warning); }
nav a { margin-right: 1rem; }
""".strip()


def to_html(findings: Sequence[Finding], *, n_files: int) -> str:
    """Return a page without anything that is loaded from elsewhere.

    Args:
        findings: in any order.
        n_files: how many files were looked at.
    """
    counts = Counter(finding.kind for finding in findings)
    kinds = [kind for kind in SEVERITY if counts[kind]]
    n_bad = len({finding.path for finding in findings})
    links = " ".join(f'<a href="#{kind}">{TITLES[kind]}: {counts[kind]}</a>' for kind in kinds)
    sections = "\n".join(
        _section(kind, [each for each in findings if each.kind == kind]) for kind in kinds
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>auricle library check</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n"
        f"<h1>{n_files} files checked, {n_bad} with findings</h1>\n"
        f"<nav>{links}</nav>\n{sections}\n</body>\n</html>\n"
    )


def _section(kind: str, findings: Sequence[Finding]) -> str:
    rows = "\n".join(
        f"<tr><td>{html(each.path)}</td><td>{html(each.message)}</td></tr>" for each in findings
    )
    return (
        f'<section class="{findings[0].severity}" id="{kind}">\n<h2>{TITLES[kind]}</h2>\n'
        f"<table>\n{rows}\n</table>\n</section>"
    )
