// Writes generated/operations.ts: from schema.graphql the types of the API, from operations.graphql a typed document of each
// operation. It is GraphQL Code Generator without its command line, which needs a later Node and five times the packages.

import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';
import { mkdir, readFile, writeFile } from 'node:fs/promises';

const here = (path) => new URL(path, import.meta.url);
const schema = parse(await readFile(here('../../schema.graphql'), 'utf8'));
const document = parse(await readFile(here('operations.graphql'), 'utf8'));

const code = await codegen({
  filename: 'generated/operations.ts',
  schema,
  documents: [{ location: 'operations.graphql', document }],
  config: {
    enumsAsTypes: true,
    useTypeImports: true,
    strictScalars: true,
    scalars: { Date: 'string', DateTime: 'string', UUID: 'string', Wan: 'string' },
  },
  plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
  pluginMap: { typescriptOperations, typedDocumentNode },
});
await mkdir(here('generated'), { recursive: true });
await writeFile(here('generated/operations.ts'), code);
