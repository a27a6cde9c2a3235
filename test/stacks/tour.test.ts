import { expect, it } from 'vitest';
import { runCommandLine } from './program.ts';
import { assembly, SiteUnderTest } from './site-under-test.ts';
import { tourOf } from './tour.ts';

it('the tour of the commands in docs/tour.md is what they print', async () => {
  const built = await assembly();
  const site = await SiteUnderTest.start(built.directory);
  try {
    const page = await tourOf(site, (line) => runCommandLine(site.emulator, line));
    await expect(page).toMatchFileSnapshot('../../docs/tour.md');
  } finally {
    await site.close();
    built.remove();
  }
});
