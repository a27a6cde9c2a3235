import type { SiteState } from '../contract.ts';
import { counted, utc } from './format.ts';
import { pauseQuestion, resumeQuestion, switchQuestion } from './questions.ts';
import { RouterRow } from './router-row.tsx';
import type { SiteProps } from './site-props.ts';

/** A site: its severity and why, its routers, its routes, and what an operator can do. */
export function SiteCard({ site, state, ask }: SiteProps) {
  const other = site.routers.find(({ name }) => name !== site.owner);
  return (
    <section class="card" aria-label={`Site ${site.name}`}>
      <h2>
        {site.name} <span class={`badge ${site.severity}`}>{site.severity.toUpperCase()}</span>
      </h2>
      <p class="says">
        {site.says}
        {site.since !== null && <span class="quiet"> Since {utc(site.since)}.</span>}
      </p>
      {site.problem !== null && (
        <p class="notice bad">
          {site.problem.says} {site.problem.hint}
        </p>
      )}
      {[...site.attention, ...site.limits].length > 0 && (
        <ul>
          {[...site.attention, ...site.limits].map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
      {site.next !== null && (
        <p>
          Next: <code>{site.next}</code>
        </p>
      )}
      <div class="scroll">
        <table class="routers">
          <thead>
            <tr>
              <th>Router</th>
              <th>Routes</th>
              <th>EC2</th>
              <th>eBGP up</th>
              <th>Fit</th>
              {state.mayOperate && <th>Actions</th>}
            </tr>
          </thead>
          <tbody>
            {site.routers.map((router) => (
              <RouterRow key={router.name} router={router} site={site} state={state} ask={ask} />
            ))}
          </tbody>
        </table>
      </div>
      {state.mayOperate && (
        <p class="actions">
          {other !== undefined && site.owner !== null && (
            <button type="button" onClick={() => ask(switchQuestion(site, other))}>
              {other.name === site.preferred ? `Fail back to ${other.name}…` : `Switch over to ${other.name}…`}
            </button>
          )}
          <button type="button" onClick={() => ask(site.paused ? resumeQuestion(site) : pauseQuestion(site))}>
            {site.paused ? 'Resume…' : 'Pause…'}
          </button>
        </p>
      )}
      <Routes {...site} />
      <p class="quiet">
        {site.readAt === null ? 'Not read yet.' : `Read at ${utc(site.readAt)}.`}
        {state.behind !== 'deployment' &&
          ' Severity and fitness are what the functions of the site know: the probe reads the routers once a minute.'}
      </p>
    </section>
  );
}

/** A list of a few is open. */
const FEW = 6;

function Routes({ routes }: SiteState) {
  if (routes.length === 0) return null;
  return (
    <details open={routes.length <= FEW}>
      <summary>{counted(routes.length, 'managed route')}</summary>
      <div class="scroll">
        <table class="routes">
          <thead>
            <tr>
              <th>Route table</th>
              <th>Destination</th>
              <th>Target</th>
              <th>State</th>
            </tr>
          </thead>
          <tbody>
            {routes.map(({ table, destination, router, target, state }) => (
              <tr key={`${table} ${destination}`} class={state === 'active' ? '' : 'wrong'}>
                <td>{table}</td>
                <td>{destination}</td>
                <td>{router ?? target ?? 'none'}</td>
                <td>{state === 'missing' ? 'MISSING' : state}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
