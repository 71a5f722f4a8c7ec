import { constants, createContext } from 'node:vm';
import { installCommonGlobals } from 'jest-util';

/** What a realm has of its own, or what Jest puts there. */
const OWN = new Set(['GLOBAL', 'root', 'global', 'globalThis', 'process']);
/** Node.js itself makes these: a realm with others of the name would refuse its answers. */
const OF_NODE = ['Buffer', 'ArrayBuffer', 'Uint8Array'];

/**
 * Makes the realm in which the test files of a worker run: JavaScript's globals of its own, and those of Node.js. It is an
 * ordinary global object. The one of `jest-environment-node` asks a proxy for each global that code names: `Math.max` takes
 * fifty times as long there.
 */
export function makeWorld() {
  const world = createContext(constants.DONT_CONTEXTIFY);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (OWN.has(name) || (Object.hasOwn(world, name) && !OF_NODE.includes(name))) continue;
    const { get, ...how } = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(
      world,
      name,
      get ? { ...how, get: get.bind(globalThis), set: put(world, name) } : how,
    );
  }
  world.global = world;
  installCommonGlobals(world, {}, 'off');
  world.Error.stackTraceLimit = 100;
  return world;
}

/** What is set in a realm replaces the accessor that Node.js has there. */
function put(world, name) {
  return (value) =>
    Object.defineProperty(world, name, { configurable: true, enumerable: true, writable: true, value });
}
