import { BUCKET_MS, BUCKETS, type TrafficState } from '../contract.ts';
import { counted, duration } from './format.ts';

/** Pings between the sites: answered or not, losses, and the last minute as a strip. */
export function Traffic({ traffic }: { readonly traffic: readonly TrafficState[] }) {
  if (traffic.length === 0) return null;
  return (
    <section aria-labelledby="traffic">
      <h2 id="traffic">Traffic</h2>
      {traffic.map((way) => (
        <div class="way" key={`${way.from} ${way.to}`}>
          <p>
            <b>
              {way.from} ↔ {way.to}
            </b>{' '}
            <span class={`badge ${way.answered ? 'ok' : 'down'}`}>{way.answered ? 'ANSWERED' : 'LOST'}</span>{' '}
            {way.outageMs === null
              ? `no outage so far in ${counted(way.sent, 'ping')}`
              : `${way.answered ? 'last outage' : 'outage so far'} ${duration(way.outageMs)} · ${way.lost.toLocaleString('en-US')} of ${counted(way.sent, 'ping')} lost`}
          </p>
          <Strip {...way} />
        </div>
      ))}
    </section>
  );
}

const HEIGHT = 28;

/** One bar for each period, the newest at the right: its red part is the share of lost pings. */
function Strip({ from, to, recent }: TrafficState) {
  const offset = BUCKETS - recent.length;
  const lossy = recent.filter((share) => share !== null && share > 0).length;
  const label = `Pings between ${from} and ${to} in the last minute: losses in ${duration(lossy * BUCKET_MS)} of it`;
  return (
    <svg class="strip" viewBox={`0 0 ${BUCKETS} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      {recent.map(
        (share, index) =>
          share !== null && (
            <g key={index} transform={`translate(${offset + index} 0)`}>
              <rect class="got" width="0.8" y={HEIGHT * share} height={HEIGHT * (1 - share)} />
              <rect class="lost" width="0.8" height={HEIGHT * share} />
            </g>
          ),
      )}
    </svg>
  );
}
