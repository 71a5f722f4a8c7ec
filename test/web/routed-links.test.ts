import { ROUTED } from '../../web/src/paths.js';

describe("The pages' router", () => {
  it.each([
    '/dashboard/',
    '/dashboard/jobs?page=2',
    '/dashboard/sign-ins',
    '/dashboard/apis',
    '/dashboard/as/acme/',
  ])('follows %s by itself', (href) => expect(ROUTED.test(href)).toBe(true));

  it.each([
    '/dashboard/sign-in',
    '/dashboard/sign-in?to=%2Fdashboard%2Fjobs',
    '/dashboard/sign-in#code=x',
    '/dashboard/api/runs/download',
    '/docs',
    '/openapi.json',
  ])('leaves %s to the browser', (href) => expect(ROUTED.test(href)).toBe(false));
});
