import { RequestMethod, type Type } from '@nestjs/common';
import {
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/internal';
import { z } from 'zod';
import type { Right } from '../../core/access-scope.js';
import { OPERATION, type Operation } from '../answers.js';
import { PUBLIC, RIGHT } from '../scope.decorators.js';

/** A route, as its decorators describe it. */
export interface Route {
  readonly method: string;
  /** With `{name}` for each parameter. */
  readonly path: string;
  readonly name: string;
  readonly status: number;
  readonly right: Right | null;
  readonly body: z.ZodType | null;
  readonly query: z.ZodType | null;
  readonly params: z.ZodType | null;
  readonly operation: Operation | null;
}

/** The numbers under which Nest keeps the kinds of route arguments. */
const ARGUMENTS = { body: '3', query: '4', params: '5' } as const;

/** Returns the routes of a controller. */
export function routesOf(controller: Type): Route[] {
  // TypeScript types the prototype of a class as `any`.
  const prototype = controller.prototype as object;
  const methods = Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(
    ([name, descriptor]): [string, unknown] => [name, descriptor.value],
  );
  return methods.flatMap(([name, value]) => {
    // The constructor is the class, whose path is that of the whole controller.
    if (name === 'constructor' || typeof value !== 'function') return [];
    const paths = metadata(PATH_METADATA, value);
    if (paths === undefined) return [];
    const read = <T>(key: string) => (metadata(key, value) ?? metadata(key, controller)) as T | undefined;
    const method = RequestMethod[metadata(METHOD_METADATA, value) as RequestMethod] ?? 'GET';
    const schema = (kind: keyof typeof ARGUMENTS) => argumentSchema(controller, name, ARGUMENTS[kind]);
    const operation = (metadata(OPERATION, value) as Operation | undefined) ?? null;
    return [paths].flat().map((path, place) => ({
      method: method.toLowerCase(),
      path: joined(metadata(PATH_METADATA, controller), path),
      name: `${controller.name.replace(/Controller$/, '')}.${name}${place === 0 ? '' : place + 1}`,
      status: Number(metadata(HTTP_CODE_METADATA, value) ?? (method === 'POST' ? 201 : 200)),
      right: read<boolean>(PUBLIC) ? null : (read<Right>(RIGHT) ?? null),
      ...{ body: schema('body'), query: schema('query'), params: schema('params') },
      operation,
    }));
  });
}

function metadata(key: string, target: object): unknown {
  return Reflect.getMetadata(key, target);
}

function argumentSchema(controller: Type, method: string, kind: string): z.ZodType | null {
  // Nest keeps the options of a parameter decorator under `<kind>:<position>`.
  const declared = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
    string,
    { schema?: unknown }
  >;
  const [, found] = Object.entries(declared).find(([key]) => key.startsWith(`${kind}:`)) ?? [];
  return found?.schema instanceof z.ZodType ? found.schema : null;
}

function joined(...parts: unknown[]): string {
  const texts = parts.map((part) => String(part).replace(/^\/+|\/+$/g, ''));
  return `/${texts.filter((text) => text !== '').join('/')}`.replace(/:(\w+)/g, '{$1}');
}
