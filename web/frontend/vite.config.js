// Builds every entry into ../static/dist with a manifest, packs it for slow lines, and guards the staff pages' weight.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const ENTRIES = ['app', 'staff-form', 'form-design', 'trial', 'viewer', 'modeler', 'dmn', 'supervision', 'api-docs'];
const STAFF_PAGE = ['app', 'staff-form'];
const STAFF_PAGE_LIMIT = 75 * 1024; // bytes, gzip, first load of a staff page

/** The files a page loads when it asks for the entries: scripts, what they import, styles. */
function firstLoad(manifest, entries) {
  const files = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (files.has(chunk.file)) return;
    [chunk.file, ...(chunk.css ?? [])].forEach((file) => files.add(file));
    (chunk.imports ?? []).forEach(visit);
  };
  entries.forEach((entry) => visit(`src/${entry}.js`));
  return [...files];
}

/** Writes a .gz beside every built text file and fails the build when a staff page became too heavy. */
function packAndWeigh() {
  let folder;
  return {
    name: 'signalbox-pack-and-weigh',
    apply: 'build',
    configResolved(config) { folder = resolve(config.root, config.build.outDir); },
    closeBundle() {
      const bytes = {};
      for (const name of readdirSync(join(folder, 'assets')).filter((file) => /\.(js|css|svg)$/.test(file))) {
        const packed = gzipSync(readFileSync(join(folder, 'assets', name)), { level: 9 });
        writeFileSync(join(folder, 'assets', `${name}.gz`), packed);
        bytes[`assets/${name}`] = packed.length;
      }
      const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
      const total = firstLoad(manifest, STAFF_PAGE).reduce((sum, file) => sum + bytes[file], 0);
      const kilobytes = (value) => `${(value / 1024).toFixed(1)} KB`;
      process.stdout.write(`first load of a staff page: ${kilobytes(total)} gzip, limit ${kilobytes(STAFF_PAGE_LIMIT)}\n`);
      if (total > STAFF_PAGE_LIMIT) throw new Error('a staff page is too heavy for a phone on a slow line');
    },
  };
}

export default defineConfig({
  base: '/static/dist/',
  publicDir: false,
  plugins: [packAndWeigh()],
  resolve: { alias: [{ find: /^style-mod$/, replacement: resolve(import.meta.dirname, 'src/style-sheets.js') }] },
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'chrome86',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800, // kB: the editors of diagrams and tables, which no staff page loads
    rollupOptions: { input: Object.fromEntries(ENTRIES.map((entry) => [entry, `src/${entry}.js`])) },
  },
});
