// Compiles the style sheets and the script, and writes them where Django serves them.
// `npm run build` writes; `npm run check` fails if what is kept differs from what the sources give.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { compile } from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const kept = join(here, '..', 'safar', 'doors', 'website', 'static', 'safar')
const checking = process.argv.includes('--check')

const styleSheet = (name) =>
  compile(join(here, 'styles', `${name}.scss`), {
    style: 'compressed',
    charset: false,
    loadPaths: [join(here, 'node_modules', 'govuk-frontend', 'dist')],
    quietDeps: true
  }).css + '\n'

const script = (name) =>
  buildSync({
    entryPoints: [join(here, 'scripts', `${name}.js`)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2020',
    charset: 'utf8',
    legalComments: 'none',
    write: false
  }).outputFiles[0].text

const products = {
  'safar.css': styleSheet('safar'),
  'workbench.css': styleSheet('workbench'),
  'public.js': script('public')
}

let stale = 0
for (const [name, text] of Object.entries(products)) {
  const path = join(kept, name)
  if (!checking) writeFileSync(path, text)
  else if (readFileSync(path, 'utf8') !== text) {
    stale += 1
    console.error(`${name} is not what the sources give: run npm run build`)
  }
}
process.exitCode = stale ? 1 : 0
