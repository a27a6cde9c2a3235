import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesOf, nameWithin, outputName } from '#infra/names.ts';
import { checkNames } from '#topology/checks/names.ts';
import { draftOf } from '#topology/draft.ts';
import { nameFault } from '#topology/fields.ts';

const WORDS = ['a', 'b', 'eu', 'us', 'not', 'up'];
const anyWords = (maxLength: number) => fc.array(fc.constantFrom(...WORDS), { minLength: 2, maxLength });
/** What `topology validate` lets through. */
const anyName = anyWords(3).map((words) => words.join('-'));

/** The same words, cut into the names of a topology, a site and things of it in two ways. */
const twoCuts = anyWords(7).chain((words) => {
  const cut = fc.uniqueArray(fc.integer({ min: 1, max: words.length - 1 }), { minLength: 1, maxLength: 3 });
  const thing = cut.map((places): Thing => {
    const bounds = [0, ...places.toSorted((a, b) => a - b), words.length];
    const [topology = '', site = '', ...parts] = bounds
      .slice(1)
      .map((end, index) => words.slice(bounds[index], end).join('-'));
    return { topology, site, parts };
  });
  return fc.tuple(thing, thing);
});
type Thing = { readonly topology: string; readonly site: string; readonly parts: readonly string[] };
const nameOf = ({ topology, site, parts }: Thing) =>
  nameWithin(namesOf({ name: topology }, { name: site }).stack, ...parts);

describe('names in AWS', () => {
  it('are of one thing, of one site, of one topology', () => {
    fc.assert(
      fc.property(twoCuts, ([one, other]) => {
        expect(nameFault('site', one.site)).toBeUndefined();
        expect(nameOf(one) !== nameOf(other) || isDeepStrictEqual(one, other)).toBe(true);
      }),
    );
  });

  it.each([
    ['prod', 'eu-west', 'prod-eu', 'west'],
    ['a', 'b-c', 'a-b', 'c'],
  ])('of %s + %s are not those of %s + %s', (topology, site, otherTopology, otherSite) => {
    const [one, other] = [
      namesOf({ name: topology }, { name: site }),
      namesOf({ name: otherTopology }, { name: otherSite }),
    ];
    const both = [...Object.values(one), ...Object.values(other)];
    expect(new Set(both).size).toBe(both.length);
  });

  it.each(['a--b', '-a', 'a-', 'a-b-', '--'])('%j names nothing: its hyphens would be taken for a join', (name) => {
    expect(nameFault('site', name)?.hint).toContain('single hyphens');
  });

  it('of the two routers of a site in its stack are different, or the topology is refused', () => {
    const ofRouter = fc
      .array(fc.constantFrom('a', 'b', '1', '2', '-1', '-b', '-a2'), { minLength: 1, maxLength: 3 })
      .map((parts) => `r${parts.join('')}`);
    fc.assert(
      fc.property(ofRouter, ofRouter, (one, other) => {
        fc.pre(one !== other);
        const routers = { [one]: {}, [other]: {} };
        const refused = checkNames(draftOf({ sites: { tokyo: { routers } } }, () => 1)).length > 0;
        expect(refused).toBe(outputName(one) === outputName(other));
      }),
    );
  });

  it('are such as Lambda, CloudFormation and SSM take', () => {
    fc.assert(
      fc.property(anyName, anyName, (topology, site) => {
        for (const name of Object.values(namesOf({ name: topology }, { name: site }))) {
          expect(name).toMatch(/^[a-z][a-z0-9-]{2,63}$/);
        }
      }),
    );
  });
});
