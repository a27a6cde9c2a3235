import type { RouterState, SiteState } from '../contract.ts';
import type { Question } from './action-dialog.tsx';

/** To the router that the topology prefers it is a failback. */
export function switchQuestion(site: SiteState, to: RouterState): Question {
  const back = to.name === site.preferred;
  return {
    title: back ? `Fail back ${site.name} to ${to.name}` : `Switch ${site.name} over to ${to.name}`,
    confirm: `Move the routes to ${to.name}`,
    needsReason: true,
    action: (reason, dryRun) =>
      back
        ? { action: 'failback', site: site.name, reason, dryRun }
        : { action: 'switchover', site: site.name, to: to.name, reason, dryRun },
  };
}

const PAUSE_MINUTES = 30;

export function pauseQuestion(site: SiteState): Question {
  return {
    title: `Pause automatic failover of ${site.name} for ${PAUSE_MINUTES} minutes`,
    confirm: 'Pause',
    needsReason: true,
    action: (reason, dryRun) => ({ action: 'pause', site: site.name, minutes: PAUSE_MINUTES, reason, dryRun }),
  };
}

export function resumeQuestion(site: SiteState): Question {
  return {
    title: `Resume automatic failover of ${site.name}`,
    confirm: 'Resume',
    needsReason: false,
    action: (_, dryRun) => ({ action: 'resume', site: site.name, dryRun }),
  };
}

export function maintenanceQuestion(site: SiteState, { name, maintenance }: RouterState): Question {
  return {
    title: maintenance
      ? `End the maintenance of ${name}`
      : `Begin maintenance of ${name}: no routes move to it until it ends`,
    confirm: maintenance ? 'End maintenance' : 'Begin maintenance',
    needsReason: true,
    action: (reason, dryRun) => ({
      action: 'maintenance',
      site: site.name,
      router: name,
      on: !maintenance,
      reason,
      dryRun,
    }),
  };
}
