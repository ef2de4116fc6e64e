// What Pond is made of: libraries in the program and packages in these pages, with their licences. Versions of packages are
// those that were built in.
import { dependencies } from '../../../../package.json'

export interface Package {
  name: string
  version: string
  licence: string
  where: 'program' | 'console'
}

const of = (name: keyof typeof dependencies, licence: string): Package => ({ name, version: dependencies[name], licence, where: 'console' })
const lib = (name: string, licence: string): Package => ({ name, version: '', licence, where: 'program' })

export const packages: readonly Package[] = [
  lib('SQLite', 'public domain'),
  lib('DuckDB', 'MIT'),
  lib('simdjson', 'Apache-2.0'),
  lib('OpenSSL', 'Apache-2.0'),
  lib('Argon2', 'CC0-1.0, Apache-2.0'),
  lib('zstd', 'BSD-3-Clause'),
  lib('zlib', 'Zlib'),
  lib('xxHash', 'BSD-2-Clause'),
  lib('utf8proc', 'MIT'),
  lib('Expat', 'MIT'),
  lib('libyaml', 'MIT'),
  lib('libzip', 'BSD-3-Clause'),
  lib('CRoaring', 'Apache-2.0'),
  lib('libxlsxwriter', 'BSD-2-Clause'),
  lib('GNU Scientific Library', 'GPL-3.0-or-later'),
  lib('Pango, Cairo', 'LGPL-2.1'),
  lib('GNU libmicrohttpd', 'LGPL-2.1-or-later'),
  lib('curl', 'curl'),
  of('vue', 'MIT'),
  of('vue-router', 'MIT'),
  of('vue-i18n', 'MIT'),
  of('element-plus', 'MIT'),
  of('@element-plus/icons-vue', 'MIT'),
  of('echarts', 'Apache-2.0'),
]
