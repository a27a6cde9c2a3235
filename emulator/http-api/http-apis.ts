import { type HttpApi, type HttpApiEdges, startHttpApi } from './http-api.ts';

/** All HTTP APIs of the account. */
export interface HttpApis {
  readonly all: readonly HttpApi[];
  start(api: Parameters<typeof startHttpApi>[0]): Promise<HttpApi>;
  /** Closes the API and forgets it. */
  stop(id: string): Promise<void>;
  /** By id. Throws when there is none. */
  get(id: string): HttpApi;
  /** The one API in a region, of a stack, with that name, or with that id. Throws when there is none, or more than one. */
  only(where: string): HttpApi;
  /** Replaces the APIs' public URLs in a text by the local ones. */
  localize(text: string): string;
  close(): Promise<void>;
}

export function createHttpApis(edges: HttpApiEdges): HttpApis {
  const apis = new Map<string, HttpApi>();
  return {
    get all() {
      return [...apis.values()];
    },
    async start(api) {
      const started = await startHttpApi(api, edges);
      apis.set(started.id, started);
      return started;
    },
    async stop(id) {
      const api = apis.get(id);
      apis.delete(id);
      await api?.close();
    },
    get(id) {
      const api = apis.get(id);
      if (api === undefined) throw new Error(`There is no HTTP API ${id}.`);
      return api;
    },
    only(where) {
      const found = [...apis.values()].filter(({ id, name, region, stackName }) =>
        [id, name, region, stackName].includes(where),
      );
      const [api] = found;
      if (api !== undefined && found.length === 1) return api;
      const list = [...apis.values()].map(
        ({ id, name, stackName, region }) => `${id} (${name}, ${stackName}, ${region})`,
      );
      throw new Error(`${found.length} HTTP APIs match "${where}". There are: ${list.join(', ') || 'none'}.`);
    },
    localize: (text) => [...apis.values()].reduce((all, { publicUrl, url }) => all.replaceAll(publicUrl, url), text),
    async close() {
      await Promise.all([...apis.values()].map((api) => api.close()));
    },
  };
}
