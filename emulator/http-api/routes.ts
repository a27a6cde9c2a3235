/** A route of an HTTP API. */
export interface Route {
  /** `POST /v1/sites/{site}/events`, `ANY /{proxy+}`, or `$default`. */
  readonly key: string;
  readonly authorization: 'NONE' | 'AWS_IAM';
  readonly integration: Integration;
}

/** What stands behind a route. */
export interface Integration {
  /** The Lambda function, by ARN. */
  functionArn: string;
  /** Most that the integration may take, ms; API Gateway allows 30 000. */
  timeoutMs: number;
}

export interface Match {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

/**
 * The route of a request: full matches before `{greedy+}` ones, a method before `ANY`, `$default` last.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function findRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  return routes
    .flatMap((route) => {
      const parameters = match(route.key, method, path);
      return parameters === undefined ? [] : [{ route, parameters, rank: rank(route.key) }];
    })
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ route, parameters }) => ({
      route,
      pathParameters: Object.keys(parameters).length === 0 ? undefined : parameters,
    }))[0];
}

function match(key: string, method: string, path: string): Record<string, string> | undefined {
  if (key === '$default') return {};
  const [verb = '', template = ''] = key.split(' ');
  if (verb !== 'ANY' && verb !== method) return undefined;
  const wanted = template.split('/');
  const given = path.split('/');
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const greedy = /^\{(.+)\+\}$/.exec(part)?.[1];
    if (greedy !== undefined) {
      const rest = given.slice(index).join('/');
      return rest === '' ? undefined : { ...parameters, [greedy]: decode(rest) };
    }
    const value = given[index];
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (value === undefined || (name === undefined ? value !== part : value === '')) return undefined;
    if (name !== undefined) parameters[name] = decode(value);
  }
  return given.length === wanted.length ? parameters : undefined;
}

function rank(key: string): number {
  if (key === '$default') return 1000;
  return (key.includes('+}') ? 100 : 0) + (key.startsWith('ANY ') ? 10 : 0) + (key.match(/\{/g)?.length ?? 0);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
