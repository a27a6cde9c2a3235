import type { RouterView } from './site-view.ts';

/** A text without the reasons why a router is not fit, which are shown beside the router. */
export function shorten(text: string, routers: readonly Pick<RouterView, 'unfit'>[]): string {
  return routers
    .filter(({ unfit }) => unfit.length > 0)
    .reduce((short, { unfit }) => short.replaceAll(`: ${unfit.join('; ')}`, ''), text);
}

/** What a decision adds to its cause: `routes stay.` of `tokyo-2 could not take over. Routes stay.`; empty: nothing. */
export function withoutCause(says: string, cause: string): string {
  if (!says.startsWith(cause)) return says;
  const rest = says.slice(cause.length).replace(/^[\s.,;]*(?:but )?/, '');
  return rest.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());
}

/** What a decision adds to the event that it is about; the detector and the reason, which stand in parentheses, are of the event. */
export function withoutEvent(says: string, event: string): string {
  const [cause = event] = event.split(', ');
  const details = says.startsWith(cause) ? /^(?: \([^()]*\))*/.exec(says.slice(cause.length))?.[0] : undefined;
  return withoutCause(says, `${cause}${details ?? ''}`);
}
