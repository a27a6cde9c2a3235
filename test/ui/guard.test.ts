import { describe, expect, test } from 'vitest';
import { type RequestFacts, refusalOf } from '#ui/server/guard.ts';

const TOKEN = 'secret';
const OWN: RequestFacts = {
  method: 'POST',
  path: '/api/actions',
  host: '127.0.0.1:8080',
  origin: 'http://127.0.0.1:8080',
  contentType: 'application/json',
  token: TOKEN,
};

const statusOf = (changes: Partial<RequestFacts>) => refusalOf({ ...OWN, ...changes }, 8080, TOKEN)?.status;

describe('the server of the live page', () => {
  test.each<[string, Partial<RequestFacts>]>([
    ['its own page', {}],
    ['its own page by the name localhost', { host: 'localhost:8080', origin: 'http://localhost:8080' }],
    ['the event stream', { method: 'GET', path: '/api/events', origin: undefined, contentType: undefined }],
    ['the files of the page without a token', { method: 'GET', path: '/page.js', origin: undefined, token: undefined }],
  ])('answers %s', (_, changes) => {
    expect(statusOf(changes)).toBeUndefined();
  });

  test.each<[string, Partial<RequestFacts>, number]>([
    ['a page whose name resolves to 127.0.0.1', { host: 'evil.example:8080', origin: 'http://evil.example:8080' }, 421],
    [
      'such a page that asks for the files of the page',
      { host: 'evil.example:8080', path: '/', token: undefined },
      421,
    ],
    ['another port as host', { host: '127.0.0.1:9090' }, 421],
    ['no host', { host: undefined }, 421],
    ['a page of another origin', { origin: 'https://evil.example' }, 403],
    ['a page of another port of this machine', { origin: 'http://127.0.0.1:3000' }, 403],
    ['a page without an origin of its own', { origin: 'null' }, 403],
    ['no token', { token: undefined }, 401],
    ['a wrong token', { token: `${TOKEN}x` }, 401],
    ['the event stream without a token', { method: 'GET', path: '/api/events', token: undefined }, 401],
    ['a body that a form could send', { contentType: 'text/plain' }, 415],
  ])('refuses %s', (_, changes, status) => {
    expect(statusOf(changes)).toBe(status);
  });
});
