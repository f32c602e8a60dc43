"""How the report of an intake looks."""

STYLE = """
:root { color-scheme: light dark; --back: #fbfbf9; --text: #1c1d1f; --quiet: #5c6066;
  --line: #dcdcd6; --card: #fff; --bar: #b9d3ea; --link: #1d5a94;
  --review: #9a5b00; --ready: #1f6f43; --aside: #5c6066; --failed: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --back: #16181b; --text: #e9e9e6; --quiet: #a3a8ae;
  --line: #33373c; --card: #1e2125; --bar: #2c4a66; --link: #8fc1ee;
  --review: #f0b45c; --ready: #79c99b; --aside: #a3a8ae; --failed: #f2938c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 1.5rem 1.25rem 4rem; background: var(--back);
  color: var(--text); font: 15px/1.45 system-ui, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.7rem; margin: 0; }
header > p, section > p { color: var(--quiet); margin: .2rem 0 .8rem; }
a { color: var(--link); overflow-wrap: anywhere; }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
ul { list-style: none; margin: 0; padding: 0; }
.counts { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1rem 0; }
.counts a { display: block; padding: .5rem .9rem; border: 1px solid var(--line);
  border-left: 4px solid var(--tone); border-radius: 6px; background: var(--card);
  color: var(--text); text-decoration: none; }
.counts b { font-size: 1.3rem; margin-right: .3rem; }
.review { --tone: var(--review); } .ready { --tone: var(--ready); }
.duplicate, .not_music { --tone: var(--aside); } .failed { --tone: var(--failed); }
.notes { margin: 0 0 1rem; padding: .6rem .9rem; border: 1px solid var(--line);
  border-radius: 6px; color: var(--quiet); }
section { margin-top: 2.2rem; }
h2 { font-size: 1.2rem; margin: 0; padding-left: .6rem; border-left: 4px solid var(--tone); }
h2 span { color: var(--quiet); font-weight: 400; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px;
  background: var(--card); }
table { border-collapse: collapse; width: 100%; }
thead th { text-align: left; font-size: .8rem; color: var(--quiet); font-weight: 600;
  padding: .5rem .9rem; border-bottom: 1px solid var(--line); }
tbody tr { content-visibility: auto; }
tbody th, td { text-align: left; vertical-align: top; font-weight: 400; padding: .65rem .9rem;
  border-top: 1px solid var(--line); }
tbody tr:first-child > * { border-top: 0; }
tbody th { width: 32%; min-width: 15rem; }
td { min-width: 12rem; }
td[data-name^="Nearest"] { width: 24%; }
td li + li { margin-top: .3rem; }
.name, .genre { font-weight: 600; overflow-wrap: anywhere; }
.where, .none { color: var(--quiet); font-size: .85rem; overflow-wrap: anywhere; }
.where a { color: inherit; }
.warning { color: var(--review); font-size: .85rem; }
.value { color: var(--quiet); font-size: .85rem; margin-left: .5rem;
  font-variant-numeric: tabular-nums; }
.bar { position: relative; display: flex; justify-content: space-between; gap: .6rem;
  padding: .1rem .45rem; margin-bottom: 2px; max-width: 15rem; z-index: 0; font-size: .85rem;
  font-variant-numeric: tabular-nums; }
.bar.first { font-size: 1rem; font-weight: 600; }
.bar i { position: absolute; inset: 0 auto 0 0; background: var(--bar); border-radius: 3px;
  z-index: -1; min-width: 2px; }
audio { display: block; height: 2rem; width: 100%; max-width: 22rem; margin-top: .4rem; }
@media (max-width: 48rem) {
  thead { position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden; }
  tr, tbody th, td { display: block; width: auto; }
  tbody tr { padding: .5rem 0; border-top: 1px solid var(--line); }
  tbody tr > * { border: 0; padding: .25rem .9rem; }
  td::before { content: attr(data-name); display: block; color: var(--quiet);
    font-size: .75rem; } }
@media print { body { max-width: none; } audio { display: none; } }
""".strip()
"""Light and dark by the reader's setting; on a small screen every row is a card."""
