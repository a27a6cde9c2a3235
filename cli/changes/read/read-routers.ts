import type { InstallResult } from '#contracts/install-result.ts';
import type { PushPlan } from '#contracts/push-plan.ts';
import type { SiteStatus } from '#contracts/site-status.ts';
import { routerStackName } from '#infra/names.ts';
import type { Router } from '#topology/topology.ts';
import type { Cli } from '../../cli.ts';
import { explainingEc2Faults, explainingStackFaults } from '../../created/explaining-stack-faults.ts';
import { describe } from '../../created/stack-ended.ts';
import { askToInstall } from '../../install/ask-to-install.ts';
import { CommandError, saysAndHint } from '../../output/command-error.ts';
import { askForPlan } from '../../push/requests.ts';
import { needsPush } from '../../push/steps.ts';
import { routersOf } from '../../require-name.ts';
import { upgradeState } from '../../upgrade/upgrade-state.ts';
import { forecastOf, type RouterForecast } from '../forecast.ts';
import { routerMatches } from '../router-matches.ts';
import type { RouterSituation, SiteSituation } from '../situation.ts';
import { isReplaced, type SiteFacts } from './site-facts.ts';

interface SiteRead {
  readonly deployment: SiteSituation['deployment'];
  readonly status: SiteStatus | undefined;
  /** The deployed name of each router. */
  readonly names: ReadonlyMap<string, string>;
}

export async function readRouters(facts: SiteFacts, read: SiteRead, cli: Cli): Promise<readonly RouterSituation[]> {
  const isCurrent = read.deployment === 'current';
  const [plan, programs] = await Promise.all([
    isCurrent ? planOrNote(facts, cli) : undefined,
    isCurrent ? programsOrNote(facts, cli) : undefined,
  ]);
  return Promise.all(
    routersOf(facts.site).map(async (router): Promise<RouterSituation> => {
      const deployedName = read.names.get(router.name) ?? router.name;
      return {
        name: router.name,
        deployedName,
        forecast: forecastIn(facts, router),
        attached: await attachedInstance(facts, router, cli),
        programs: programsIn(programs, router.name),
        isKnown: isKnown(read.status?.seen.routers[deployedName]),
        configuration: configurationIn(plan, router.name),
        instance: await instanceState(facts, router, cli),
      };
    }),
  );
}

/** A site that was renamed a minute ago has no report yet, and its probe reads the routers by the agent that they have. */
function isKnown(facts: SiteStatus['seen']['routers'][string] | undefined): boolean {
  return facts !== undefined && (facts.contactAt !== undefined || facts.evidence.some(({ by }) => by === 'probe'));
}

/** From the model of the deployment; undefined: there is none, or a version that runs no programs is in one of them. */
function forecastIn({ described, site, model }: SiteFacts, router: Router): RouterForecast | undefined {
  if (model === undefined) return undefined;
  const match = routerMatches(model, described, site).find(({ after }) => after.name === router.name);
  return match && forecastOf(model, described, match);
}

async function attachedInstance(facts: SiteFacts, router: Router, cli: Cli): Promise<string | undefined> {
  return isReplaced(facts, router.name) ? attachedTo(facts, router, cli) : undefined;
}

async function attachedTo(facts: SiteFacts, { name }: Router, cli: Cli): Promise<string | undefined> {
  const site = facts.topology.sites.find((each) => each.name === facts.site.name);
  const router = site && routersOf(site).find((each) => each.name === name);
  if (router === undefined) return undefined;
  const { region } = facts.site;
  const attached = await explainingEc2Faults(region, cli, () =>
    cli.environment.cloud.attachmentOf(region, router.eni, cli.io.signal),
  );
  return attached?.instance;
}

/** The deployed functions know the file only once it is deployed. */
async function planOrNote({ file, topology, site }: SiteFacts, cli: Cli): Promise<PushPlan | undefined> {
  try {
    return await askForPlan({ topology, site }, { text: file.text, overrides: [] }, cli);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    cli.io.stderr.write(
      `note: the configurations of ${site.name} are not compared: ${saysAndHint(error.message).says}\n`,
    );
    return undefined;
  }
}

/** What `router install` would do now. */
async function programsOrNote({ topology, site }: SiteFacts, cli: Cli): Promise<InstallResult | undefined> {
  const { environment } = cli;
  try {
    const request = { id: environment.newId(), by: environment.user, overrides: [], only: undefined };
    return await askToInstall({ topology, site }, request, cli, { dryRun: true });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    cli.io.stderr.write(`note: the programs of ${site.name} are not compared: ${saysAndHint(error.message).says}\n`);
    return undefined;
  }
}

function programsIn(result: InstallResult | undefined, router: string): RouterSituation['programs'] {
  const found = result?.routers.find(({ name }) => name === router);
  if (found?.installed === undefined || found.deployed === undefined) return 'unknown';
  return found.differs ? 'other' : 'deployed';
}

function configurationIn(plan: PushPlan | undefined, router: string): RouterSituation['configuration'] {
  const found = plan?.routers.find(({ name }) => name === router);
  if (found === undefined || found.digest === '') return 'unknown';
  return needsPush(found) ? 'different' : 'same';
}

/** A deployment makes a new launch template; the instance stays until it is replaced. */
async function instanceState(facts: SiteFacts, router: Router, cli: Cli): Promise<RouterSituation['instance']> {
  if (router.creation === undefined) return undefined;
  const { described, site } = facts;
  const where = { region: site.region, name: routerStackName(described, site, router.name) };
  const stack = await describe(where, cli);
  if (stack === undefined) return 'current';
  const defaults = await explainingStackFaults(site.region, cli, () =>
    cli.environment.cloud.parameterDefaults(where, cli.io.signal),
  );
  const valueOf = (key: string) => defaults[key] ?? stack.parameters[key] ?? '';
  const wanted = { image: valueOf('ImageId'), instanceType: valueOf('InstanceType') };
  const state = upgradeState({ stack, wanted, instance: await attachedTo(facts, router, cli) });
  return state === 'outdated' || state === 'removed' ? 'outdated' : 'current';
}
