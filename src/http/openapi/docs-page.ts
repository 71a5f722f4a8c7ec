/** Answers the page that shows the document; everything that it loads comes from this service. */
export function docsPage(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Carillon API</title>
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<header><h1>Carillon API</h1><p id="about"></p>
<p><input id="find" type="search" placeholder="Find a route" aria-label="Find a route">
<a href="/openapi.json">openapi.json</a></p></header>
<main id="routes"><noscript>This page needs JavaScript; the document itself is at /openapi.json.</noscript></main>
<script src="/docs/docs.js"></script>
</body>
</html>
`;
}

export const DOCS_STYLE = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.45; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
input { padding: .4rem .6rem; width: min(24rem, 100%); }
details { border: 1px solid #8886; border-radius: .4rem; margin: .4rem 0; padding: .4rem .7rem; }
summary { cursor: pointer; }
.method { display: inline-block; min-width: 4.2em; font-weight: 700; text-transform: uppercase; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { overflow: auto; background: #8881; padding: .6rem; border-radius: .3rem; }
h2 { margin-top: 1.6rem; }
`;

/** Runs in the browser. Text goes in as text, never as markup. */
export const DOCS_SCRIPT = `'use strict';
const make = (name, text, ...children) => {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
};
const block = (title, value) =>
  value === undefined ? '' : make('div', '', make('h4', title), make('pre', JSON.stringify(value, null, 2)));
function show(api, text) {
  const follow = (part, seen) => {
    if (Array.isArray(part)) return part.map((each) => follow(each, seen));
    if (!part || typeof part !== 'object') return part;
    const name = part.$ref && part.$ref.split('/').pop();
    if (name) return seen.includes(name) ? { $ref: name } : follow(api.components.schemas[name], [...seen, name]);
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, follow(value, seen)]));
  };
  const body = (content) => content && follow(Object.values(content)[0].schema, []);
  const groups = new Map();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, route] of Object.entries(methods)) {
      if (!(method + ' ' + path + ' ' + (route.summary || '')).toLowerCase().includes(text)) continue;
      const name = make('span', method);
      name.className = 'method';
      const title = make('summary', '', name, make('code', path), ' ' + (route.summary || ''));
      const parts = [block('Parameters', route.parameters.length ? route.parameters : undefined)];
      if (route.requestBody) parts.push(block('Body', body(route.requestBody.content)));
      for (const [code, answer] of Object.entries(route.responses)) {
        if (Number(code) < 300) parts.push(block(code + ' ' + answer.description, body(answer.content)));
        else parts.push(make('p', code + ': ' + answer.description));
      }
      const tag = route.tags[0];
      if (!groups.has(tag)) groups.set(tag, make('section', '', make('h2', tag)));
      groups.get(tag).append(make('details', '', title, ...parts));
    }
  }
  document.getElementById('routes').replaceChildren(...groups.values());
}
fetch('/openapi.json').then((answer) => answer.json()).then((api) => {
  document.getElementById('about').textContent = api.info.description;
  const find = document.getElementById('find');
  find.addEventListener('input', () => show(api, find.value.toLowerCase()));
  show(api, '');
});
`;
