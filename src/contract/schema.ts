/**
 * JSON Schema → typed parser. A module of schemas (`providers/x/schema.ts`, `*.schema.ts`) calls
 * `schema()`; the build replaces the module by validators compiled ahead of time, so that ajv never
 * ships: compiling one at run time costs 75 ms.
 */
import { Ajv } from 'ajv';
import { parser, type Parser, type Validate } from './parser.js';

export interface Schema<T> extends Parser<T> {
  readonly definition: object;
}

/** @param what the value in words, for errors. @param definition a JSON Schema (draft-07). */
export function schema<T>(what: string, definition: object): Schema<T> {
  let compiled: Parser<T> | undefined;
  const lazily = () =>
    (compiled ??= parser<T>(
      what,
      new Ajv({ strict: true, allowUnionTypes: true }).compile(definition) as Validate,
    ));
  return {
    what,
    definition,
    safeParse: (value) => lazily().safeParse(value),
    explain: (value) => lazily().explain(value),
  };
}
