import { useState } from 'preact/hooks';
import type { SentAction } from '../actions.ts';
import type { Fault, PageState, RouterState } from '../contract.ts';
import { act } from './connection.ts';
import { maintenanceQuestion } from './questions.ts';
import type { SiteProps } from './site-props.ts';

export function RouterRow({ router, site, state, ask }: SiteProps & { readonly router: RouterState }) {
  const count = site.routes.filter((route) => route.router === router.name).length;
  return (
    <tr class={router.fit === 'no' || router.faults.length > 0 ? 'wrong' : ''}>
      <th scope="row">
        {router.name}
        <span class="quiet role">{roleOf(router, site.owner)}</span>
      </th>
      <td data-label="Routes">{count}</td>
      <td data-label="EC2">{router.ec2}</td>
      <td data-label="eBGP up">{router.ebgp || 'unknown'}</td>
      <td data-label="Fit">{fitText(router, site.says)}</td>
      {state.mayOperate && (
        <td>
          <div class="actions">
            <Faults router={router} state={state} />
            <button type="button" onClick={() => ask(maintenanceQuestion(site, router))}>
              {router.maintenance ? 'End maintenance…' : 'Maintenance…'}
            </button>
          </div>
        </td>
      )}
    </tr>
  );
}

/** The reasons, unless the diagnosis above the table has them. */
function fitText({ fit, unfit }: RouterState, diagnosis: string): string {
  const reasons = unfit.join('; ');
  return fit === 'no' && !diagnosis.includes(reasons) ? `no: ${reasons}` : fit;
}

/** Both may hold: the owner is where the routes point, preferred is what the topology says. */
function roleOf({ name, role }: RouterState, owner: string | null): string {
  return [...(name === owner ? ['owner'] : []), ...(role === 'active' ? ['preferred'] : [])].join(', ');
}

const FAULTS: readonly { readonly fault: Fault; readonly label: string; readonly title: string }[] = [
  {
    fault: 'kill',
    label: 'Kill',
    title: 'Power failure: the router stops at once, and EC2 still reports a running instance',
  },
  { fault: 'stop', label: 'Stop', title: 'EC2 stops the instance, and sends the event of it' },
  { fault: 'cut-uplink', label: 'Cut uplink', title: 'The router runs on and loses its tunnels to the other sites' },
];

/** Buttons that break a router of a demo or a lab. They ask nothing, because nothing real is behind them. */
function Faults({ router, state }: { readonly router: RouterState; readonly state: PageState }) {
  const [failure, setFailure] = useState('');
  if (state.behind === 'deployment') return null;
  const press = (action: SentAction) => () => {
    void act(action).then(({ outcome, says }) => setFailure(outcome === 'done' ? '' : says));
  };
  const { name, faults } = router;
  return (
    <>
      {faults.length > 0 ? (
        <button type="button" class="heal" onClick={press({ action: 'restore', router: name })}>
          Restore
        </button>
      ) : (
        FAULTS.filter(({ fault }) => fault !== 'stop' || state.behind === 'demo').map(({ fault, label, title }) => (
          <button
            type="button"
            class="break"
            key={fault}
            title={title}
            onClick={press({ action: 'fault', router: name, fault })}
          >
            {label}
          </button>
        ))
      )}
      {failure !== '' && <span role="alert">{failure}</span>}
    </>
  );
}
