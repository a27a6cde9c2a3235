import type { PutMetric } from '#emulator/service.ts';
import type { RegionState } from './state.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html#status-check-metrics */
export function putStatusChecks({ region, instances }: RegionState, put: PutMetric): void {
  for (const { id, state, check, volumesImpairedSince } of instances.values()) {
    if (state !== 'running' || (check !== 'ok' && check !== 'impaired')) continue;
    const guest = check === 'impaired' ? 1 : 0;
    const volumes = volumesImpairedSince === undefined ? 0 : 1;
    const values = {
      StatusCheckFailed: Math.max(guest, volumes),
      StatusCheckFailed_Instance: guest,
      StatusCheckFailed_System: 0,
      StatusCheckFailed_AttachedEBS: volumes,
    };
    for (const [name, value] of Object.entries(values)) {
      put({ region, namespace: 'AWS/EC2', name, value, dimensions: { InstanceId: id } });
    }
  }
}
