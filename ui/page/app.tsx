import { useState } from 'preact/hooks';
import type { PageState } from '../contract.ts';
import { ActionDialog, type Question } from './action-dialog.tsx';
import { type Live, useLive } from './connection.ts';
import { clock } from './format.ts';
import { NetworkMap } from './network-map.tsx';
import { SiteCard } from './site-card.tsx';
import { Timeline } from './timeline.tsx';
import { Traffic } from './traffic.tsx';

/** The whole page. */
export function App() {
  const live = useLive();
  const [question, ask] = useState<Question | undefined>(undefined);
  const { state } = live;
  if (state === undefined) return <Waiting {...live} />;
  const close = () => ask(undefined);
  return (
    <>
      <Header state={state} />
      <Notices {...live} />
      <main class={live.lostAt === undefined ? '' : 'stale'}>
        <NetworkMap state={state} />
        <Traffic traffic={state.traffic} />
        <div class="sites">
          {state.sites.map((site) => (
            <SiteCard key={site.name} site={site} state={state} ask={ask} />
          ))}
        </div>
        <Timeline entries={live.entries} state={state} />
      </main>
      {question !== undefined && <ActionDialog key={question.title} question={question} close={close} />}
    </>
  );
}

const BEHIND = {
  deployment: 'deployed in AWS',
  demo: 'demo: an emulated AWS and simulated routers on this machine',
  lab: 'lab: an emulated AWS and real routing daemons on this machine',
} as const;

function Header({ state }: { readonly state: PageState }) {
  return (
    <header>
      <h1>{state.topology}</h1>
      <p>
        {BEHIND[state.behind]} · {state.mayOperate ? 'actions are permitted' : 'read-only'} · all times are UTC
      </p>
    </header>
  );
}

function Waiting({ lostAt }: Live) {
  return (
    <p class="notice" role="status">
      {lostAt === undefined
        ? 'Connecting…'
        : 'The server of this page does not answer, or this URL has no token. Open the URL that the command printed.'}
    </p>
  );
}

function Notices({ state, lostAt }: Live) {
  return (
    <div role="alert">
      {lostAt !== undefined && (
        <p class="notice bad">
          The server of this page has not answered since {clock(lostAt)}. The page shows what it knew then.
        </p>
      )}
      {state?.problem !== null && state?.problem !== undefined && (
        <p class="notice bad">
          {state.problem.says} {state.problem.hint}
        </p>
      )}
    </div>
  );
}
