import { decodeJson, encodeJson, encodeJsonError, JsonParameters } from '#emulator/aws-json.ts';
import { AwsError, type Service } from '#emulator/service.ts';

interface Quota {
  readonly service: string;
  readonly code: string;
  readonly name: string;
  /** AWS's default for an account. */
  readonly value: number;
  /** The same in Regions where it is lower. */
  readonly lower?: { readonly regions: readonly string[]; readonly value: number };
}

/**
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html and
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html (which names the Regions, by their long names).
 */
const QUOTAS: readonly Quota[] = [
  { service: 'vpc', code: 'L-93826ACB', name: 'Routes per route table', value: 500 },
  {
    service: 'apigateway',
    code: 'L-8A5B8E43',
    name: 'Throttle rate',
    value: 10_000,
    lower: {
      regions: [
        'af-south-1',
        'eu-south-1',
        'ap-southeast-3',
        'me-central-1',
        'ap-south-2',
        'ap-southeast-4',
        'eu-south-2',
      ].concat(['eu-central-2', 'il-central-1', 'ca-west-1', 'ap-southeast-5', 'ap-southeast-7', 'mx-central-1']),
      value: 2_500,
    },
  },
];

const ACTIONS: ReadonlySet<string> = new Set(['GetServiceQuota', 'GetAWSDefaultServiceQuota']);

/**
 * Service Quotas' API, as far as operators read what is applied to an account:
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
 *
 * @param applied quotas of the account that differ from the defaults, by name: `Account.raisedQuotas`
 */
export function createServiceQuotasService(applied: Readonly<Record<string, number>>, accountId: string): Service {
  return {
    signingName: 'servicequotas',
    deniedCode: 'AccessDeniedException',
    throttledCode: 'TooManyRequestsException',
    parse(request) {
      const { action, input } = decodeJson(request, 'ServiceQuotasV20190624');
      if (!ACTIONS.has(action)) throw new AwsError('UnknownOperationException', `${action} is not emulated.`);
      return { action: `servicequotas:${action}`, resources: [{ arn: '*' }], input };
    },
    run({ action, input }, { region }) {
      const parameters = new JsonParameters(input);
      const [service, code] = [parameters.required('ServiceCode'), parameters.required('QuotaCode')];
      const quota = QUOTAS.find((each) => each.service === service && each.code === code);
      if (quota === undefined)
        throw new AwsError('NoSuchResourceException', `The quota ${code} of the service ${service} is not emulated.`);
      const own = action.endsWith(':GetServiceQuota') ? applied[quota.name] : undefined;
      const Quota = {
        ServiceCode: service,
        QuotaCode: code,
        QuotaArn: `arn:aws:servicequotas:${region}:${accountId}:${service}/${code}`,
        QuotaName: quota.name,
        Value: own ?? (quota.lower?.regions.includes(region) === true ? quota.lower.value : quota.value),
        Unit: 'None',
        Adjustable: true,
        GlobalQuota: false,
      };
      return Promise.resolve(encodeJson({ Quota }, '1.1'));
    },
    renderError: (error) => encodeJsonError(error, '1.1'),
  };
}
