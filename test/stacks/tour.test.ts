import { afterAll, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { type ProgramEnd, runCommandLine } from './program.ts';
import { PushableSite, pushableAssembly } from './pushable-site.ts';
import { assembly, SiteUnderTest, topology } from './site-under-test.ts';
import { synthesizedTemplates } from './synthesized.ts';
import { CONFIGURATION, FILE, observed, sectionsOf, TOUR, tourPage, written } from './tour.ts';

afterAll(() => written.remove());

it('the tour of the commands in docs/tour.md is what they print', async () => {
  const sections = await atReportingRouters();
  const mistakes = sections.splice(-1);
  const page = tourPage([...sections, ...(await atConfigurableRouters()), ...mistakes]);
  await expect(page).toMatchFileSnapshot('../../docs/tour.md');
});

/** The stacks that `cost` reads are those that are deployed: to synthesize them once more loads CDK into this process. */
function run(emulator: Emulator, line: readonly string[]): Promise<ProgramEnd> {
  return runCommandLine(emulator, line, {}, { synthesizeStacks: () => synthesizedTemplates(FILE) });
}

async function atReportingRouters(): Promise<string[]> {
  const built = await assembly();
  const site = await SiteUnderTest.start(built.directory);
  try {
    return await sectionsOf(TOUR, site, observed, (line) => run(site.emulator, line));
  } finally {
    await site.close();
    built.remove();
  }
}

async function atConfigurableRouters(): Promise<string[]> {
  const built = await pushableAssembly();
  const site = await PushableSite.start(built.directory);
  // After the deployment, as an edit is.
  written.begin();
  const probe = ({ emulator }: PushableSite) =>
    Promise.all(topology.sites.map(({ region }) => emulator.tickSchedules(region)));
  try {
    return await sectionsOf([CONFIGURATION], site, probe, (line) => run(site.emulator, line));
  } finally {
    await site.close();
    built.remove();
  }
}
