import type { Tags } from './model/tags.ts';
import type { XmlObject } from './wire.ts';

export function tagsXml(tags: Tags): XmlObject[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
