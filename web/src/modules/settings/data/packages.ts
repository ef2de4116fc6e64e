// What Pond is made of: libraries in the program and packages in these pages, with their licences as SPDX writes them
// (libraries: /usr/share/doc/PACKAGE/copyright of the Debian packages). Versions of packages are those that were built in.
import { dependencies } from '../../../../package.json'

export interface Package {
  name: string
  version: string
  licence: string
  where: 'program' | 'console'
  files?: string
}

const of = (name: keyof typeof dependencies, licence: string): Package => ({ name, version: dependencies[name], licence, where: 'console' })
/** `files`: its shared libraries; test/case/licences.sh holds them against what the program links. */
const lib = (name: string, licence: string, files: string): Package => ({ name, version: '', licence, where: 'program', files })

export const packages: readonly Package[] = [
  lib('SQLite', 'public domain', 'libsqlite3'),
  lib('DuckDB', 'MIT', 'libduckdb'),
  lib('simdjson', 'Apache-2.0 AND BSD-3-Clause AND BSL-1.0 AND MIT', 'libsimdjson'),
  lib('OpenSSL', 'Apache-2.0', 'libcrypto'),
  lib('Argon2', 'CC0-1.0 OR Apache-2.0', 'libargon2'),
  lib('zstd', 'BSD-3-Clause OR GPL-2.0', 'libzstd'),
  lib('zlib', 'Zlib', 'libz'),
  lib('xxHash', 'BSD-2-Clause', 'libxxhash'),
  lib('utf8proc', 'MIT AND Unicode', 'libutf8proc'),
  lib('Expat', 'MIT', 'libexpat'),
  lib('libyaml', 'MIT', 'libyaml-0'),
  lib('libzip', 'BSD-3-Clause', 'libzip'),
  lib('CRoaring', 'Apache-2.0', 'libroaring'),
  lib('libxlsxwriter', 'BSD-2-Clause AND BSD-3-Clause AND MIT AND MPL-2.0 AND Zlib', 'libxlsxwriter'),
  lib('GNU Scientific Library', 'GPL-3.0-or-later', 'libgsl'),
  lib('Pango', 'LGPL-2.1-or-later', 'libpango-1.0 libpangocairo-1.0'),
  lib('Cairo', 'LGPL-2.1 OR MPL-1.1', 'libcairo'),
  lib('GLib', 'LGPL-2.1-or-later', 'libgobject-2.0'),
  lib('GNU libmicrohttpd', 'LGPL-2.1-or-later', 'libmicrohttpd'),
  lib('curl', 'curl AND ISC', 'libcurl'),
  lib('C++ library of GCC', 'GPL-3.0-or-later WITH GCC-exception-3.1', 'libstdc++'),
  of('vue', 'MIT'),
  of('vue-router', 'MIT'),
  of('vue-i18n', 'MIT'),
  of('element-plus', 'MIT'),
  of('@element-plus/icons-vue', 'MIT'),
  of('echarts', 'Apache-2.0'),
]
