import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { BOUNDED_DESK } from './bounds.ts';

/** Quotas that are applied to the account in a Region. */
export interface Quotas {
  /** For IPv4 and for IPv6 each, propagated routes not counted. */
  readonly routesPerTable: number;
  /** A second, for all APIs of API Gateway together. */
  readonly apiRequests: number;
}

/** @throws the SDK's error */
export async function quotasOf(region: string, signal?: AbortSignal): Promise<Quotas> {
  const client = new ServiceQuotasClient({ ...BOUNDED_DESK, region });
  const abort = signal && { abortSignal: signal };
  const valueOf = async (ServiceCode: string, QuotaCode: string): Promise<number> => {
    const quota = { ServiceCode, QuotaCode };
    const { Quota } = await client.send(new GetServiceQuotaCommand(quota), abort).catch((error: unknown) => {
      // The account has none of its own.
      if (error instanceof NoSuchResourceException)
        return client.send(new GetAWSDefaultServiceQuotaCommand(quota), abort);
      throw error;
    });
    if (Quota?.Value === undefined) throw new Error(`Service Quotas has no value of ${QuotaCode} of ${ServiceCode}`);
    return Quota.Value;
  };
  const [routesPerTable, apiRequests] = await Promise.all([
    valueOf('vpc', 'L-93826ACB'),
    valueOf('apigateway', 'L-8A5B8E43'),
  ]);
  return { routesPerTable, apiRequests };
}
