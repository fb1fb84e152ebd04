// What was released of the API still holds: docs/schema-released.graphql against schema.graphql, as graphql-js compares them.
// docs/adr/0012-additive-only.md says why.

import {
  DangerousChangeType,
  Kind,
  buildASTSchema,
  findBreakingChanges,
  findDangerousChanges,
  isInputObjectType,
  parse,
  specifiedDirectives,
} from 'graphql';
import type { GraphQLSchema } from 'graphql';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

/** A schema without the directives that are GraphQL's own: whoever reads it knows them, whether or not they are printed. */
function schema(text: string): GraphQLSchema {
  const own = new Set(specifiedDirectives.map((directive) => directive.name));
  const document = parse(text);
  const definitions = document.definitions.filter(
    (definition) => definition.kind !== Kind.DIRECTIVE_DEFINITION || !own.has(definition.name.value),
  );
  return buildASTSchema({ ...document, definitions });
}

/** What a client that was written for the old schema could stumble over in the new one. */
function broken(old: string, present: string): string[] {
  const [before, now] = [schema(old), schema(present)];
  // Of what graphql-js calls dangerous, additions are what a schema lives by; another default changes what was asked.
  const defaults = findDangerousChanges(before, now).filter(
    (change) => change.type === DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
  );
  const told = [...findBreakingChanges(before, now), ...defaults].map((change) => change.description);
  return [...told, ...brokenInputs(before, now)];
}

/** What graphql-js does not compare of inputs. */
function brokenInputs(before: GraphQLSchema, now: GraphQLSchema): string[] {
  const changes: string[] = [];
  for (const [name, was] of Object.entries(before.getTypeMap())) {
    const is = now.getType(name);
    if (!isInputObjectType(was) || !isInputObjectType(is)) continue;
    if (is.isOneOf && !was.isOneOf) changes.push(`${name} takes one field only.`);
    for (const field of Object.values(was.getFields())) {
      const present = is.getFields()[field.name];
      if (present && JSON.stringify(present.defaultValue) !== JSON.stringify(field.defaultValue)) {
        changes.push(`${name}.${field.name} has another default.`);
      }
    }
  }
  return changes;
}

test('nothing that was released is broken', async () => {
  const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const changes = broken(await read('docs/schema-released.graphql'), await read('schema.graphql'));
  assert.deepEqual(
    changes,
    [],
    'clients rely on this: keep it and mark it @deprecated; once it may go, run `cargo xtask release-schema`',
  );
});

const RELEASED = `
  enum Stage { LISTED ASSIGNED }
  input Act { hazard: ID! }
  input Window { days: Int = 5 from: String }
  type Hazard { id: ID! stage: Stage! title: String }
  type Query { hazard(id: ID!, first: Int = 20): Hazard }
`;

for (const [what, from, to] of [
  ['a field that is gone', 'title: String', ''],
  ['a field with another name', 'title: String', 'name: String'],
  ['a field that may be empty now', 'stage: Stage!', 'stage: Stage'],
  ['a field of another type', 'title: String', 'title: Int'],
  ['a value that is gone', 'LISTED ASSIGNED', 'LISTED'],
  ['a type that is gone', 'input Act { hazard: ID! }', ''],
  ['an argument that must be given now', 'id: ID!,', 'id: ID!, on: String!,'],
  ['an input field that must be given now', 'hazard: ID!', 'hazard: ID! on: String!'],
  ['another default', 'first: Int = 20', 'first: Int = 10'],
  ['another default of an input field', 'days: Int = 5', 'days: Int = 6'],
  ['a default of an input field that is gone', 'days: Int = 5', 'days: Int'],
  ['an input that takes one field only', 'Window {', 'Window @oneOf {'],
] as const) {
  test(`${what} is seen`, () => {
    const present = RELEASED.replace(from, to);
    assert.notEqual(present, RELEASED);
    assert.notDeepEqual(broken(RELEASED, present), []);
  });
}

test('what is only added breaks nothing', () => {
  const present = `
    enum Stage { LISTED ASSIGNED CLOSED }
    input Act { hazard: ID! on: String }
    input Window { days: Int = 5 from: String until: String = "today" }
    interface Node { id: ID! }
    type Hazard implements Node { id: ID! stage: Stage! title: String! number: String }
    type Query { hazard(id: ID!, first: Int = 20, on: String): Hazard count: Int! }
    type Mutation { list(act: Act!): Hazard }
  `;
  assert.deepEqual(broken(RELEASED, present), []);
});
