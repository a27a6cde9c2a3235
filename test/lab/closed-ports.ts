import { expect, it, onTestFinished } from 'vitest';
import type { Permission } from '#emulator/ec2/model/security-groups.ts';
import { authorize, revoke } from '#emulator/ec2/operations/security-group-rule.ts';
import { signal } from '#lab/processes.ts';
import { runIn, waitUntil } from '#lab/run.ts';
import type { CreatedLab } from './created-lab-under-test.ts';

const PORT = 8080;

/** `open`; `refused`: the packet arrived, and nothing listens; `silent`: there was no answer. */
async function connect(from: string, address: string, port: number): Promise<'open' | 'refused' | 'silent'> {
  const program = `exec 3<>/dev/tcp/${address}/${port}`;
  return runIn(from, 'timeout', ['1', 'bash', '-c', program]).then(
    () => 'open',
    (error: Error) => (error.message.includes('refused') ? 'refused' : 'silent'),
  );
}

export function closedPorts(lab: () => CreatedLab): void {
  it('has security groups that drop what they do not permit, and that follow changes', async () => {
    const { namespace, router, site } = lab().router('tokyo-1');
    const partner = lab().router('tokyo-2');
    const listen = ['-c', `socat TCP-LISTEN:${PORT},fork,reuseaddr EXEC:true >/dev/null 2>&1 & echo $!`];
    const listener = Number(await runIn(namespace, 'bash', listen));
    onTestFinished(() => signal(listener, 'SIGKILL'));
    const becomes = (answer: string, from: string, address: string, port: number) =>
      waitUntil(async () => (await connect(from, address, port)) === answer, { withinMs: 5_000 });

    expect(await becomes('open', namespace, '127.0.0.1', PORT)).toBe(true);
    // 7946 is permitted for `report`, and nothing listens there.
    expect(await connect(partner.namespace, router.address, 7946)).toBe('refused');
    expect(await connect(partner.namespace, router.address, PORT)).toBe('silent');
    expect(await connect(lab().plan.internet, router.publicAddress, 179)).toBe('silent');

    const { ec2 } = lab().cloud.emulator;
    const [group = ''] = ec2.state(site.region).interfaces.get(router.eni)?.groups ?? [];
    const permission: Permission = {
      protocol: 'tcp',
      ports: { from: PORT, to: PORT },
      peer: { cidr: `${partner.router.address}/32` },
      description: undefined,
    };
    const { id } = ec2.perform(site.region, authorize(group, 'ingress', permission));
    expect(await becomes('open', partner.namespace, router.address, PORT)).toBe(true);
    expect(await connect(lab().plan.internet, router.publicAddress, PORT)).toBe('silent');
    ec2.perform(
      site.region,
      revoke(group, (rule) => rule.id === id),
    );
    expect(await becomes('silent', partner.namespace, router.address, PORT)).toBe(true);
  });
}
