import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const sources = (folder: string) => {
  const base = new URL(`../src/${folder}/`, import.meta.url);
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => ({ name, text: readFileSync(new URL(name, base), 'utf8') }));
};
const imports = (text: string) => [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1]!);

test('the data path imports nothing but itself', () => {
  const files = sources('stream');
  assert.ok(files.length >= 9);
  for (const { name, text } of files) for (const path of imports(text)) assert.match(path, /^\.\//, `${name} imports ${path}`);
});

test('the scene imports three.js and the data path, never the page around it', () => {
  for (const { name, text } of sources('scene')) {
    for (const path of imports(text)) assert.match(path, /^(three(\/|$)|\.\/|\.\.\/stream\/)/, `${name} imports ${path}`);
  }
});
