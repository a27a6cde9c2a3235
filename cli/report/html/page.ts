import { utcTime } from '../../output/time.ts';
import type { ReportView } from '../report-view.ts';
import { aroundCaption, aroundRows, NOTHING_AROUND } from '../run-parts.ts';
import { seconds } from '../summary.ts';
import { html, Markup, NOTHING } from './markup.ts';
import { incidentTable, runSections } from './run-sections.ts';
import { STYLE } from './style.ts';
import { table } from './table.ts';

/** The report as one page that needs no network and runs no script. */
export function pageOf(report: ReportView): string {
  const { site, what, at } = report;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${what} (${site}, ${utcTime(Date.parse(at))})</title>
<style>${STYLE_MARKUP}</style>
</head>
<body><main>
${header(report)}
${answers(report)}
${incidentTable(report)}
${report.runs.map((run, at) => runSections(run, at, report.runs.length))}
${around(report)}
${legend()}
</main></body>
</html>
`.text;
}

const STYLE_MARKUP = new Markup(STYLE);

function header({ site, what, outcome, at, id }: ReportView): Markup {
  return html`<header>
<h1>${what}</h1>
<p><span class="badge ${toneOf(outcome)}">${outcome}</span> site <strong>${site}</strong>, recorded ${utcTime(Date.parse(at))}, id <span class="id">${id}</span></p>
</header>`;
}

export function toneOf(outcome: string): 'bad' | 'good' | 'neutral' {
  if (['partial', 'refused', 'failed', 'unknown', 'exceeded'].includes(outcome)) return 'bad';
  return ['swapped', 'passed', 'pushed', 'installed'].includes(outcome) ? 'good' : 'neutral';
}

function answers({ why, howLong, next, runs }: ReportView): Markup {
  const rule = runs.find(({ says }) => says === why)?.rule;
  const figure = howLong.ms === null ? NOTHING : html`<p class="figure">${seconds(howLong.ms)}</p>`;
  return html`<div class="answers">
<section><h2>Why</h2><p>${why}</p>${rule === null || rule === undefined ? NOTHING : html`<p class="soft">Rule: ${rule}.</p>`}</section>
<section class="how-long"><h2>How long</h2>${figure}${phases(howLong.phases)}<p>${howLong.says}</p></section>
${next.length === 0 ? NOTHING : html`<section><h2>Afterwards</h2><ul>${next.map((line) => html`<li>${withCommand(line)}</li>`)}</ul></section>`}
</div>`;
}

/** A line break in the name of the command would look like two words. */
function withCommand(line: string): Markup {
  const [before = '', ...after] = line.split('vyos-failover');
  return html`${before}${after.map((part) => html`<span class="unbroken">vyos-failover</span>${part}`)}`;
}

function phases(all: ReportView['howLong']['phases']): Markup {
  if (all.length === 0) return NOTHING;
  const bars = all.map(({ ms }) => html`<span style="flex:${Math.max(ms, 0.1)} 0 0"></span>`);
  const names = all.map(
    ({ name, ms }, at) =>
      html`${at === 0 ? '' : ' '}<span class="unbroken">${name} ${seconds(ms)}${at < all.length - 1 ? ' ·' : ''}</span>`,
  );
  return html`<div class="phases" aria-hidden="true">${bars}</div><p class="soft">${names}</p>`;
}

function around({ around: entries, site }: ReportView): Markup {
  const rows = aroundRows(entries);
  if (rows.length === 0) return html`<h2>Before and after</h2><p class="soft">${NOTHING_AROUND}</p>`;
  return html`<h2>Before and after</h2>${table(aroundCaption(site), ['Time', 'Site', 'Detector', 'Outcome', 'Description'], rows)}`;
}

function legend(): Markup {
  return html`<h2>How to read this page</h2>
<ul class="soft">
<li>Everything here is from the site's history. Times are UTC, by AWS's clock. A router's own times are converted to it.</li>
<li>Bars are to scale. Red hatched bars and red text are failures, or routes at a failed router; ◆ is a moment; ◀ is earlier than the scale.</li>
<li>The lane <em>Traffic</em> shows where the routes pointed. The history has packets of drills only: what was lost is at most what was sent to a failed router in that time, and what it lost before it was noticed.</li>
<li>The writes of this record, its event and the release of the lease follow the last bar, and are not part of it.</li>
</ul>`;
}
