import { describe, expect, test } from 'vitest';
import type { ChangingDeployment } from './changing-deployment.ts';
import { ask, changes, ENI_1, edited, FILE, kinds, rollout } from './edited-deployment.ts';

describe('a rollout that stops', () => {
  const edit = (text: string) =>
    text.replace('mode: automatic', 'mode: observe').replace('holdDown: 5m', 'holdDown: 6m');

  test('before it ends a controller that was not in the plan that was approved', async () => {
    const deployment = edited((text) => text.replace('holdDown: 5m', 'holdDown: 6m'));
    deployment.beforeDeploy = () => {
      deployment.beforeDeploy = () => undefined;
      deployment.deployBeside(FILE.replace('\n  virginia:', '\n  ohio:'), 'ohio');
    };
    const { exitCode, view } = await rollout(deployment);
    expect(exitCode).toBe(4);
    expect(view.says).toContain(
      'The plan has changed since it was approved, and now includes this step: pause ohio and delete',
    );
    expect(deployment.story).not.toContain('destroy ohio');
    deployment.passTime(120_000);
    expect(kinds(await changes(deployment))).toEqual(['destroy']);
    expect(await rollout(deployment)).toMatchObject({ exitCode: 0 });
    expect(deployment.story).toContain('destroy ohio');
    expect(deployment.story).not.toContain('destroy virginia');
  });

  test('after a failed deployment it states what remains, and the same command continues', async () => {
    const deployment = edited(edit);
    const failed = await ask(deployment, ['rollout', '--yes'], { deployStacks: () => Promise.resolve(1) });
    expect(failed).toMatchObject({
      exitCode: 1,
      view: {
        outcome: 'failed',
        says: 'cdk deploy ended with 1; its output has the reason.',
        next: 'vyos-failover rollout',
      },
    });
    expect(kinds(failed)).toEqual(['deploy']);
    expect(await rollout(deployment)).toMatchObject({ exitCode: 0, view: { outcome: 'done' } });
  });

  test('after the first site whose routers do not become fit again: the other sites keep the functions that work', async () => {
    const deployment = edited((text) => text.replaceAll('holdDown: 5m', 'holdDown: 6m'));
    deployment.beforeDeploy = () => void deployment.unfit.add(ENI_1);
    const { exitCode, view } = await rollout(deployment);
    expect({ exitCode, outcome: view.outcome }).toEqual({ exitCode: 1, outcome: 'failed' });
    expect(view.says).toContain('not fit again within 5 minutes: tokyo:');
    expect(deployment.story).toEqual(['deploy tokyo']);
  });

  test('with one site deployed, the other one remains', async () => {
    const deployment = edited((text) => text.replaceAll('holdDown: 5m', 'holdDown: 6m'));
    await rollout(deployment, '--site', 'virginia');
    expect(deployment.story).toEqual(['deploy virginia']);
    const { view } = await changes(deployment);
    const says = 'tokyo: policy.holdDown 5m → 6m';
    expect(view.edits).toEqual([expect.objectContaining({ site: 'tokyo', says, pendingAt: ['tokyo'] })]);
    await rollout(deployment);
    expect(deployment.story).toEqual(['deploy virginia', 'deploy tokyo']);
  });

  test('with a file that is older than what a colleague deployed, a note says so before the edit is undone', async () => {
    const deployment = edited((text) => text);
    deployment.passTime(60_000);
    deployment.deployBeside(FILE.replaceAll('holdDown: 5m', 'holdDown: 6m'), 'tokyo');
    const { view } = await changes(deployment);
    expect(view.edits).toEqual([expect.objectContaining({ says: 'tokyo: policy.holdDown 6m → 5m' })]);
    expect(view.notes).toEqual([expect.stringMatching(/^tokyo was deployed at .+, after this file was last written/)]);
    deployment.passTime(60_000);
    deployment.write(FILE);
    expect((await changes(deployment)).view.notes).toEqual([]);
  });

  test('by Ctrl-C: nothing else is begun', async () => {
    const deployment = edited(edit);
    const interrupt = new AbortController();
    deployment.beforeDeploy = () => interrupt.abort();
    const { exitCode } = await deployment.run(['rollout', '--yes'], { signal: interrupt.signal });
    expect(exitCode).toBe(130);
    expect(await rollout(deployment)).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['a pause', (deployment: ChangingDeployment) => pause(deployment), 'ann paused this site until'],
    [
      'an operation of the stack',
      (deployment: ChangingDeployment) => busy(deployment),
      'is under way (UPDATE_IN_PROGRESS)',
    ],
  ])('before %s ends', async (_, prevent, says) => {
    const deployment = edited(edit);
    prevent(deployment);
    const { exitCode, view } = await rollout(deployment);
    expect(exitCode).toBe(4);
    expect(view.says).toContain(says);
    expect(deployment.story).toEqual([]);
  });

  test('--override unfit begins although a router is not fit', async () => {
    const deployment = edited(edit);
    deployment.unfit.add(ENI_1);
    deployment.passTime(120_000);
    expect(await rollout(deployment)).toMatchObject({ exitCode: 4, view: { outcome: 'refused' } });
    const foreseen = await ask(deployment, ['rollout', '--dry-run']);
    expect(foreseen).toMatchObject({ exitCode: 4, view: { outcome: 'refused' } });
    expect(foreseen.view.says).toContain(
      'Dry run: nothing was changed. The rollout would stop: Not begun: deploy tokyo',
    );
    const overridden = await ask(deployment, ['rollout', '--dry-run', '--override', 'unfit']);
    expect(overridden).toMatchObject({ exitCode: 0, view: { outcome: 'planned' } });
    expect(await rollout(deployment, '--override', 'unfit')).toMatchObject({ exitCode: 0 });
  });

  test('--dry-run and a refusal by the operator change nothing', async () => {
    const deployment = edited(edit);
    expect(await ask(deployment, ['rollout', '--dry-run'])).toMatchObject({
      exitCode: 0,
      view: { outcome: 'planned' },
    });
    const { stdout } = await deployment.run(['rollout', '--dry-run']);
    expect(stdout.match(/1\. Deploy tokyo/g)).toHaveLength(1);
    expect(stdout).toContain('Dry run: nothing was changed.');
    const declined = await ask(deployment, ['rollout'], { terminal: true, stdin: 'n\n' });
    expect(declined).toMatchObject({ exitCode: 4, view: { outcome: 'declined' } });
    expect(deployment.story).toEqual([]);
  });

  function pause(deployment: ChangingDeployment): void {
    const { world } = deployment.site('tokyo');
    const of = { since: 0, until: deployment.now + 600_000, by: 'ann', reason: 'circuit work' };
    world.stored = { ...world.stored, pause: of };
  }
  function busy(deployment: ChangingDeployment): void {
    const stack = deployment.cloud.stacks.get('vyos-failover-tokyo-virginia--tokyo');
    if (stack !== undefined) stack.status = 'UPDATE_IN_PROGRESS';
  }
});
