// Bundles the page: `node build.mjs [--outdir FOLDER]`. The folder holds index.html and what it names,
// and nothing else, so that a server may hand out all of it.

import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const LARGEST_KB = 900;
const web = path.dirname(fileURLToPath(import.meta.url));

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

const { values } = parseArgs({ options: { outdir: { type: 'string', default: path.join(web, 'dist') } } });
const outdir = path.resolve(values.outdir);

if (!['esbuild', 'three', 'preact', 'uplot'].every((name) => existsSync(path.join(web, 'node_modules', name)))) {
  fail(`The packages of the page are not installed: run \`npm ci\` in ${web}.`);
}

const { build } = await import('esbuild');
const result = await build({
  absWorkingDir: web,
  entryPoints: { app: 'src/main.tsx' },
  outdir,
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'eof',
  loader: { '.svg': 'dataurl', '.png': 'dataurl', '.woff2': 'file' },
  write: false,
  metafile: true,
  logLevel: 'silent',
}).catch((error) => fail(`The page does not build:\n${error.message}`));

// Only what an earlier build has left is removed: the folder may be one that somebody else owns.
await mkdir(outdir, { recursive: true });
for (const name of await readdir(outdir)) {
  if (/^app-[A-Z0-9]{8}\.(js|css)$/.test(name) || name === 'index.html') await rm(path.join(outdir, name));
}

const outputs = result.outputFiles.map((file) => ({ name: path.basename(file.path), contents: file.contents }));
let page = await readFile(path.join(web, 'index.html'), 'utf8');
for (const [plain, pattern] of [['app.js', /^app-.*\.js$/], ['app.css', /^app-.*\.css$/]]) {
  const output = outputs.find(({ name }) => pattern.test(name));
  if (!output && page.includes(plain)) fail(`index.html names ${plain}, which the build does not make.`);
  if (output && !page.includes(`"./${plain}"`)) fail(`index.html does not name "./${plain}".`);
  if (output) page = page.replaceAll(`"./${plain}"`, `"./${output.name}"`);
}
outputs.push({ name: 'index.html', contents: Buffer.from(page) });
for (const { name, contents } of outputs) await writeFile(path.join(outdir, name), contents);

let total = 0;
for (const { name } of outputs) {
  const { size } = await stat(path.join(outdir, name));
  total += size;
  console.log(`${(size / 1000).toFixed(1).padStart(8)} KB  ${name}`);
}
console.log(`${(total / 1000).toFixed(1).padStart(8)} KB  in ${outdir}`);
if (total > LARGEST_KB * 1000) fail(`The page has ${Math.ceil(total / 1000)} KB; at most ${LARGEST_KB} KB are allowed.`);
