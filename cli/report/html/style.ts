/** The page's style: light and dark, wide and narrow, screen and paper. No font, image or script is loaded. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fff; --card: #f4f6f8; --text: #16202a; --soft: #55626f; --line: #d5dbe1;
  --bad: #c4271b; --good: #1a7f4b; --neutral: #3a6ea5; }
@media (prefers-color-scheme: dark) { :root { --page: #12171c; --card: #1c242c; --text: #e7ecf0; --soft: #a3b0bc; --line: #36424d;
  --bad: #ff7a6e; --good: #57c98a; --neutral: #7db3ea; } }
@media print { :root { color-scheme: light; --page: #fff; --card: #fff; --text: #000; --soft: #333; --line: #999;
  --bad: #c4271b; --good: #1a7f4b; --neutral: #3a6ea5; } }
* { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { overflow-x: clip; max-width: 1180px; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0 .5rem; }
code, .id { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
pre.commands { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; margin: .25rem 0;
  white-space: pre-wrap; line-height: 1.45; }
pre.commands code { display: block; padding-left: 1.5rem; text-indent: -1.5rem; }
.soft { color: var(--soft); }
.badge { display: inline-block; padding: 0 .5em; border: 2px solid; border-radius: .3em; font-weight: 700; text-transform: uppercase;
  font-size: .85rem; }
.bad { color: var(--bad); } .good { color: var(--good); } .neutral { color: var(--neutral); }
.answers { display: grid; grid-template-columns: 1.4fr 1fr; grid-template-rows: auto 1fr; gap: 1rem; margin: 1.25rem 0 0; }
.answers .how-long { grid-row: 1 / span 2; grid-column: 2; }
.answers section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
.answers h2 { margin: 0 0 .25rem; font-size: .95rem; color: var(--soft); }
.figure { font-size: 2rem; line-height: 1.2; font-weight: 700; }
.phases { display: flex; height: 1rem; margin: .5rem 0; border-radius: .2rem; overflow: hidden; }
.phases span { min-width: 2px; border-right: 1px solid var(--page); background: var(--neutral); }
.phases span:nth-child(even) { opacity: .55; }
.unbroken { white-space: nowrap; }
ul { padding-left: 1.2rem; margin: .25rem 0; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: break-word; }
thead th { color: var(--soft); font-weight: 600; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; padding-right: 0; padding-left: .6rem; }
.timeline { table-layout: fixed; }
.timeline .what { width: 39%; } .timeline .when { width: 6.5rem; } .timeline .took { width: 5.5rem; }
.timeline .lane { padding-top: .7rem; font-weight: 700; }
.timeline td, .timeline th.says { font-weight: 400; }
.timeline th.axis, .timeline td.track { position: relative; padding: 0; }
.track { background-image: linear-gradient(to right, var(--line) 1px, transparent 1px); background-size: var(--step, 20%) 100%; }
.axis span { position: absolute; bottom: .25rem; transform: translateX(-50%); font-variant-numeric: tabular-nums; white-space: nowrap; }
.axis span:first-child { transform: none; }
.axis { height: 1.8rem; }
.bar { position: absolute; top: .4rem; height: 1rem; min-width: 3px; border-radius: 2px; background: currentColor; }
.track.bad .bar { background: repeating-linear-gradient(135deg, currentColor 0 5px, transparent 5px 8px), color-mix(in srgb, currentColor 45%, transparent); }
.moment { position: absolute; top: .4rem; width: .9rem; height: .9rem; margin-left: -.45rem; background: currentColor; transform: rotate(45deg) scale(.75); }
.earlier { position: absolute; left: .1rem; top: .2rem; }
@media (max-width: 700px) {
  main { padding: 1rem .9rem 2rem; } h1 { font-size: 1.35rem; } .answers { grid-template-columns: 1fr; grid-template-rows: none; }
  .answers .how-long { grid-row: auto; grid-column: auto; } caption { display: block; }
  .axis span:nth-child(even) { display: none; }
  .timeline, .timeline tbody, .timeline thead { display: block; }
  .timeline tr { display: grid; grid-template-columns: 1fr 5rem 5rem; border-bottom: 1px solid var(--line); }
  .timeline tr > * { width: auto !important; border: 0; }
  .timeline .says, .timeline .lane, .timeline thead .what { grid-column: 1 / -1; }
  .timeline td.track { min-height: 1.7rem; } .timeline thead .number { padding-left: 0; font-size: .85em; }
  .stack thead { display: none; }
  .stack, .stack tbody, .stack tr, .stack td, .stack th { display: block; border: 0; padding: 0; }
  .stack tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  .stack td::before { content: attr(data-head) ": "; color: var(--soft); } .stack td { text-align: left; }
}
@media print { main { padding: 0; max-width: none; } body { font-size: 11pt; } h2, h3 { break-after: avoid; } tr, .answers section { break-inside: avoid; } }
`;
