import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import ElementPlus from 'unplugin-element-plus/vite'
import { defineConfig } from 'vitest/config'

// The pond that answers /api while pages are written: `pond serve`, or another address in POND_URL.
const server = process.env['POND_URL'] ?? 'http://127.0.0.1:7070'

export default defineConfig({
  plugins: [vue(), ElementPlus({})],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    outDir: process.env['POND_WEB_OUT'] ?? '../build/web',
    emptyOutDir: true,
    manifest: true,
    target: 'es2021',
    // A policy of `img-src 'self'` has no place for data: addresses of our own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        manualChunks(id) {
          if (/node_modules\/(echarts|zrender|tslib)\//.test(id)) return 'charts'
          if (/node_modules\/(@vue|vue|vue-router|vue-i18n|@intlify)\//.test(id)) return 'vue'
          return undefined
        },
      },
    },
  },
  server: { proxy: { '/api': server, '/v1': server, '/openapi.json': server, '/docs': server, '/metrics': server } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts', 'tools/**/*.test.ts'],
    css: false,
    server: { deps: { inline: ['element-plus'] } },
  },
})
